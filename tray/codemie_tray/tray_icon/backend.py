"""What every platform's `TrayIcon` offers.

The policy they share is in `shown_view`: it owns the last view and hands the platform only what changed; a
menu that did not change is not touched, so an open one stays open.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from codemie_tray.view.actions import Action
from codemie_tray.view.menu import Item
from codemie_tray.view.view import View


class TrayUnavailable(Exception):
    """There is no place a tray icon could live (no session bus, no display); the message says which."""


class TrayIconBackend(Protocol):
    """What a backend implements. All methods but `run` may be called from any thread and return at once."""

    def __init__(self, name: str, view: View, on_action: Callable[[Action], None]) -> None:
        """Prepare; nothing native happens yet.

        Args:
            name: the program's identifier for the OS (`codemie-tray`).
            view: the first view.
            on_action: called with the action of an item that was chosen, on the thread that serves the icon,
                which it must not block.
        """

    def run(self, on_ready: Callable[[], None]) -> None:
        """Show the icon and serve it until `stop`; blocks, on the process's main thread.

        A host (panel) that is not there yet is waited for, and one that restarts is joined again.

        Args:
            on_ready: called once, on any thread, when the icon is offered to the host (or when waiting
                for one began); it must not block either.

        Raises:
            TrayUnavailable: there is no way to reach a host, or the way was lost for good.
        """

    def stop(self) -> None:
        """End `run`, which removes the icon. Also correct before `run` and twice."""

    def show(self, view: View) -> None:
        """Show `view` in place of the last one, touching only what differs."""

    def notify(self, title: str, text: str, button: Item | None = None) -> None:
        """Show a notification; where the desktop has none this is a line in the log.

        Args:
            title: the first line.
            text: the rest.
            button: offered with it where the desktop can (there a click on the notification means it, too).
                Elsewhere it is left out: what it does must be in the menu as well.
        """

    def session_environment(self) -> Mapping[str, str | None]:
        """Return the variables of the session that shows the icon, None for one to be left out.

        They may be others than ours, which we were started with. Empty where they can't be. They are for
        one program that is started now, as one of them may let its window come to the front.
        """

    def show_itself(self, title: str, text: str) -> None:
        """Answer a second start: make sure that the person sees something, even if the icon is hidden."""
