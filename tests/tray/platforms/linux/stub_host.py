"""A tray host without a screen: watcher, panel and notification server on a real bus.

It reads and clicks the menu as panels do, and records every signal and notification.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from dataclasses import dataclass, field
from typing import Any

from jeepney import (
    DBusAddress,
    HeaderFields,
    MessageType,
    new_error,
    new_method_call,
    new_method_return,
    new_signal,
)
from jeepney.io.blocking import DBusConnection, open_dbus_connection
from tests.support.waiting import until

WATCHER = "org.kde.StatusNotifierWatcher"
NOTIFICATIONS = "org.freedesktop.Notifications"
ITEM = "org.kde.StatusNotifierItem"
MENU = "com.canonical.dbusmenu"
PROPERTIES = "org.freedesktop.DBus.Properties"
ITEM_PATH = "/StatusNotifierItem"
MENU_PATH = "/MenuBar"
BUS = DBusAddress("/org/freedesktop/DBus", "org.freedesktop.DBus", "org.freedesktop.DBus")


class BusError(Exception):
    """A call was answered with an error."""

    def __init__(self, name: str, body: tuple[Any, ...]) -> None:
        super().__init__(name, body)
        self.name = name


@dataclass
class Row:
    """One row as a panel sees it."""

    number: int
    properties: dict[str, Any]
    rows: list[Row] = field(default_factory=list)

    @property
    def label(self) -> str:
        """The label without its access key markers."""
        marked: str = self.properties.get("label", "")
        return marked.replace("__", "\0").replace("_", "").replace("\0", "_")

    def all(self) -> list[Row]:
        return [row for child in self.rows for row in (child, *child.all())]


class StubHost:
    """The test takes and releases names, and makes calls from its own thread."""

    def __init__(self, address: str) -> None:
        self._serving: DBusConnection = open_dbus_connection(address)
        self._client: DBusConnection = open_dbus_connection(address)
        self._send_lock = threading.Lock()
        self.registered: list[tuple[str, str]] = []
        """(what was registered, by whom), per registration."""
        self.signals: list[tuple[str, tuple[Any, ...]]] = []
        """(name, arguments) of signals of the item and the menu."""
        self.notifications: list[tuple[Any, ...]] = []
        """Notify's arguments."""
        self.arrivals: list[tuple[str, float]] = []
        """Names of signals, and Notify, in order; each with its time of arrival in seconds."""
        self.closed: list[int] = []
        """CloseNotification's numbers."""
        self.capabilities = ["body", "body-markup"]
        self.answers_registration = True
        self.has_host = True
        """Whether the watcher says that a panel is present."""
        self._thread = threading.Thread(target=self._serve, name="stub-host")
        self._thread.start()
        for interface in (ITEM, MENU):
            self.bus("AddMatch", "s", (f"type='signal',interface='{interface}'",))

    # ---- as a service ------------------------------------------

    def _serve(self) -> None:
        with contextlib.suppress(ConnectionError, OSError):
            while True:
                message = self._serving.receive()
                fields, kind = message.header.fields, message.header.message_type
                member = fields.get(HeaderFields.member)
                if kind is MessageType.signal and fields[HeaderFields.interface] in (ITEM, MENU):
                    self.signals.append((member, message.body))
                    self.arrivals.append((member, time.monotonic()))
                elif kind is MessageType.method_call:
                    self._answer(message, member)

    def _answer(self, message: Any, member: str) -> None:
        if member == "RegisterStatusNotifierItem":
            self.registered.append((message.body[0], message.header.fields[HeaderFields.sender]))
            if not self.answers_registration:
                return
            reply = new_method_return(message)
        elif member == "Get":
            reply = new_method_return(message, "v", (("b", self.has_host),))
        elif member == "GetCapabilities":
            reply = new_method_return(message, "as", (self.capabilities,))
        elif member == "CloseNotification":
            self.closed.append(message.body[0])
            reply = new_method_return(message)
        elif member == "Notify":
            self.notifications.append(message.body)
            self.arrivals.append((member, time.monotonic()))
            reply = new_method_return(message, "u", (message.body[1] or 40 + len(self.notifications),))
        else:
            reply = new_error(message, "org.freedesktop.DBus.Error.UnknownMethod", "s", (member,))
        with self._send_lock:
            self._serving.send(reply)

    def bus(self, member: str, signature: str, body: tuple[Any, ...]) -> None:
        """Call the bus from the serving connection, without waiting for the answer."""
        with self._send_lock:
            self._serving.send(new_method_call(BUS, member, signature, body))

    def press(self, number: int, key: str) -> None:
        """Signal that a notification's button was pressed, like its server does."""
        address = DBusAddress("/org/freedesktop/Notifications", interface=NOTIFICATIONS)
        with self._send_lock:
            self._serving.send(new_signal(address, "ActionInvoked", "us", (number, key)))

    def announce_host(self) -> None:
        """Announce a panel, like a watcher that was running before it."""
        self.has_host = True
        address = DBusAddress("/StatusNotifierWatcher", interface=WATCHER)
        with self._send_lock:
            self._serving.send(new_signal(address, "StatusNotifierHostRegistered"))

    def drop(self, item: str) -> None:
        """Announce that an item is no longer shown, like a watcher that failed to read it."""
        address = DBusAddress("/StatusNotifierWatcher", interface=WATCHER)
        with self._send_lock:
            self._serving.send(new_signal(address, "StatusNotifierItemUnregistered", "s", (item,)))

    def take(self, name: str) -> None:
        self.bus("RequestName", "su", (name, 4))
        until(lambda: self.owner(name))

    def give_up(self, name: str) -> None:
        self.bus("ReleaseName", "s", (name,))
        until(lambda: not self.owner(name))

    def owner(self, name: str) -> str:
        try:
            owner: str = self._call(BUS, "GetNameOwner", "s", (name,))[0]
        except BusError:
            return ""
        return owner

    def close(self) -> None:
        for connection in (self._serving, self._client):
            with contextlib.suppress(OSError):
                connection.sock.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._serving.close()
        self._client.close()

    # ---- as a panel ---------------------------------------------

    @property
    def item(self) -> str:
        """The bus name of the item that registered last."""
        until(lambda: self.registered)
        service, sender = self.registered[-1]
        return sender if service.startswith("/") else service

    def call(self, path: str, interface: str | None, member: str, signature: str = "", body: Any = ()) -> Any:
        """Call the item and return the answer's arguments."""
        return self._call(DBusAddress(path, self.item, interface), member, signature, body)

    def _call(self, address: DBusAddress, member: str, signature: str, body: Any) -> Any:
        message = new_method_call(address, member, signature or None, body)
        reply = self._client.send_and_get_reply(message, timeout=60)
        if reply.header.message_type is MessageType.error:
            raise BusError(reply.header.fields[HeaderFields.error_name], reply.body)
        return reply.body

    def send_bytes(self, data: bytes) -> None:
        """Send arbitrary bytes, if necessary on a separate connection."""
        self._client.sock.sendall(data)

    def properties(self, path: str = ITEM_PATH, interface: str = ITEM) -> dict[str, Any]:
        values = self.call(path, PROPERTIES, "GetAll", "s", (interface,))[0]
        return {name: value for name, (_, value) in values.items()}

    def menu(self) -> Row:
        """Read the whole menu."""

        def row(layout: Any) -> Row:
            number, properties, children = layout
            plain = {name: value for name, (_, value) in properties.items()}
            return Row(number, plain, [row(child) for _, child in children])

        return row(self.call(MENU_PATH, MENU, "GetLayout", "iias", (0, -1, []))[1])

    def row(self, label: str) -> Row:
        return next(row for row in self.menu().all() if row.label == label)

    def click(self, number: int) -> None:
        self.call(MENU_PATH, MENU, "Event", "isvu", (number, "clicked", ("i", 0), 0))

    def ping(self) -> None:
        self.call(ITEM_PATH, "org.freedesktop.DBus.Peer", "Ping")
