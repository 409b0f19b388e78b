"""The interface of every platform's `TrayIcon`.

The policy they share is in `shown_view`: it holds the last view and gives the platform only what changed. A
menu that did not change is not touched, so an open one stays open.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from codemie_tray.view.actions import Action
from codemie_tray.view.menu import Item
from codemie_tray.view.view import View


class TrayUnavailable(Exception):
    """A tray icon can't be shown here (no session bus, no display); the message says why."""


class TrayIconBackend(Protocol):
    """What a backend implements. All methods except `run` work on any thread and return at once."""

    def __init__(self, name: str, view: View, on_action: Callable[[Action], None]) -> None:
        """Prepare; does nothing native yet.

        Args:
            name: the program's identifier for the OS (`codemie-tray`).
            view: the first view.
            on_action: called with the action of a chosen item, on the thread that serves the icon; must not
                block.
        """

    def run(self, on_ready: Callable[[], None]) -> None:
        """Show the icon and serve it until `stop`; blocks, on the process's main thread.

        A missing host (panel) is waited for, and joined again if it restarts.

        Args:
            on_ready: called once, on any thread, when the icon is offered to the host (or the wait for one
                began); must not block either.

        Raises:
            TrayUnavailable: a host can't be reached, or the connection was lost for good.
        """

    def stop(self) -> None:
        """End `run`, which removes the icon. May be called before `run`, and twice."""

    def show(self, view: View) -> None:
        """Show `view` instead of the last one, touching only what differs."""

    def notify(self, title: str, text: str, button: Item | None = None) -> None:
        """Show a notification; a desktop without notifications gets a line in the log.

        Args:
            title: the first line.
            text: the rest.
            button: offered with it if the desktop can (a click on the notification then means it, too). It is
                omitted elsewhere, so the menu must offer the same action.
        """

    def withdraw(self, title: str) -> None:
        """Remove the last notification from the screen if it has this title; does nothing if it is gone."""

    def session_environment(self) -> Mapping[str, str | None]:
        """Return the variables of the session that shows the icon, None for one to be removed.

        They may differ from those we were started with. Empty if they can't. They are for one program that is
        started now, because one of them may let its window come to the front.
        """

    def show_itself(self, title: str, text: str) -> None:
        """Answer a second start: make sure that the user sees something, even if the icon is hidden."""
