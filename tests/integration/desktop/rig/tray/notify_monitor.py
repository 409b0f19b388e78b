"""The notifications of a desktop that shows them itself: monitored on the bus, seen on the screen."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from jeepney import DBusAddress, HeaderFields, MessageType, new_method_call
from jeepney.io.blocking import DBusConnection, open_dbus_connection
from tests.integration.desktop.rig.processes.bus import Bus, BusError
from tests.integration.desktop.rig.tray.notifications import NAME, Notification, Notifications

_RULES = (
    f"type='method_call',interface='{NAME}',member='Notify'",
    f"type='method_return',sender='{NAME}'",
)


@dataclass(slots=True)
class _Heard:
    notification: Notification
    serial: tuple[str, int]
    """Sender and serial of the call, which identify its answer."""
    number: int = 0
    """The server's id for it."""


class MonitoredNotifications(Notifications):
    """Monitors every `Notify` on a session bus; the desktop says how many are on the screen."""

    def __init__(self, bus: Bus, on_screen: Callable[[], int]) -> None:
        super().__init__(bus)
        self._on_screen = on_screen
        self._heard: list[_Heard] = []
        self._lock = threading.Lock()
        self._forgotten = 0

    def start(self) -> None:
        """Listen from now on, until the bus ends."""
        connection = open_dbus_connection(self._bus.address)
        address = DBusAddress(
            "/org/freedesktop/DBus", "org.freedesktop.DBus", "org.freedesktop.DBus.Monitoring"
        )
        connection.send_and_get_reply(
            new_method_call(address, "BecomeMonitor", "asu", (list(_RULES), 0)), timeout=30
        )
        threading.Thread(target=self._listen, args=(connection,), name="notify-monitor", daemon=True).start()

    def displayed(self) -> int:
        """Return how many are on the screen now."""
        return self._on_screen()

    def close(self) -> None:
        """Clear the screen; they stay readable."""
        with self._lock:
            numbers = {heard.number for heard in self._heard if heard.number}
        for number in numbers:
            try:
                self._bus.call(
                    NAME, "/org/freedesktop/Notifications", NAME, "CloseNotification", number, signature="u"
                )
            except BusError:
                continue  # closed already

    def all(self) -> list[Notification]:
        """Return all there were, oldest first."""
        with self._lock:
            return [heard.notification for heard in self._heard]

    def seen(self) -> list[Notification]:
        """Close all and return those since `forget`, oldest first."""
        self.close()
        with self._lock:
            return [heard.notification for heard in self._heard[self._forgotten :]]

    def forget(self) -> None:
        """Close all and exclude them from `seen`."""
        self.close()
        with self._lock:
            self._forgotten = len(self._heard)

    def _listen(self, connection: DBusConnection) -> None:
        with connection:
            while True:
                try:
                    message = connection.receive()
                except (OSError, EOFError):
                    return  # the bus ended
                self._take(message)

    def _take(self, message: Any) -> None:
        fields = message.header.fields
        with self._lock:
            if message.header.message_type is MessageType.method_call:
                if fields[HeaderFields.destination] != NAME:
                    return  # GNOME's service hands each call on to the shell: the same one again
                app, _, _, title, text = message.body[:5]
                serial = (fields[HeaderFields.sender], message.header.serial)
                self._heard.append(_Heard(Notification(app, title, text), serial))
            elif message.header.message_type is MessageType.method_return:
                serial = (fields.get(HeaderFields.destination, ""), fields[HeaderFields.reply_serial])
                for heard in self._heard:
                    if heard.serial == serial:
                        heard.number = message.body[0]
