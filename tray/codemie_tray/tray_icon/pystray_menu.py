"""From our menu description to pystray's, which every platform's backend reads."""

from __future__ import annotations

from collections.abc import Callable

from pystray import _base  # pystray's face picks a backend at import and may raise anything there

from codemie_tray.actions import Action
from codemie_tray.menu import Item, Menu, Separator


def to_pystray(menu: Menu, on_action: Callable[[Action], None]) -> _base.Menu:
    """Return the pystray menu that shows `menu` and reports choices to `on_action`."""
    return _base.Menu(*(_entry(entry, on_action) for entry in menu))


def _entry(entry: Item | Separator, on_action: Callable[[Action], None]) -> _base.MenuItem:
    if isinstance(entry, Separator):
        return _base.Menu.SEPARATOR
    checked = None
    if entry.checked is not None:
        state = entry.checked
        checked = lambda _item: state  # noqa: E731 - pystray wants a callable, also for a constant
    chosen: object = None
    if entry.items:
        chosen = to_pystray(entry.items, on_action)
    elif entry.action is not None:
        action = entry.action
        chosen = lambda _icon, _item: on_action(action)  # noqa: E731
    return _base.MenuItem(entry.label, chosen, checked=checked, radio=entry.radio, enabled=entry.enabled)
