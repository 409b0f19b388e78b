"""Calls on a session bus. The rig's only import of jeepney."""

from __future__ import annotations

from typing import Any

from jeepney import DBusAddress, HeaderFields, MessageType, new_method_call
from jeepney.io.blocking import open_dbus_connection


class BusError(Exception):
    """The bus can't be reached, or the service answered with an error."""


class Bus:
    """A session bus by its address. Each call has its own connection, so the bus may restart."""

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
        limit_seconds: float = 5.0,
    ) -> tuple[Any, ...]:
        """Call a method and return the body of its answer.

        Raises:
            BusError: no bus, no answer in time, or an error as the answer.
        """
        address = DBusAddress(path, destination, interface)
        try:
            connection = open_dbus_connection(self.address)
            try:
                reply = connection.send_and_get_reply(
                    new_method_call(address, member, signature, arguments), timeout=limit_seconds
                )
            finally:
                connection.close()
        except (OSError, EOFError) as error:
            raise BusError(f"{interface}.{member}: {error!r}") from error
        if reply.header.message_type is MessageType.error:
            name = reply.header.fields.get(HeaderFields.error_name)
            raise BusError(f"{interface}.{member}: {name} {reply.body}")
        return tuple(reply.body)

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
