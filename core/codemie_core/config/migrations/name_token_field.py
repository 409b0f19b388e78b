"""1: a token's field is called `authToken`, not `apiKey`."""

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
    """Rename the field at the top level (a configuration without profiles) and in every profile.

    An object that has both fields keeps both: the new one is already in effect, and the other is not ours to
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
    """Where no field bears the new name yet: of one that does, the way back would not know."""
    return all(node.find(_NEW) is None for node in _holders(document))


# From version 3 on the CLI takes the file over, and it reads `apiKey`: a token there stays there.
MIGRATION = Migration(
    1, "Rename apiKey to authToken", DocumentStep(_up), DocumentStep(_down), _undone_exactly, superseded_by=3
)
