"""The policy every backend shares: pass pystray only what differs between the new view and the last one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from codemie_tray.tray_icon.pystray.menu import to_pystray
from codemie_tray.view.actions import Action
from codemie_tray.view.menu import Item
from codemie_tray.view.view import View


def tooltip(view: View) -> str:
    """Return the tooltip as one text, for systems that support only that."""
    return f"{view.tooltip_title}\n{view.tooltip_text}" if view.tooltip_text else view.tooltip_title


class ShownView:
    """Mixed into a pystray icon, whose setters it uses; it touches `icon`, `title` and `menu`."""

    _view: View
    _on_action: Callable[[Action], None]
    icon: Any
    title: Any
    menu: Any

    def _apply(self, view: View) -> None:
        """Update the icon from the last view to `view`. Call it on the backend's own thread."""
        before, self._view = self._view, view
        if view.icon != before.icon:
            self.icon = self._icon_of(view)
        if tooltip(view) != tooltip(before):
            self.title = tooltip(view)
        if view.menu != before.menu:
            self.menu = self._menu_of(view)

    def show_itself(self, title: str, text: str) -> None:
        """Answer a second start; a notification will do if nothing hides the icon for good."""
        self.notify(title, text)

    def session_environment(self) -> dict[str, str | None]:
        """Return nothing: here, a program does not outlive its session."""
        return {}

    def notify(self, title: str, text: str, button: Item | None = None) -> None:
        """Show a notification."""
        raise NotImplementedError

    def withdraw(self, title: str) -> None:
        """Remove a notification."""
        raise NotImplementedError

    def _menu_of(self, view: View) -> object:
        """Return the value for pystray's `menu`."""
        return to_pystray(view.menu, self._on_action)

    def _icon_of(self, view: View) -> object:
        """Return the value for pystray's `icon`."""
        raise NotImplementedError
