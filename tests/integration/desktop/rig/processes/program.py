"""One program on the desktop, with its log."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Self

from tests.integration.desktop.rig.processes.waiting import RigError, until


class Program:
    """A child process whose output goes to a file."""

    def __init__(self, name: str, command: Sequence[str], *, environ: Mapping[str, str], log: str) -> None:
        self.name = name
        self.command = list(command)
        self.environ = dict(environ)
        self.log = log
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, *, pass_fds: Sequence[int] = ()) -> Self:
        """Start it; output is added to the log."""
        with open(self.log, "ab") as log:
            # A separate session: Ctrl-C in the terminal reaches us, and we end what we started in order.
            self._process = subprocess.Popen(
                self.command,
                env=self.environ,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=pass_fds,
                start_new_session=True,
            )
        return self

    @property
    def process(self) -> subprocess.Popen[bytes]:
        """The child; only after `start`."""
        if self._process is None:
            raise RigError(f"{self.name} was not started")
        return self._process

    @property
    def pid(self) -> int:
        """The child's process id."""
        return self.process.pid

    def is_running(self) -> bool:
        """Return whether it was started and has not ended."""
        return self._process is not None and self._process.poll() is None

    def output(self) -> str:
        """Return its output so far."""
        if not os.path.exists(self.log):
            return ""
        with open(self.log, encoding="utf-8", errors="replace") as log:
            return log.read()

    def tail(self, lines: int = 15) -> str:
        """Return the end of its log, headed by its name and state."""
        state = "not started" if self._process is None else f"exit code {self.process.poll()}"
        last = "\n".join(self.output().splitlines()[-lines:])
        return f"--- {self.name} ({'running' if self.is_running() else state}), {self.log}:\n{last}"

    def wait(self, limit_seconds: float = 60.0) -> int:
        """Return its exit code.

        Raises:
            RigError: it still ran after `limit_seconds`.
        """
        try:
            return self.process.wait(limit_seconds)
        except subprocess.TimeoutExpired:
            raise RigError(f"{self.name} still runs after {limit_seconds:g} s\n{self.tail()}") from None

    def end(self, grace_seconds: float = 3.0) -> None:
        """Terminate it, then kill it."""
        if not self.is_running():
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(grace_seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def until_ready(self, what: str, look: Callable[[], object], limit_seconds: float = 60.0) -> None:
        """Wait until `look()` is true, or say how the program failed."""

        def ready() -> bool:
            if not self.is_running():
                raise RigError(f"{self.name} ended while {what} was waited for\n{self.tail()}")
            return bool(look())

        until(what, ready, limit_seconds, on_failure=self.tail)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()
