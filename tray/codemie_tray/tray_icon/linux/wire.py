"""The D-Bus wire format: bytes to values and back. With `session_bus`, the only place that knows jeepney.

jeepney raises many kinds of errors on bytes it does not like, and its own stream parser does not recover from
one; here a message that can't be read is a value like any other, and the next is read as if nothing had been.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Any

from jeepney import DBusAddress, new_method_call, new_signal
from jeepney.low_level import (
    Endianness,
    Header,
    HeaderFields,
    Message,
    MessageFlag,
    MessageType,
)

MAX_MESSAGE_BYTES = 64 * 1024
"""Nothing a host has to tell an icon comes near this; what is longer is refused unread."""

_FIXED_HEADER_BYTES = 16
_PARSE_ERRORS = (
    ValueError, KeyError, IndexError, TypeError, AttributeError, AssertionError, RecursionError, struct.error,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Call:
    """Somebody calls one of our methods."""

    serial: int
    sender: str
    path: str
    interface: str
    """Empty: the caller left it out, which the specification allows."""
    member: str
    signature: str
    body: tuple[Any, ...]
    wants_reply: bool


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to one of our calls."""

    serial: int
    """Of the call it answers."""
    sender: str
    body: tuple[Any, ...]
    error: str
    """The error's name; empty if the call succeeded."""


@dataclass(frozen=True, slots=True)
class Signal:
    """Somebody tells that something happened."""

    sender: str
    path: str
    interface: str
    member: str
    body: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class UnreadableCall:
    """A call whose body is broken or too long: it can be refused, not carried out."""

    serial: int
    sender: str
    too_long: bool


Incoming = Call | Reply | Signal | UnreadableCall


def size_of(start: bytes | bytearray) -> int:
    """Return how many bytes the message takes whose first 16 bytes are `start`.

    Raises:
        ValueError: this is not the start of a message, and the stream can't be followed any more.
    """
    order = {0x6C: "<", 0x42: ">"}.get(start[0])
    if order is None:
        raise ValueError(f"not a D-Bus message: it starts with byte {start[0]:#x}")
    (body,) = struct.unpack_from(order + "I", start, 4)
    (fields,) = struct.unpack_from(order + "I", start, 12)
    return int(_FIXED_HEADER_BYTES + fields + (-fields % 8) + body)


def decode(message: bytes, *, whole: bool = True) -> Incoming | None:
    """Return what `message` says, or None for one that nobody waits for and nobody can be answered.

    Args:
        message: one message's bytes.
        whole: False if `message` was cut off because it was too long.
    """
    try:
        header, _ = Header.from_buffer(message)
        fields = {key: value for key, value in header.fields.items() if isinstance(value, (str, int))}
    except _PARSE_ERRORS:
        return None
    sender = str(fields.get(HeaderFields.sender, ""))
    is_call = header.message_type is MessageType.method_call
    wants_reply = is_call and not header.flags & MessageFlag.no_reply_expected
    try:
        if not whole:
            raise ValueError("cut off")
        body = Message.from_buffer(message).body
    except _PARSE_ERRORS:
        return UnreadableCall(header.serial, sender, not whole) if wants_reply else None
    path = str(fields.get(HeaderFields.path, ""))
    interface = str(fields.get(HeaderFields.interface, ""))
    member = str(fields.get(HeaderFields.member, ""))
    if is_call:
        signature = str(fields.get(HeaderFields.signature, ""))
        return Call(header.serial, sender, path, interface, member, signature, body, bool(wants_reply))
    if header.message_type is MessageType.signal:
        return Signal(sender, path, interface, member, body)
    answered = fields.get(HeaderFields.reply_serial)
    if not isinstance(answered, int):
        return None
    failed = header.message_type is MessageType.error
    error = str(fields.get(HeaderFields.error_name, "") or "unnamed error") if failed else ""
    return Reply(answered, sender, body, error)


def encode_call(
    serial: int,
    service: str,
    path: str,
    interface: str,
    member: str,
    signature: str = "",
    body: tuple[Any, ...] = (),
    *,
    start_service: bool = False,
) -> bytes:
    """Return a method call. `start_service`: the bus may start a program to answer it."""
    address = DBusAddress(path, service, interface)
    message = new_method_call(address, member, signature or None, body)
    if not start_service:
        message.header.flags |= MessageFlag.no_auto_start
    return bytes(message.serialise(serial=serial))


def encode_signal(
    serial: int, path: str, interface: str, member: str, signature: str = "", body: tuple[Any, ...] = ()
) -> bytes:
    """Return a signal to whoever listens."""
    message = new_signal(DBusAddress(path, interface=interface), member, signature or None, body)
    return bytes(message.serialise(serial=serial))


def encode_return(
    serial: int, call: Call | UnreadableCall, signature: str = "", body: tuple[Any, ...] = ()
) -> bytes:
    """Return the answer to `call`."""
    return _answer(serial, call, MessageType.method_return, {}, signature, body)


def encode_error(serial: int, call: Call | UnreadableCall, name: str, text: str) -> bytes:
    """Return the refusal of `call`."""
    return _answer(serial, call, MessageType.error, {HeaderFields.error_name: name}, "s", (text,))


def _answer(
    serial: int,
    call: Call | UnreadableCall,
    kind: MessageType,
    fields: dict[HeaderFields, Any],
    signature: str,
    body: tuple[Any, ...],
) -> bytes:
    fields[HeaderFields.reply_serial] = call.serial
    if call.sender:
        fields[HeaderFields.destination] = call.sender
    if signature:
        fields[HeaderFields.signature] = signature
    header = Header(Endianness.little, kind, 0, 1, -1, -1, fields)
    return bytes(Message(header, body).serialise(serial=serial))


_FORBIDDEN = dict.fromkeys((*range(32), 127), "�") | {0x09: " ", 0x0A: " ", 0x0D: " "}


def one_line(text: str) -> str:
    """Return `text` as a D-Bus string may be and a row can show it.

    A NUL or half a surrogate pair (both can stand in a profile's name) would make the bus cut the connection.
    """
    return text.translate(_FORBIDDEN).encode("utf-8", "replace").decode("utf-8")


def lines(text: str) -> str:
    """Return `text` as `one_line` does, its line breaks kept."""
    return "\n".join(one_line(line) for line in text.splitlines())
