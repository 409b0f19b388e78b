"""Migration 3: add `"version": 2`, without which the CLI empties `config.json` when it first starts.

The CLI keeps a file only if it has this mark and names an active profile; it replaces any other with an empty
one (docs/history.md describes what we observed).
"""

from __future__ import annotations

from codemie_core.config.migrations.definition import Migration
from codemie_core.config.migrations.step import DocumentStep
from codemie_core.files.json.document import JsonDocument, Kind, encode_string

_KEY, _MARK = "version", 2


def _up(document: JsonDocument) -> JsonDocument:
    if document.root.find(_KEY) is None:
        document = document.set_key(document.root, _KEY, str(_MARK))
    active = document.root.find("activeProfile")
    first = _first_profile(document)
    if first is not None and (active is None or not document.value(active.value)):
        document = document.set_key(document.root, "activeProfile", encode_string(first))
    return document


def _down(document: JsonDocument) -> JsonDocument:
    mark = document.root.find(_KEY)
    if mark is None or document.raw(mark.value) != str(_MARK):
        return document
    return document.remove_key(document.root, _KEY)


def _first_profile(document: JsonDocument) -> str | None:
    profiles = document.root.find("profiles")
    if profiles is None or profiles.value.kind is not Kind.OBJECT:
        return None
    names = (entry.key for entry in profiles.value.effective() if entry.value.kind is Kind.OBJECT)
    return next((name for name in names if name), None)


def _undone_exactly(document: JsonDocument) -> bool:
    """Whether the mark is missing and an active profile is named."""
    active = document.root.find("activeProfile")
    named = active is not None and bool(document.value(active.value))
    return document.root.find(_KEY) is None and (named or _first_profile(document) is None)


MIGRATION = Migration(
    3,
    "Mark config.json so that the CLI's first start does not empty it",
    DocumentStep(_up),
    DocumentStep(_down),
    _undone_exactly,
    lasting=True,
)
