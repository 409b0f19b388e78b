"""A started Windows program.

It works around two properties of Wine. A Python under it ends at once if one of its standard streams is a
regular file, so a thread reads output from a pipe. And Wine's own helpers inherit that pipe, so the end of a
program is its exit, not the end of its output.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from tests.integration.desktop.rig.processes.waiting import RigError

_DRAIN_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Finished:
    """How a program ended."""

    exit_code: int
    output: str
    """Both streams, as UTF-8, lines ended as on Unix."""


class WindowsProgram:
    """A started program that may still be running."""

    def __init__(
        self,
        name: str,
        command: list[str],
        environ: Mapping[str, str],
        folder: str,
        on_output: Callable[[bytes], object] = bytes,
        given: bytes = b"",
    ) -> None:
        self.name = name
        self._on_output = on_output
        self._pieces: list[bytes] = []
        self._process = subprocess.Popen(
            command,
            env=dict(environ),
            cwd=folder,
            stdin=subprocess.PIPE if given else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        if self._process.stdin is not None:
            with contextlib.suppress(BrokenPipeError), self._process.stdin as stdin:
                stdin.write(given)  # less than the capacity of a pipe
        self._reader = threading.Thread(target=self._read, name=f"output of {name}", daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as stream:
            while piece := os.read(stream.fileno(), 65536):
                self._pieces.append(piece)
                self._on_output(piece)

    @property
    def pid(self) -> int:
        """Its Unix process id."""
        return self._process.pid

    def output(self) -> str:
        """Return its output so far."""
        return b"".join(self._pieces).decode("utf-8", "replace").replace("\r\n", "\n")

    def is_running(self) -> bool:
        """Return whether it is still running."""
        return self._process.poll() is None

    def wait(self, limit_seconds: float = 90.0) -> Finished:
        """Return how it ended.

        Raises:
            RigError: it still ran after `limit_seconds`.
        """
        try:
            code = self._process.wait(limit_seconds)
        except subprocess.TimeoutExpired:
            raise RigError(f"{self.name} still runs after {limit_seconds:g} s\n{self.output()}") from None
        self._reader.join(_DRAIN_SECONDS)
        return Finished(code, self.output())

    def kill(self) -> None:
        """Kill it, as Task Manager would; does nothing if it has ended."""
        if self.is_running():
            self._process.kill()
            self._process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()
