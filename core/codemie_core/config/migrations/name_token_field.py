"""Migration 1: rename the token field from `apiKey` to `authToken`."""

from __future__ import annotations

from collections.abc import Iterator

from codemie_core.config.migrations.definition import Migration
from codemie_core.config.migrations.step import DocumentStep
from codemie_core.files.json.document import JsonDocument, Kind, Node, Splice, renaming

_OLD, _NEW = "apiKey", "authToken"


def _up(document: JsonDocument) -> JsonDocument:
    return _renamed(document, _OLD, _NEW)


def _down(document: JsonDocument) -> JsonDocument:
    return _renamed(document, _NEW, _OLD)


def _renamed(document: JsonDocument, old: str, new: str) -> JsonDocument:
    """Rename the field in every profile, and at the top level in case there are no profiles.

    An object with both fields keeps both: the new one is already in effect, and the other is not ours to
    remove.
    """
    splices: list[Splice] = []
    for node in _holders(document):
        if node.find(old) is not None and node.find(new) is None:
            splices += renaming(node, old, new)
    return document.spliced(splices)


def _holders(document: JsonDocument) -> Iterator[Node]:
    """Yield the objects that may hold a token: the root, and each profile, duplicates included."""
    yield document.root
    for member in document.root.members:
        if member.key == "profiles":
            yield from (entry.value for entry in member.value.members if entry.value.kind is Kind.OBJECT)


def _undone_exactly(document: JsonDocument) -> bool:
    """Whether no field has the new name yet; `down` would rename such a field, too."""
    return all(node.find(_NEW) is None for node in _holders(document))


# From version 3 on, the CLI takes over the file and reads `apiKey`, so leave a token in that field.
MIGRATION = Migration(
    1, "Rename apiKey to authToken", DocumentStep(_up), DocumentStep(_down), _undone_exactly, superseded_by=3
)
