"""The D-Bus wire format: bytes to values and back. Only this and `session_bus` know jeepney.

jeepney raises many kinds of errors on invalid bytes, and its own stream parser does not recover from one.
Here a message that can't be read is a value like any other, and the next one is read normally.
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
"""No message from a host to an icon comes near this size; longer ones are refused unread."""

_FIXED_HEADER_BYTES = 16
_PARSE_ERRORS = (
    ValueError, KeyError, IndexError, TypeError, AttributeError, AssertionError, RecursionError, struct.error,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Call:
    """A call to one of our methods."""

    serial: int
    sender: str
    path: str
    interface: str
    """Empty if the caller omitted it, which the specification allows."""
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
    """A signal: something happened."""

    sender: str
    path: str
    interface: str
    member: str
    body: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class UnreadableCall:
    """A call whose body is broken or too long: it can be refused, but not carried out."""

    serial: int
    sender: str
    too_long: bool


_EMPTY_STRUCTURE = b"()"
"""No valid signature has it; jeepney would read an array of them forever. A text may: see `decode`."""

Incoming = Call | Reply | Signal | UnreadableCall


def size_of(start: bytes | bytearray) -> int:
    """Return how many bytes the message takes that begins with these 16 bytes.

    Raises:
        ValueError: this is not the start of a message, and the stream can no longer be followed.
    """
    order = {0x6C: "<", 0x42: ">"}.get(start[0])
    if order is None:
        raise ValueError(f"not a D-Bus message: it starts with byte {start[0]:#x}")
    (body,) = struct.unpack_from(order + "I", start, 4)
    (fields,) = struct.unpack_from(order + "I", start, 12)
    return int(_FIXED_HEADER_BYTES + fields + (-fields % 8) + body)


def decode(message: bytes, *, whole: bool = True) -> Incoming | None:
    """Return what `message` says, or None if nobody waits for it and nobody can be answered.

    Args:
        message: one message's bytes.
        whole: False if `message` was cut off because it was too long.
    """
    header = _header(message)
    if header is None:
        return None
    fields = {key: value for key, value in header.fields.items() if isinstance(value, (str, int))}
    sender = str(fields.get(HeaderFields.sender, ""))
    path = str(fields.get(HeaderFields.path, ""))
    interface = str(fields.get(HeaderFields.interface, ""))
    member = str(fields.get(HeaderFields.member, ""))
    body = _body(message) if whole else None
    said: Incoming | None = None
    if header.message_type is MessageType.method_call:
        wants_reply = not header.flags & MessageFlag.no_reply_expected
        if body is not None:
            signature = str(fields.get(HeaderFields.signature, ""))
            said = Call(header.serial, sender, path, interface, member, signature, body, wants_reply)
        elif wants_reply:
            said = UnreadableCall(header.serial, sender, not whole)
    elif header.message_type is MessageType.signal:
        if body is not None:
            said = Signal(sender, path, interface, member, body)
    else:
        answered = fields.get(HeaderFields.reply_serial)
        failed = header.message_type is MessageType.error
        error = str(fields.get(HeaderFields.error_name, "") or "unnamed error") if failed else ""
        if isinstance(answered, int):
            # That there is a reply matters more than its text, which may well contain some "call()".
            said = Reply(answered, sender, body or (), error)
    return said


def _header(message: bytes) -> Any:
    """Return jeepney's header of `message`, or None if it can't be read."""
    if _EMPTY_STRUCTURE in message[: _header_bytes(message)]:
        return None
    try:
        return Header.from_buffer(message)[0]
    except _PARSE_ERRORS:
        return None


def _header_bytes(message: bytes) -> int:
    try:
        fields = struct.unpack_from("<I" if message[0] == 0x6C else ">I", message, 12)[0]
    except (struct.error, IndexError):
        return len(message)
    return int(_FIXED_HEADER_BYTES + fields)


def _body(message: bytes) -> tuple[Any, ...] | None:
    """Return the arguments of `message`, or None if they can't be read."""
    if _EMPTY_STRUCTURE in message[_header_bytes(message) :]:
        return None
    try:
        return tuple(Message.from_buffer(message).body)
    except _PARSE_ERRORS:
        return None


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
    """Return a signal to all listeners."""
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
    """Return `text` as a D-Bus string can hold it and a row can show it.

    A NUL or half a surrogate pair (a profile's name can contain both) would make the bus cut the connection.
    """
    return text.translate(_FORBIDDEN).encode("utf-8", "replace").decode("utf-8")


def lines(text: str) -> str:
    """Return `text` as `one_line` does, but with its line breaks kept."""
    return "\n".join(one_line(line) for line in text.splitlines())
