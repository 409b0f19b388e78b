"""The menu on the bus: com.canonical.dbusmenu over `menu_model`."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from codemie_tray.tray_icon.linux.dbus import interfaces
from codemie_tray.tray_icon.linux.dbus.bus import Bus
from codemie_tray.tray_icon.linux.dbus.dispatch import Refused
from codemie_tray.tray_icon.linux.menu.menu_model import MenuModel, Row, hides_states, only
from codemie_tray.view.actions import Action
from codemie_tray.view.menu import Menu

PATH = "/MenuBar"

_PROTOCOL_VERSION = 3
_MOST_HINTS = 3
"""Per submenu and revision of the menu: a host that answers each hint with a new question must not spin."""
_UNKNOWN_ID = "com.canonical.dbusmenu.Error.UnknownId"


class MenuObject:
    """Used on the bus's thread only."""

    interface = interfaces.MENU

    def __init__(self, bus: Bus, on_chosen: Callable[[Action], None]) -> None:
        """`on_chosen` gets the action of an enabled row that was clicked, and must not block."""
        self._bus = bus
        self._on_chosen = on_chosen
        self._model = MenuModel(states_in_words=hides_states(os.environ))
        self._hints: Counter[int] = Counter()
        """How often each submenu of the menu as it is now was offered for reading ahead."""

    def set_menu(self, menu: Menu) -> None:
        """Show `menu`, telling hosts what differs, if anything."""
        change = self._model.replace(menu)
        name = self.interface.name
        if change.layout_parent is not None:
            self._hints.clear()
            self._layout_updated(change.layout_parent)
        if change.updated:
            # The second list is of properties that rows lost: no row ever does.
            self._bus.emit(PATH, name, "ItemsPropertiesUpdated", "a(ia{sv})a(ias)", (change.updated, []))

    def properties(self) -> dict[str, tuple[str, Any]]:
        """Return every property as (type, value)."""
        return {
            "Version": ("u", _PROTOCOL_VERSION),
            "TextDirection": ("s", "ltr"),
            "Status": ("s", "normal"),
            "IconThemePath": ("as", []),
        }

    def methods(self) -> Mapping[str, Callable[..., tuple[Any, ...]]]:
        """Return the methods that a host may call."""
        return {
            "GetLayout": self._get_layout,
            "GetGroupProperties": self._get_group_properties,
            "GetProperty": self._get_property,
            "Event": self._event,
            "EventGroup": self._event_group,
            "AboutToShow": self._about_to_show,
            "AboutToShowGroup": self._about_to_show_group,
        }

    def _row(self, number: int) -> Row:
        try:
            return self._model.rows[number]
        except KeyError:
            raise Refused(_UNKNOWN_ID, f"there is no row {number}") from None

    def _get_layout(self, number: int, depth: int, names: list[str]) -> tuple[Any, ...]:
        row = self._row(number)
        if depth == 1:
            self._offer_submenus(row)
        return self._model.revision, self._model.layout(number, depth, names)

    def _offer_submenus(self, row: Row) -> None:
        """Let a host that reads the menu level by level read the submenus of `row` before they are opened.

        Plasma 5.27 fills a submenu only once it is open. Until then it is empty and narrow, and Qt places it
        as such: at the edge of the screen, its rows end up outside (on X) or are not shown (on Wayland).
        Plasma's DBusMenuImporter reads the row that LayoutUpdated names, even a submenu that was never open.
        It also keeps the old rows of a submenu that changed together with its parent.
        """
        for number in row.children:
            if self._model.rows[number].children and self._hints[number] < _MOST_HINTS:
                self._hints[number] += 1
                self._layout_updated(number)

    def _layout_updated(self, parent: int) -> None:
        body = (self._model.revision, parent)
        self._bus.emit(PATH, self.interface.name, "LayoutUpdated", "ui", body)

    def _get_group_properties(self, numbers: list[int], names: list[str]) -> tuple[Any, ...]:
        rows = self._model.rows
        # Each once, however often requested: a short request must not cause a long answer.
        wanted = (
            [rows[number] for number in dict.fromkeys(numbers) if number in rows] if numbers else self._model
        )
        return ([(row.number, only(row.properties, names)) for row in wanted],)

    def _get_property(self, number: int, name: str) -> tuple[Any, ...]:
        properties = self._row(number).properties
        if name not in properties:
            raise Refused("UnknownProperty", f"row {number} has no property {name}")
        return (properties[name],)

    def _event(self, number: int, event: str, _data: Any, _timestamp: int) -> tuple[Any, ...]:
        row = self._row(number)
        if event == "clicked" and row.action is not None and row.properties["enabled"][1]:
            self._on_chosen(row.action)
        return ()

    def _event_group(self, events: list[tuple[int, str, Any, int]]) -> tuple[Any, ...]:
        unknown = []
        for event in events:
            if event[0] in self._model.rows:
                self._event(*event)
            else:
                unknown.append(event[0])
        if events and len(unknown) == len(events):
            raise Refused(_UNKNOWN_ID, "none of these rows exist")
        return (unknown,)

    def _about_to_show(self, number: int) -> tuple[Any, ...]:
        self._row(number)
        return (False,)  # every change was signalled when it happened

    def _about_to_show_group(self, numbers: list[int]) -> tuple[Any, ...]:
        unknown = [number for number in numbers if number not in self._model.rows]
        if numbers and len(unknown) == len(numbers):
            raise Refused(_UNKNOWN_ID, "none of these rows exist")
        return [], unknown
