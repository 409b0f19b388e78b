"""The loop of the tray's thread, and the life of its connection: made, lost, made again.

Everything on the bus happens on the one thread in `Bus.run`; others give it work through `post`. It sleeps
without a time limit while connected and nothing is due (`call_later`), so an idle tray never wakes up.
"""

from __future__ import annotations

import collections
import logging
import selectors
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from codemie_tray.tray_icon.linux.dbus import session_bus, wire
from codemie_tray.tray_icon.linux.dbus.connection import Connection, ConnectionLost, OnReply
from codemie_tray.tray_icon.linux.dbus.outage import Outage, Patience
from codemie_tray.tray_icon.linux.dbus.wake_up import WakeUp

_LOG = logging.getLogger(__name__)

SERVICE = "org.freedesktop.DBus"
PATH = "/org/freedesktop/DBus"


class Bus:
    """The session bus for the tray's parts: they can always send, and are heard while it is connected."""

    def __init__(
        self,
        *,
        on_connected: Callable[[], None],
        on_call: Callable[[wire.Call], None],
        on_signal: Callable[[wire.Signal], None],
        patience: Patience,
    ) -> None:
        self._on_connected = on_connected
        self._on_call = on_call
        self._on_signal = on_signal
        self._patience = patience
        self._posted: collections.deque[Callable[[], None]] = collections.deque()
        self._later: list[tuple[float, Callable[[], None]]] = []
        self._stopping = False
        self._outage = Outage(patience)
        self._refusal = ""
        """Why the bus is of no use although it let us connect."""
        self._connection: Connection | None = None
        self._selector: selectors.BaseSelector | None = None
        self._wake_up = WakeUp()

    # ---- from any thread, and from a signal handler: no lock is taken -----------------------------

    def post(self, work: Callable[[], None]) -> None:
        """Run `work` on the bus's thread, soon; before `run`, when it begins."""
        self._posted.append(work)
        self._wake_up.wake()

    def stop(self) -> None:
        """End `run`, even if it has not begun."""
        self._stopping = True
        self._wake_up.wake()

    # ---- on the bus's thread ----------------------------------------------------------------------

    @property
    def connected(self) -> bool:
        """Whether what is sent now can arrive."""
        return self._connection is not None

    def emit(self, path: str, interface: str, member: str, signature: str = "", body: Any = ()) -> None:
        """Send a signal; a no-op without a bus, because nobody could receive it."""
        if self._connection:
            self._connection.emit(path, interface, member, signature, body)

    def call(self, *call: Any, on_reply: OnReply | None = None, start_service: bool = False) -> None:
        """Call service, path, interface, member, signature, body; a no-op without a bus."""
        if self._connection:
            self._connection.call(*call, on_reply=on_reply, start_service=start_service)

    def call_bus(
        self, member: str, signature: str = "", body: Any = (), on_reply: OnReply | None = None
    ) -> None:
        """Call a method of the bus itself."""
        self.call(SERVICE, PATH, SERVICE, member, signature, body, on_reply=on_reply)

    def call_later(self, seconds: float, work: Callable[[], None]) -> None:
        """Run `work` once after some seconds, unless the connection is lost before."""
        self._later.append((time.monotonic() + seconds, work))

    def cancel(self, work: Callable[[], None]) -> None:
        """Cancel `work` that was passed to `call_later`."""
        self._later = [entry for entry in self._later if entry[1] != work]

    def answer(self, call: wire.Call, signature: str, body: Any) -> None:
        """Answer a call."""
        if self._connection:
            self._connection.answer(call, signature, body)

    def refuse(self, call: wire.Call | wire.UnreadableCall, name: str, text: str) -> None:
        """Answer a call with an error."""
        if self._connection:
            self._connection.refuse(call, name, text)

    def run(self) -> None:
        """Stay on the bus until `stop`.

        Raises:
            BusUnreachable: there is no bus at the start, or a lost one stayed away.
        """
        if self._stopping:
            return
        with self._open():
            self._outage = Outage(self._patience)
            connected: socket.socket | None = session_bus.connect()
            while connected:
                try:
                    self._serve(Connection(connected))
                except ConnectionLost as error:
                    if self._outage.lost():
                        _LOG.warning("The session bus was lost (%s); waiting for it to come back.", error)
                    connected = self._wait_for_bus(error)
                else:
                    connected = None

    @contextmanager
    def _open(self) -> Iterator[None]:
        with self._wake_up.opened() as waked:
            self._selector = selectors.DefaultSelector()
            self._selector.register(waked, selectors.EVENT_READ)
            try:
                yield
            finally:
                self._selector.close()
                self._selector = None

    def _serve(self, connection: Connection) -> None:
        selector = self._selector
        assert selector is not None  # noqa: S101 - `run` made it
        self._connection = connection
        selector.register(connection, selectors.EVENT_READ)
        try:
            self._refusal = ""
            self.call_bus("Hello", on_reply=self._greeted)
            self.call_later(self._patience.answer_seconds, self._not_greeted)
            waited_for = selectors.EVENT_READ
            while not self._stopping:
                if self._refusal:
                    raise ConnectionLost(self._refusal)
                connection.flush()  # answers first: posted work may draw an icon
                self._do_posted()
                connection.flush()
                wanted = selectors.EVENT_READ | (selectors.EVENT_WRITE if connection.unsent else 0)
                if wanted != waited_for:
                    waited_for = wanted
                    selector.modify(connection, wanted)
                for key, events in selector.select(self._seconds_to_next()):
                    if self._wake_up.is_behind(key.fileobj):
                        self._wake_up.drain()
                    elif events & selectors.EVENT_READ:
                        for message in connection.receive():
                            self._guarded(self._take, message)
                self._do_due()
            self._do_posted()
            connection.flush()
        finally:
            selector.unregister(connection)
            self._later.clear()
            self._connection = None
            connection.close()

    def _greeted(self, reply: wire.Reply) -> None:
        self.cancel(self._not_greeted)
        if reply.error:
            self._refusal = f"the bus refused the connection: {wire.one_line(reply.error)}"
            return
        if self._outage.joined():
            _LOG.info("The session bus is back.")
        self._on_connected()

    def _not_greeted(self) -> None:
        self._refusal = "the bus does not answer"

    def _take(self, message: wire.Incoming) -> None:
        if isinstance(message, wire.Call):
            self._on_call(message)
        elif isinstance(message, wire.Signal):
            self._on_signal(message)
        elif isinstance(message, wire.UnreadableCall):
            name = "LimitsExceeded" if message.too_long else "InvalidArgs"
            self.refuse(message, f"org.freedesktop.DBus.Error.{name}", "the message can't be read")
        elif self._connection:
            self._connection.take_reply(message)

    def _do_posted(self) -> None:
        while self._posted:
            self._guarded(self._posted.popleft())

    def _seconds_to_next(self) -> float | None:
        """Return how long until something is due; None if nothing is: then only a message wakes us."""
        if not self._later:
            return None
        return max(0.0, min(due for due, _ in self._later) - time.monotonic())

    def _do_due(self) -> None:
        if self._later:
            now = time.monotonic()
            due = [work for when, work in self._later if when <= now]
            self._later = [entry for entry in self._later if entry[0] > now]
            for work in due:
                self._guarded(work)

    def _guarded(self, work: Callable[..., None], *args: Any) -> None:
        """Run `work`; an exception in it is reported and costs this one message, not the tray."""
        try:
            work(*args)
        except Exception:  # noqa: BLE001 - the edge of the bus's thread
            _LOG.exception("Serving the bus failed")

    def _wait_for_bus(self, lost: ConnectionLost) -> socket.socket | None:
        """Return a new connection, or None if `stop` came first.

        Args:
            lost: what ended the last one.

        Raises:
            BusUnreachable: the bus stayed away, or was of no use, for as long as we are prepared to wait.
        """
        selector = self._selector
        assert selector is not None  # noqa: S101 - `run` made it
        while True:
            if self._outage.over:
                raise session_bus.BusUnreachable(f"the session bus can't be used ({lost})") from lost
            resume_at = time.monotonic() + self._outage.next_pause()
            while not self._stopping and (left := resume_at - time.monotonic()) > 0:
                if selector.select(left):
                    self._wake_up.drain()
                    self._do_posted()  # so that a view shown meanwhile is the one the new bus sees
            if self._stopping:
                return None
            try:
                return session_bus.connect()
            except session_bus.BusUnreachable:
                if self._outage.over:
                    raise
