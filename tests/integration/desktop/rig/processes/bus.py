"""Calls on a session bus."""

from __future__ import annotations

from typing import Any, ClassVar

from jeepney import DBusAddress, HeaderFields, Message, MessageType, new_method_call
from jeepney.io.blocking import DBusConnection, open_dbus_connection


class BusError(Exception):
    """The bus can't be reached, or the service answered with an error."""


class Bus:
    """A session bus by its address. Each call has its own connection, so the bus may restart."""

    limit_seconds: ClassVar[float] = 5.0
    """How long a call may take, unless it says otherwise."""

    def __init__(self, address: str) -> None:
        self.address = address

    def call(
        self,
        destination: str,
        path: str,
        interface: str,
        member: str,
        *arguments: Any,
        signature: str | None = None,
        limit_seconds: float | None = None,
    ) -> tuple[Any, ...]:
        """Call a method and return the body of its answer.

        Raises:
            BusError: no bus, no answer in time, or an error as the answer.
        """
        message = new_method_call(DBusAddress(path, destination, interface), member, signature, arguments)
        try:
            reply = self._reply_to(message, limit_seconds or self.limit_seconds)
        except (OSError, EOFError) as error:
            raise BusError(f"{interface}.{member}: {error!r}") from error
        if reply.header.message_type is MessageType.error:
            name = reply.header.fields.get(HeaderFields.error_name)
            raise BusError(f"{interface}.{member}: {name} {reply.body}")
        return tuple(reply.body)

    def _reply_to(self, message: Message, limit_seconds: float) -> Message:
        connection = open_dbus_connection(self.address)
        try:
            return connection.send_and_get_reply(message, timeout=limit_seconds)
        finally:
            connection.close()

    def property(self, destination: str, path: str, interface: str, name: str) -> Any:
        """Return a property's value, without its signature."""
        properties = "org.freedesktop.DBus.Properties"
        body = self.call(destination, path, properties, "Get", interface, name, signature="ss")
        return body[0][1]

    def has_owner(self, name: str) -> bool:
        """Return whether `name` has an owner; also False without a bus."""
        try:
            return bool(self._daemon("NameHasOwner", name)[0])
        except BusError:
            return False

    def process_of(self, name: str) -> int:
        """Return the process id behind a bus name."""
        return int(self._daemon("GetConnectionUnixProcessID", name)[0])

    def answers(self) -> bool:
        """Return whether there is a bus at the address."""
        try:
            self._daemon("GetId")
        except BusError:
            return False
        return True

    def _daemon(self, member: str, *arguments: str) -> tuple[Any, ...]:
        name = "org.freedesktop.DBus"
        signature = "s" * len(arguments) or None
        return self.call(name, "/org/freedesktop/DBus", name, member, *arguments, signature=signature)


class HeldBus(Bus):
    """A bus with one connection for all calls: reading a window takes hundreds."""

    limit_seconds = 30.0
    _connection: DBusConnection | None = None

    def _reply_to(self, message: Message, limit_seconds: float) -> Message:
        try:
            if self._connection is None:
                self._connection = open_dbus_connection(self.address)
            return self._connection.send_and_get_reply(message, timeout=limit_seconds)
        except (OSError, EOFError):
            self.close()
            raise

    def close(self) -> None:
        """End the connection; the next call makes another."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
