"""The menu as numbered rows, and what changed between two menus.

An id keeps its meaning for as long as the tray runs: a row keeps its id while it stays in its menu and does
the same (its label, mark and greying may change), and no other row ever gets it. So a host can keep an open
menu open, and a click that crosses a change can't hit another row than the one the user saw.
"""

from __future__ import annotations

import itertools
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, assert_never

from codemie_tray.tray_icon.linux.dbus import wire
from codemie_tray.view.actions import Action
from codemie_tray.view.menu import Item, Menu, Separator

ROOT = 0

Properties = dict[str, tuple[str, Any]]
"""Name to (type, value)."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row at one moment."""

    number: int
    """Its id on the bus."""
    identity: Hashable
    properties: Properties
    children: tuple[int, ...]
    action: Action | None
    """What a click on it requests; None if nothing."""


@dataclass(frozen=True, slots=True)
class Change:
    """What a host has to learn."""

    layout_parent: int | None
    """The row below which rows appeared, disappeared or moved; None if nowhere."""
    updated: list[tuple[int, Properties]]

    def __bool__(self) -> bool:
        return self.layout_parent is not None or bool(self.updated)


class MenuModel:
    """The rows of the menu that is shown now.

    Args:
        states_in_words: whether labels say what a check box or greying means; see `hides_states`.
    """

    def __init__(self, *, states_in_words: bool = False) -> None:
        self._states_in_words = states_in_words
        self._numbers = itertools.count(ROOT + 1)
        self.revision = 1
        """Increases whenever rows appear, disappear or move."""
        self.rows: dict[int, Row] = {ROOT: Row(ROOT, None, _submenu_properties(), (), None)}
        """By id, in the order of the menu."""

    def replace(self, menu: Menu) -> Change:
        """Adopt `menu` and return what changed."""
        before = self.rows
        after: dict[int, Row] = {}
        rearranged: list[int] = []

        def add(
            number: int, identity: Hashable, properties: Properties, entries: Menu, action: Action | None
        ) -> int:
            was = before.get(number)
            free = {before[child].identity: child for child in was.children} if was else {}
            seen: dict[Hashable, int] = {}
            children = []
            for entry in entries:
                kind = _kind(entry)
                nth = seen[kind] = seen.get(kind, 0) + 1
                known = free.get((kind, nth))
                child = next(self._numbers) if known is None else known
                below, its_action = _below(entry)
                children.append(add(child, (kind, nth), self._properties(entry), below, its_action))
            if was is not None and was.children != tuple(children):
                rearranged.append(number)
            after[number] = Row(number, identity, properties, tuple(children), action)
            return number

        add(ROOT, None, _submenu_properties(), menu, None)
        self.rows = after
        if rearranged:
            self.revision += 1
        updated = []
        for number, row in after.items():
            was = before.get(number)
            if was is None or was.properties == row.properties:
                continue
            differing = {k: v for k, v in row.properties.items() if was.properties.get(k) != v}
            updated.append((number, differing))
        parent = rearranged[0] if len(rearranged) == 1 else ROOT
        return Change(parent if rearranged else None, updated)

    def _properties(self, entry: Item | Separator) -> Properties:
        if self._states_in_words and isinstance(entry, Item):
            entry = _with_state_in_words(entry)
        return _properties(entry)

    def layout(self, number: int, depth: int, names: list[str]) -> tuple[int, Properties, list[Any]]:
        """Return a row and those below it in dbusmenu's layout.

        Args:
            number: the row's id, which must exist.
            depth: how many levels below it; negative: all.
            names: the properties wanted; empty: all.
        """
        row = self.rows[number]
        below = row.children if depth else ()
        children = [("(ia{sv}av)", self.layout(child, depth - 1, names)) for child in below]
        return (number, only(row.properties, names), children)

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows.values())


def only(properties: Properties, names: list[str]) -> Properties:
    """Return those of `properties` that are in `names`, or all if it is empty."""
    return {name: value for name, value in properties.items() if name in names} if names else properties


def _kind(entry: Item | Separator) -> Hashable:
    """Return what makes `entry` the same row in another menu: what it does, not how it looks."""
    match entry:
        case Separator():
            return "separator"
        case Item(items=()):
            # GTK never takes a row's check box away again: a row without one is another row.
            mark = None if entry.checked is None else "radio" if entry.radio else "checkmark"
            return ("row", entry.action, mark)
        case Item():
            return "submenu"
        case _:
            assert_never(entry)


def _submenu_properties() -> Properties:
    return {"children-display": ("s", "submenu")}


def hides_states(environ: Mapping[str, str]) -> bool:
    """Return whether this desktop's menus may hide what a check box or greying shows.

    lxqt-panel's light theme (1.2) draws no box that is not ticked, and greyed rows like others.
    """
    return "lxqt" in environ.get("XDG_CURRENT_DESKTOP", "").lower().split(":")


def _with_state_in_words(entry: Item) -> Item:
    if entry.checked is None or entry.items:
        return entry
    state = "" if entry.radio else ": on" if entry.checked else ": off"
    return replace(entry, label=f"{entry.label}{state}{'' if entry.enabled else ' (unavailable)'}")


def _properties(entry: Item | Separator) -> Properties:
    if isinstance(entry, Separator):
        return {"type": ("s", "separator")}
    # An underscore marks the next letter as the row's key, and two mean one underscore.
    label = wire.one_line(entry.label).replace("_", "__")
    properties: Properties = {"label": ("s", label), "enabled": ("b", entry.enabled)}
    if entry.items:
        properties |= _submenu_properties()
    elif entry.checked is not None:
        properties["toggle-type"] = ("s", "radio" if entry.radio else "checkmark")
        properties["toggle-state"] = ("i", int(entry.checked))
    return properties


def _below(entry: Item | Separator) -> tuple[Menu, Action | None]:
    """Return the submenu of a row, or the action of a row without one."""
    if isinstance(entry, Separator):
        return (), None
    return entry.items, None if entry.items else entry.action
