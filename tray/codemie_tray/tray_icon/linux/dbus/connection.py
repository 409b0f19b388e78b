"""One connection to the bus: whole messages in, buffered bytes out, and who waits for which reply."""

from __future__ import annotations

import itertools
import socket
from collections.abc import Callable, Iterator
from typing import Any

from codemie_tray.tray_icon.linux.dbus import wire

OnReply = Callable[[wire.Reply], None]
"""Called with the reply, even if it is an error."""

_READ_BYTES = 64 * 1024
_MAX_UNSENT_BYTES = 32 * 1024 * 1024
"""A bus that accepts this little is as good as gone."""


class ConnectionLost(Exception):
    """The bus closed the connection, or can no longer be understood or written to."""


class Connection:
    """Reads and writes without blocking; used by one thread only."""

    def __init__(self, connected: socket.socket) -> None:
        self._socket = connected
        self._received = bytearray()
        self._skip_bytes = 0
        self._unsent = bytearray()
        self._serials = itertools.count(1)
        self._waiting: dict[int, OnReply] = {}

    def fileno(self) -> int:
        """Return the descriptor to wait on."""
        return self._socket.fileno()

    @property
    def unsent(self) -> bool:
        """Whether `flush` has more to do once the socket can be written to."""
        return bool(self._unsent)

    def call(self, *call: Any, on_reply: OnReply | None = None, start_service: bool = False) -> None:
        """Queue a method call: service, path, interface, member, signature, body."""
        serial = next(self._serials)
        self._unsent += wire.encode_call(serial, *call, start_service=start_service)
        if on_reply:
            self._waiting[serial] = on_reply

    def emit(self, *signal: Any) -> None:
        """Queue a signal: path, interface, member, signature, body."""
        self._unsent += wire.encode_signal(next(self._serials), *signal)

    def answer(self, call: wire.Call, signature: str, body: tuple[Any, ...]) -> None:
        """Queue the answer to `call`, if its caller wants one."""
        if call.wants_reply:
            self._unsent += wire.encode_return(next(self._serials), call, signature, body)

    def refuse(self, call: wire.Call | wire.UnreadableCall, name: str, text: str) -> None:
        """Queue an error as the answer to `call`, if its caller wants one."""
        if not isinstance(call, wire.Call) or call.wants_reply:
            self._unsent += wire.encode_error(next(self._serials), call, name, text)

    def flush(self) -> None:
        """Write what the socket accepts now.

        Raises:
            ConnectionLost: the bus is gone or has not read for a long time.
        """
        while self._unsent:
            try:
                sent = self._socket.send(self._unsent)
            except BlockingIOError:
                break
            except OSError as error:
                raise _lost(error) from error
            del self._unsent[:sent]
        if len(self._unsent) > _MAX_UNSENT_BYTES:
            raise ConnectionLost("the bus does not read our messages")

    def receive(self) -> Iterator[wire.Incoming]:
        """Read what has arrived and return the complete messages.

        Raises:
            ConnectionLost: the bus closed the connection or sent something that is not D-Bus.
        """
        try:
            data = self._socket.recv(_READ_BYTES)
        except BlockingIOError:
            return
        except OSError as error:
            raise _lost(error) from error
        if not data:
            raise ConnectionLost("the bus closed the connection")
        self._received += data
        yield from self._messages()

    def _messages(self) -> Iterator[wire.Incoming]:
        received = self._received
        while received:
            if self._skip_bytes:
                skipped = min(self._skip_bytes, len(received))
                del received[:skipped]
                self._skip_bytes -= skipped
                continue
            if len(received) < 16:
                return
            try:
                size = wire.size_of(received)
            except ValueError as error:
                raise ConnectionLost(str(error)) from error
            kept = min(size, wire.MAX_MESSAGE_BYTES)
            if len(received) < kept:
                return
            message = bytes(received[:kept])
            del received[:kept]
            self._skip_bytes = size - kept
            decoded = wire.decode(message, whole=size == kept)
            if decoded is not None:
                yield decoded

    def take_reply(self, reply: wire.Reply) -> None:
        """Pass `reply` to whoever waits for it; a reply that nobody asked for is ignored."""
        on_reply = self._waiting.pop(reply.serial, None)
        if on_reply:
            on_reply(reply)

    def close(self) -> None:
        """Close the socket; whatever is unsent or awaited is forgotten."""
        self._waiting.clear()
        self._socket.close()


def _lost(error: OSError) -> ConnectionLost:
    if isinstance(error, BrokenPipeError | ConnectionResetError):
        return ConnectionLost("the bus closed the connection")
    return ConnectionLost(error.strerror or str(error))
