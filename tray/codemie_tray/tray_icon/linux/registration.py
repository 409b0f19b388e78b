"""Tells the watcher about the item: at once, and again whenever a watcher appears."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable

from codemie_tray.tray_icon.linux import bus, wire

_LOG = logging.getLogger(__name__)

WATCHER = "org.kde.StatusNotifierWatcher"
_WATCHER_PATH = "/StatusNotifierWatcher"
_DO_NOT_QUEUE = 4
_OURS_NOW = (1, 4)
"""RequestName's answers that mean the name is ours."""
_MATCH = f"type='signal',sender='{bus.SERVICE}',member='NameOwnerChanged',arg0='{WATCHER}'"


class Registration:
    """Used on the bus's thread only."""

    def __init__(self, session: bus.Bus, on_offered: Callable[[], None]) -> None:
        """`on_offered` is called each time the item was offered, or none was there to offer it to."""
        self._bus = session
        self._on_offered = on_offered
        self._own_name = ""

    def begin(self) -> None:
        """Take a name on a bus that was just joined, and register under it."""
        name = f"org.kde.StatusNotifierItem-{os.getpid()}-1"
        self._own_name = name
        self._bus.call_bus("AddMatch", "s", (_MATCH,))
        self._bus.call_bus("RequestName", "su", (name, _DO_NOT_QUEUE), self._got_name)

    def take_signal(self, signal: wire.Signal) -> None:
        """Register again if `signal` says that a watcher appeared."""
        if signal.sender != bus.SERVICE or signal.member != "NameOwnerChanged":
            return
        if len(signal.body) == 3 and signal.body[0] == WATCHER:
            if signal.body[2]:
                self._register()
            else:
                _LOG.info("The tray's host went away; waiting for the next one.")

    def _got_name(self, reply: wire.Reply) -> None:
        if reply.error or reply.body not in [(code,) for code in _OURS_NOW]:
            # Another process has it: the same process number in another container on this bus.
            self._own_name = ""
        self._register()
        self._on_offered()

    def _register(self) -> None:
        # An item is known by its name on the bus; given an object's path instead, the watcher takes the
        # sender of the call.
        name = self._own_name or "/StatusNotifierItem"
        self._bus.call(
            WATCHER,
            _WATCHER_PATH,
            WATCHER,
            "RegisterStatusNotifierItem",
            "s",
            (name,),
            on_reply=self._registered,
        )

    def _registered(self, reply: wire.Reply) -> None:
        if not reply.error:
            _LOG.info("The icon is in the tray.")
        elif reply.error.endswith((".ServiceUnknown", ".NameHasNoOwner")):
            _LOG.info("There is no tray host yet; waiting for one.")
        else:
            _LOG.warning("The tray's host refused the icon: %s %s", reply.error, reply.body)
