"""Wakes up a thread that sleeps in a selector."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class WakeUp:
    """A pair of connected sockets while it is open: a byte in one wakes up whoever waits for the other."""

    def __init__(self) -> None:
        self._wake_in: socket.socket | None = None
        self._wake_out: socket.socket | None = None

    @contextmanager
    def opened(self) -> Iterator[socket.socket]:
        """Yield the socket to wait for."""
        self._wake_out, self._wake_in = socket.socketpair()
        self._wake_out.setblocking(False)
        self._wake_in.setblocking(False)
        try:
            yield self._wake_out
        finally:
            self._wake_in.close()
            self._wake_out.close()
            self._wake_in = self._wake_out = None

    def wake(self) -> None:
        """Wake up the thread. From any thread, and from a signal handler: no lock is taken."""
        wake_in = self._wake_in
        if wake_in is not None:
            with suppress(OSError):  # full: it is awake already; closed: nobody waits any more
                wake_in.send(b"\0")

    def is_behind(self, ready: object) -> bool:
        """Whether this is the socket to wait for."""
        return ready is self._wake_out

    def drain(self) -> None:
        """Forget the calls of `wake` so far."""
        with suppress(BlockingIOError):
            while self._wake_out and self._wake_out.recv(4096):
                pass
