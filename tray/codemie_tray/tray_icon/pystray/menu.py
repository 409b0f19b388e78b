"""Converts our menu description to pystray's, which its backends for Windows and macOS read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from codemie_tray.tray_icon.pystray import base as pystray_base
from codemie_tray.view.actions import Action
from codemie_tray.view.menu import Item, Menu, Separator


@dataclass(frozen=True, slots=True)
class Choice:
    """What choosing one row does."""

    action: Action | None
    """None for a row that only shows something."""
    on_action: Callable[[Action], None]

    def __call__(self, _icon: object, _item: object) -> None:
        """Report the action; pystray's arguments are not needed."""
        if self.action is not None:
            self.on_action(self.action)


def to_pystray(menu: Menu, on_action: Callable[[Action], None]) -> pystray_base.Menu:
    """Return the pystray menu that shows `menu` and reports choices to `on_action`."""
    return pystray_base.Menu(*(_entry(entry, on_action) for entry in menu))


def _entry(entry: Item | Separator, on_action: Callable[[Action], None]) -> pystray_base.MenuItem:
    if isinstance(entry, Separator):
        return pystray_base.Menu.SEPARATOR
    checked = None
    if entry.checked is not None:
        state = entry.checked
        checked = lambda _item: state  # noqa: E731 - pystray wants a callable, also for a constant
    chosen = to_pystray(entry.items, on_action) if entry.items else Choice(entry.action, on_action)
    return pystray_base.MenuItem(
        entry.label, chosen, checked=checked, radio=entry.radio, enabled=entry.enabled
    )
