"""Registers the item with the watcher: at once, whenever a watcher appears, and again if no host looks.

A panel asks its watcher for the present items, and only then listens for new ones. What registers in between
(a few microseconds of waybar 0.9's start; we answer a new watcher that quickly) is in the watcher's list but
on no panel. A shown icon has been read, so one that nobody reads is offered again under a new name.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable

from codemie_tray.tray_icon.linux.dbus import bus, wire

_LOG = logging.getLogger(__name__)

WATCHER = "org.kde.StatusNotifierWatcher"
_WATCHER_PATH = "/StatusNotifierWatcher"
_DO_NOT_QUEUE = 4
_OURS_NOW = (1, 4)
"""RequestName's answers that mean that the name is ours."""
_MATCHES = (
    f"type='signal',sender='{bus.SERVICE}',member='NameOwnerChanged',arg0='{WATCHER}'",
    f"type='signal',sender='{WATCHER}',interface='{WATCHER}',member='StatusNotifierHostRegistered'",
    f"type='signal',sender='{WATCHER}',interface='{WATCHER}',member='StatusNotifierItemUnregistered'",
)
_PROPERTIES = "org.freedesktop.DBus.Properties"
_MOST_OFFERS = 3
"""Per watcher: a host that still does not look has its reasons."""


class Registration:
    """Used on the bus's thread only."""

    def __init__(
        self,
        session: bus.Bus,
        path: str,
        on_offered: Callable[[], None],
        *,
        on_host: Callable[[str], None] = lambda _host: None,
        on_looked: Callable[[], None] = lambda: None,
        on_no_host: Callable[[], None] = lambda: None,
        host_seconds: float,
        no_host_seconds: float = 10.0,
    ) -> None:
        """Prepare.

        Args:
            session: the bus.
            path: of the item.
            on_offered: called each time the item was offered, or there was no watcher to offer it to.
            on_host: called with the unique name of the program that accepted the item.
            on_looked: called when a host read the item for the first time: it is shown.
            on_no_host: called once, if there is no host after `no_host_seconds`.
            host_seconds: how long a host may take to read the item.
            no_host_seconds: how long to wait for a host.
        """
        self._bus = session
        self._path = path
        self._on_offered = on_offered
        self._on_host = on_host
        self._on_looked = on_looked
        self._on_no_host = on_no_host
        self._host_seconds = host_seconds
        self._no_host_seconds = no_host_seconds
        self._said_no_host = False
        self._names = 0
        self._name = ""
        self._own_name = ""
        self._watcher = ""
        self._offers = 0
        self._was_read = False

    def begin(self) -> None:
        """Request a name on a newly joined bus, and register under it."""
        self._names = self._offers = 0
        for match in _MATCHES:
            self._bus.call_bus("AddMatch", "s", (match,))
        if not self._said_no_host:
            self._bus.call_later(self._no_host_seconds, self._look_for_host)
        self._take_name()

    def take_signal(self, signal: wire.Signal) -> None:
        """Register again if a watcher appeared or dropped the item; expect a read if a host appeared."""
        if signal.sender == bus.SERVICE and signal.member == "NameOwnerChanged":
            if len(signal.body) == 3 and signal.body[0] == WATCHER:
                self._offers = 0
                if signal.body[2]:
                    self._register()
                else:
                    self._bus.cancel(self._look_again)
                    _LOG.info("The tray's host went away; waiting for the next one.")
        elif signal.sender == self._watcher and signal.member == "StatusNotifierHostRegistered":
            self._wait_for_look()
        elif (
            signal.sender == self._watcher
            and signal.member == "StatusNotifierItemUnregistered"
            and self._own_name
            and signal.body
            and _is_item(signal.body[0], self._own_name)
        ):
            # GNOME's extension (46) may drop an item that registers while the shell starts. Each watcher
            # spells items in its own way: "name", "name/path", "name@/path".
            _LOG.info("The tray's host dropped the icon; offering it once more.")
            self._was_read = False
            self._wait_for_look()

    def take_call(self, call: wire.Call) -> None:
        """Notice that a host reads the item.

        Panels read all properties at once. One that reads them singly counts only if it is also the watcher,
        because other programs (a script, a monitor) may read one, too.
        """
        if call.path != self._path or call.interface != _PROPERTIES:
            return
        if call.member == "GetAll" or (self._watcher and call.sender == self._watcher):
            if not self._was_read:
                self._was_read = True
                self._on_looked()
            self._bus.cancel(self._look_again)
            self._bus.cancel(self._look_for_host)

    def _take_name(self) -> None:
        self._names += 1
        self._name = f"org.kde.StatusNotifierItem-{os.getpid()}-{self._names}"
        self._bus.call_bus("RequestName", "su", (self._name, _DO_NOT_QUEUE), self._got_name)

    def _got_name(self, reply: wire.Reply) -> None:
        ours = not reply.error and reply.body in [(code,) for code in _OURS_NOW]
        # Otherwise another process has it: the same process number in another container on this bus.
        self._own_name = self._name if ours else ""
        self._register()
        self._on_offered()

    def _register(self) -> None:
        self._was_read = False
        self._offers += 1
        # An item is identified by its name on the bus; given an object's path instead, the watcher uses the
        # sender of the call.
        self._bus.call(
            WATCHER,
            _WATCHER_PATH,
            WATCHER,
            "RegisterStatusNotifierItem",
            "s",
            (self._own_name or self._path,),
            on_reply=self._registered,
        )

    def _registered(self, reply: wire.Reply) -> None:
        if not reply.error:
            _LOG.info("The icon is in the tray.")
            self._watcher = reply.sender
            self._on_host(reply.sender)
            self._wait_for_look()
        elif reply.error.endswith((".ServiceUnknown", ".NameHasNoOwner")):
            _LOG.info("There is no tray host yet; waiting for one.")
        else:
            _LOG.warning("The tray's host refused the icon: %s %s", reply.error, reply.body)

    def _wait_for_look(self) -> None:
        self._bus.cancel(self._look_again)
        if not self._was_read and self._offers < _MOST_OFFERS:
            self._bus.call_later(self._host_seconds, self._look_again)

    def _look_again(self) -> None:
        # A watcher may exist long before a host; nobody can read the item then, and a signal says when.
        self._ask_for_host(self._offer_again)

    def _look_for_host(self) -> None:
        self._ask_for_host(self._know_host)

    def _ask_for_host(self, on_reply: Callable[[wire.Reply], None]) -> None:
        self._bus.call(
            WATCHER,
            _WATCHER_PATH,
            _PROPERTIES,
            "Get",
            "ss",
            (WATCHER, "IsStatusNotifierHostRegistered"),
            on_reply=on_reply,
        )

    def _know_host(self, reply: wire.Reply) -> None:
        # A watcher alone shows nothing: it may run without a panel.
        if reply.body != (("b", True),) and not self._was_read and not self._said_no_host:
            self._said_no_host = True
            self._on_no_host()

    def _offer_again(self, reply: wire.Reply) -> None:
        if reply.body == (("b", True),) and not self._was_read:
            _LOG.info("The tray's host did not look at the icon; offering it once more.")
            if self._own_name:
                self._bus.call_bus("ReleaseName", "s", (self._own_name,))
            self._take_name()


def _is_item(item: object, name: str) -> bool:
    """Return whether a watcher means this item, and not one whose number only begins with the same digits."""
    return isinstance(item, str) and item.startswith(name) and not item[len(name) : len(name) + 1].isdigit()
