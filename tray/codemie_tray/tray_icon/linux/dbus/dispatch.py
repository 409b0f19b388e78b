"""Finds who answers a call, and refuses calls that nobody can answer with the bus's own errors."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from codemie_core.system.desktop_session import machine_id
from codemie_tray.tray_icon.linux.dbus import wire
from codemie_tray.tray_icon.linux.dbus.interfaces import (
    INTROSPECTABLE,
    PEER,
    PROPERTIES,
    Interface,
    Method,
    introspection,
)

_LOG = logging.getLogger(__name__)

_ERROR = "org.freedesktop.DBus.Error."
_STANDARD = (INTROSPECTABLE, PEER, PROPERTIES)


class Refused(Exception):
    """A call that is answered with an error."""

    def __init__(self, name: str, text: str) -> None:
        super().__init__(text)
        self.name = name if "." in name else _ERROR + name
        self.text = text


class BusObject(Protocol):
    """The object at one path: its own interface, and those every object has."""

    interface: Interface

    def properties(self) -> dict[str, tuple[str, Any]]:
        """Return every property as (type, value)."""

    def methods(self) -> Mapping[str, Callable[..., tuple[Any, ...]]]:
        """Return functions by method name: each takes a call's arguments and returns the answer's."""


class Dispatcher:
    """The tree of our objects. `answer` never raises."""

    def __init__(self, objects: Mapping[str, BusObject]) -> None:
        self._objects = objects

    def answer(
        self,
        call: wire.Call,
        on_answer: Callable[[wire.Call, str, tuple[Any, ...]], None],
        on_refusal: Callable[[wire.Call, str, str], None],
    ) -> None:
        """Carry out `call` and pass its answer, or the refusal's name and text, to one of the two."""
        try:
            signature, body = self._carry_out(call)
            on_answer(call, signature, body)
        except Refused as refusal:
            on_refusal(call, refusal.name, wire.one_line(refusal.text))
        except Exception:  # noqa: BLE001 - a fault of ours must cost one answer, not the tray
            _LOG.exception("Answering %s.%s failed", call.interface, call.member)
            on_refusal(call, _ERROR + "Failed", "internal error of the tray; see its log")

    def _carry_out(self, call: wire.Call) -> tuple[str, tuple[Any, ...]]:
        interface, method = self._find(call)
        if call.signature != method.signature:
            raise Refused("InvalidArgs", f"{method.name} takes ({method.signature}), not ({call.signature})")
        if interface is INTROSPECTABLE:
            body: tuple[Any, ...] = (self._introspect(call.path),)
        elif interface is PEER:
            body = () if method.name == "Ping" else (_machine_id(),)
        elif interface is PROPERTIES:
            body = self._properties(call.path, method.name, *call.body)
        else:
            body = self._objects[call.path].methods()[method.name](*call.body)
        return method.reply_signature, body

    def _find(self, call: wire.Call) -> tuple[Interface, Method]:
        offered = self._interfaces(call.path)
        if offered is None:
            raise Refused("UnknownObject", f"there is no object {call.path}")
        if call.interface:
            offered = tuple(interface for interface in offered if interface.name == call.interface)
            if not offered:
                raise Refused("UnknownInterface", f"{call.path} has no interface {call.interface}")
        for interface in offered:
            method = interface.method(call.member)
            if method:
                return interface, method
        raise Refused("UnknownMethod", f"{call.path} has no method {call.member}")

    def _interfaces(self, path: str) -> tuple[Interface, ...] | None:
        if path in self._objects:
            return (self._objects[path].interface, *_STANDARD)
        return _STANDARD if path == "/" else None

    def _introspect(self, path: str) -> str:
        children = [name.strip("/") for name in self._objects] if path == "/" else []
        return introspection(self._interfaces(path) or (), children)

    def _properties(self, path: str, method: str, interface: str, *rest: Any) -> tuple[Any, ...]:
        known = self._interfaces(path) or ()
        if interface and all(interface != offered.name for offered in known):
            raise Refused("UnknownInterface", f"{path} has no interface {interface}")
        values: dict[str, tuple[str, Any]] = {}
        if path in self._objects and interface in ("", self._objects[path].interface.name):
            values = self._objects[path].properties()
        if method == "GetAll":
            return (values,)
        name = rest[0]
        if name not in values:
            raise Refused("UnknownProperty", f"{path} has no property {name}")
        if method == "Set":
            raise Refused("PropertyReadOnly", f"{name} can't be set")
        return (values[name],)


def _machine_id() -> str:
    found = machine_id()
    if not found:
        raise Refused("FileNotFound", "this machine has no identifier")
    return found
