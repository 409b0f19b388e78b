"""1: a token's field is called `authToken`, not `apiKey`."""

from __future__ import annotations

from collections.abc import Iterator

from codemie_core.config.migrations.definition import Migration
from codemie_core.files.json_document import JsonDocument, Kind, Node

_OLD, _NEW = "apiKey", "authToken"


def _up(document: JsonDocument) -> JsonDocument:
    return _renamed(document, _OLD, _NEW)


def _down(document: JsonDocument) -> JsonDocument:
    return _renamed(document, _NEW, _OLD)


def _renamed(document: JsonDocument, old: str, new: str) -> JsonDocument:
    """Rename the field at the top (a configuration without profiles) and in every profile.

    Where both stand in one object, both stay: the new one counts already, and the other is not ours to drop.
    """
    for path in [(), *_profile_keys(document)]:
        node = _node(document, path)
        if node.find(old) is not None and node.find(new) is None:
            document = document.rename_key(node, old, new)
    return document


def _profile_keys(document: JsonDocument) -> Iterator[tuple[int, ...]]:
    """Yield where the profiles stand: positions, because the same name may stand there twice."""
    for index, member in enumerate(document.root.members):
        if member.key == "profiles" and member.value.kind is Kind.OBJECT:
            for number, profile in enumerate(document.opened(member.value).members):
                if profile.value.kind is Kind.OBJECT:
                    yield index, number


def _node(document: JsonDocument, path: tuple[int, ...]) -> Node:
    node = document.root
    for index in path:
        node = document.opened(document.opened(node).members[index].value)
    return node


def _undone_exactly(document: JsonDocument) -> bool:
    """Where no field bears the new name yet: of one that does, the way back would not know."""
    return all(_node(document, path).find(_NEW) is None for path in [(), *_profile_keys(document)])


MIGRATION = Migration(1, "Rename apiKey to authToken", _up, _down, _undone_exactly)
