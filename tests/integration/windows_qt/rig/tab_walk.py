"""Walks through a window with Tab, like a user without a mouse."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from tests.integration.desktop.rig.processes.waiting import until
from tests.integration.windows_qt.rig.accessible import ENABLED, FOCUSABLE, FOCUSED, Node
from tests.integration.windows_qt.rig.open_window import OpenWindow

_PARTS = ("list item", "cell")
"""Roles of what is inside a list or a table: they claim the focus even if their list does not have it."""
_DIALOGS = ("dialog", "alert message", "frame")
_NO_STOPS = (*_PARTS, "label", "column header", "filler", "scroll pane", "frame", "dialog")
"""Roles that claim to be focusable, but get the focus only as part of something else."""


def walk_through(window: OpenWindow, *, lists: Sequence[str], names: Sequence[str], inside: str = "") -> None:
    """Fail unless Tab reaches every widget that can be used, and each has a name.

    Args:
        window: open.
        lists: its lists and tables: a row claims the focus even if its list does not have it.
        names: widgets that must be there.
        inside: the dialog to walk through; empty for the window itself.
    """
    shown = window.screen.nodes()
    if inside:
        dialogs = [node for node in shown if node.role in _DIALOGS and node.name.startswith(inside)]
        shown = list(dialogs[-1].walk())
    wanted = {
        node.path: f"{node.role} {node.spoken_name!r}"
        for node in shown
        if node.has(FOCUSABLE) and node.has(ENABLED) and node.role not in _NO_STOPS
    }
    assert not [what for what in wanted.values() if what.endswith("''")]
    for what in names:
        assert any(f"'{what}'" in one for one in wanted.values()), (what, wanted)
    reached = set()
    stops: list[str] = []
    for _ in range(len(wanted) + 4):
        node = until(
            "something to have the focus", partial(_focused, window, lists), on_failure=window.failure
        )
        reached.add(node.path)
        stops.append(f"{node.role} {node.spoken_name!r}")
        if len(wanted) == 1:
            break
        window.keys("Tab")
        until(f"the next one after {stops}", partial(_has_left, window, lists, node.path))
    inside_combo = {path for path, what in wanted.items() if what.startswith("combo box")}
    missed = {what for path, what in wanted.items() if path not in reached and path not in inside_combo}
    assert not missed, stops


def _focused(window: OpenWindow, lists: Sequence[str]) -> Node | None:
    nodes = [node for node in window.screen.nodes() if node.has(FOCUSED) and node.has(FOCUSABLE)]
    # The current row says that it has the focus even if the list has not: it counts only if nobody else does.
    others = [node for node in nodes if node.role not in _PARTS]
    if others or not nodes:
        return others[-1] if others else None
    return _holder_of(window, nodes[-1], lists)


def _holder_of(window: OpenWindow, row: Node, lists: Sequence[str]) -> Node | None:
    """Return the list or table that a row is in."""
    for node in window.screen.nodes():
        is_one = node.role in ("list", "table") and node.spoken_name in lists
        if is_one and any(child.path == row.path for child in node.children()):
            return node
    return None


def _has_left(window: OpenWindow, lists: Sequence[str], path: str) -> bool:
    now = _focused(window, lists)
    return now is not None and now.path != path
