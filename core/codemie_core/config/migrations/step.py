"""One direction of a migration, as a function of the decoded configuration or of its text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from codemie_core.files.json.document import JsonDocument, JsonValue, Node, removing
from codemie_core.files.json.value import same_value

TYPE_CHECKING = False  # defined here because importing `typing` would slow down every command
if TYPE_CHECKING:
    from typing import Any


@dataclass(frozen=True, slots=True)
class DocumentStep:
    """A step that edits the text itself, which preserves spelling and order."""

    change: Callable[[JsonDocument], JsonDocument]
    """A pure function from one parsed configuration to the next."""


Step = DocumentStep | Callable[[dict[str, "Any"]], Mapping[str, "Any"]]
"""A function takes the configuration as a dictionary, which it may change, and returns the next one."""


def applied(step: Step, document: JsonDocument) -> JsonDocument:
    """Apply a step to a configuration; fields that it leaves alone keep their exact bytes.

    Raises:
        TypeError: the step did not return a configuration.
    """
    if isinstance(step, DocumentStep):
        return step.change(document)
    before = document.decoded
    if not isinstance(before, dict):
        return document
    import copy  # imported here because most commands migrate nothing

    after = step(copy.deepcopy(before))
    if not isinstance(after, Mapping):
        raise TypeError(
            f"a migration's step must return the configuration, but this one returned {type(after).__name__}"
        )
    return _changed(document, (), before, after)


def _changed(
    document: JsonDocument, path: tuple[str, ...], before: Mapping[str, JsonValue], after: Mapping[str, Any]
) -> JsonDocument:
    """Update an object to its next state, and recursively the objects in it that are still objects."""
    document = document.spliced(removing(_node(document, path), before.keys() - after.keys()))
    inner: list[str] = []
    raws: dict[str, str] = {}
    for key, value in after.items():
        old = before.get(key)
        if isinstance(old, dict) and isinstance(value, Mapping):
            inner.append(key)
        elif key not in before or not same_value(old, value):
            raws[key] = document.encode(value, _node(document, path))
    document = document.set_keys(_node(document, path), raws)
    for key in inner:
        old = before[key]
        assert isinstance(old, dict)  # noqa: S101 - for the type checker: it was one above
        document = _changed(document, (*path, key), old, after[key])
    return document


def _node(document: JsonDocument, path: tuple[str, ...]) -> Node:
    node = document.root
    for key in path:
        member = node.find(key)
        assert member is not None  # noqa: S101 - for the type checker: it was decoded from there
        node = member.value
    return node
