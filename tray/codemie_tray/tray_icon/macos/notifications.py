"""Notifications on macOS: through the system's own centre for the installed app, otherwise by a script.

The centre accepts notifications only from a bundle, and asks the user once. Run from source, the program is
not a bundle; AppleScript shows them then, without blocking and with the texts as arguments, never as code.
Not run on macOS.
"""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
from typing import Any

from codemie_core.system.process.foreign_environment import foreign_environment
from codemie_tray.tray_icon.macos import api as macos_api

LOG = logging.getLogger(__name__)

SCRIPT = (
    "on run words",
    "display notification (item 2 of words) with title (item 1 of words)",
    "end run",
)
_SCRIPT_SECONDS = 30.0
_ALERT_AND_SOUND = 0b110
"""UNAuthorizationOptionAlert and ...Sound."""


class Notifications:
    """Shows notifications. `show` belongs on the main thread and returns at once."""

    def __init__(self) -> None:
        self._centre: Any = None
        self._number = 0
        self._title = ""
        """Of the last one."""
        self._withdrawn = ""
        """The identifier of the last one that was withdrawn."""

    def show(self, title: str, text: str) -> None:
        """Show one.

        Args:
            title: not empty.
            text: may be empty.
        """
        self._title = title
        module = _centre_module()
        if module is None:
            self._by_script(title, text)
        else:
            self._by_centre(module, title, text)

    def withdraw(self, title: str) -> None:
        """Remove the last one if it has this title; what a script showed, nobody can remove."""
        if self._title == title and self._centre is not None:
            self._withdrawn = self._identifier
            identifiers = [self._identifier]
            self._centre.removePendingNotificationRequestsWithIdentifiers_(identifiers)
            self._centre.removeDeliveredNotificationsWithIdentifiers_(identifiers)

    @property
    def _identifier(self) -> str:
        return f"codemie-tray-{self._number}"

    def _by_script(self, title: str, text: str) -> None:
        # Another program shows it, which takes some time.
        threading.Thread(target=_run_script, args=(title, text), name="notification", daemon=True).start()

    def _by_centre(self, module: Any, title: str, text: str) -> None:
        content = module.UNMutableNotificationContent.alloc().init()
        content.setTitle_(title)
        content.setBody_(text)
        self._number += 1
        identifier = self._identifier
        request = module.UNNotificationRequest.requestWithIdentifier_content_trigger_(
            identifier, content, None
        )
        if self._centre is None:
            self._centre = module.UNUserNotificationCenter.currentNotificationCenter()
        centre = self._centre

        def deliver() -> None:
            if identifier != self._withdrawn:  # while the user was asked for permission
                centre.addNotificationRequest_withCompletionHandler_(request, _delivered)

        def add(granted: bool, error: object) -> None:  # on a thread of the centre's
            if granted:
                macos_api.call_on_main(deliver)
            else:
                LOG.info("notifications are not allowed (%s): %s. %s", error, title, text)

        # Asks the user only the first time, and returns their answer from then on.
        centre.requestAuthorizationWithOptions_completionHandler_(_ALERT_AND_SOUND, add)


def _delivered(error: object) -> None:
    if error is not None:
        LOG.info("a notification was not shown: %s", error)


def _centre_module() -> Any:
    """Return the module of the system's notification centre, or None if this program may not use it."""
    if not getattr(sys, "frozen", False) or macos_api.bundle_identifier() is None:
        return None
    try:
        import UserNotifications  # type: ignore[import-not-found]  # only there on macOS
    except ImportError:
        return None
    return UserNotifications


def _run_script(title: str, text: str) -> None:
    lines = [word for line in SCRIPT for word in ("-e", line)]
    try:
        ran = subprocess.run(
            ["/usr/bin/osascript", *lines, title, text],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_SCRIPT_SECONDS,
            check=False,
            env=foreign_environment(),
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        LOG.info("a notification was not shown: %s", error)
        return
    if ran.returncode:
        LOG.info("a notification was not shown: %s", ran.stderr.decode("utf-8", "replace").strip())
