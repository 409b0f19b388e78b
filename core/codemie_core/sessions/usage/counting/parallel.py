"""Counts a large part of a file with two processes: one half here, the other in a child process."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Self

from codemie_core.files.shared_open import open_shared
from codemie_core.sessions.jsonl.blocks import BUFFER_BYTES
from codemie_core.sessions.usage.counting import part_counter
from codemie_core.sessions.usage.counting.count import PartTally
from codemie_core.sessions.usage.counting.count import scan as scan_part
from codemie_core.sessions.usage.counting.rows import Names
from codemie_core.sessions.usage.counting.totals import KeyedTotals

if TYPE_CHECKING:
    import queue

LEAST_BYTES = 96 << 20
"""Below this, a second interpreter saves next to nothing; it saved a seventh at 96 MiB, a quarter at 140."""
PROCESSES = 2
_UNREAD_ANSWERS = 8
"""How many answers may queue up while this process counts; after that, the other process blocks."""
_NO_WINDOW = 0x08000000 if sys.platform == "win32" else 0
"""CREATE_NO_WINDOW: a tray without a console must not flash one up."""


class WorkerLost(Exception):
    """A process ended early, or could not be started."""


def worth_two_processes(size: int) -> bool:
    """Whether two processes read this many bytes faster than one."""
    return size >= LEAST_BYTES and _cores() >= PROCESSES


def scan(
    path: str,
    start: int,
    end: int,
    *,
    names: Names,
    spill: Callable[[KeyedTotals], object],
    advance: Callable[[int], object],
) -> list[PartTally]:
    """Count the records in part of a file; like `count.scan`, with one tally per process, in order.

    Raises:
        WorkerLost: some totals may have been passed on, but not all.
        OSError: the file can't be read.
    """
    middle = _line_after(path, (start + end) // 2)
    if not start < middle < end:
        return []
    with (
        _OtherProcess(part_counter.Part(path, middle, end, names), spill, advance) as other,
        open_shared(path) as file,
    ):

        def advance_both(count: int) -> None:
            advance(count)
            other.take_what_is_here()

        first = scan_part(file, start, middle, names=names, spill=spill, advance=advance_both)
        return [first, other.tally()]


class _OtherProcess:
    """The process that counts the other half, as a context manager.

    Ctrl-C, which a terminal sends to both, ends it as well; its traceback is discarded.

    Args:
        part: what to count.
        spill: called with its totals, on the caller's thread.
        advance: called with the number of bytes that it read.

    Raises:
        WorkerLost: it can't be started.
    """

    def __init__(
        self,
        part: part_counter.Part,
        spill: Callable[[KeyedTotals], object],
        advance: Callable[[int], object],
    ) -> None:
        # Imported here, because a tray that only reads a few new lines does not need them.
        import queue
        import subprocess

        self._path, self._spill, self._advance = part.path, spill, advance
        self._tally: PartTally | None = None
        self._lines: queue.Queue[bytes] = queue.Queue(_UNREAD_ANSWERS)
        self._at_end = False
        try:
            self._process = subprocess.Popen(
                part_counter.command(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                creationflags=_NO_WINDOW,
            )
        except OSError as error:
            raise WorkerLost(part.path) from error
        self._reader = threading.Thread(target=self._read, name="usage of the other half", daemon=True)
        self._reader.start()
        try:
            self._ask(part_counter.PART.text(part).encode() + b"\n")
        except BaseException:
            self._end()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def take_what_is_here(self) -> None:
        """Pass on the answers so far.

        Raises:
            WorkerLost: it ended before it was done.
        """
        while self._tally is None and not self._lines.empty():
            self._take()

    def tally(self) -> PartTally:
        """Wait for the end of its part; by then, all its counts have been passed on.

        Raises:
            WorkerLost: it ended before it was done.
        """
        while self._tally is None:
            self._take()
        return self._tally

    def _ask(self, line: bytes) -> None:
        assert self._process.stdin is not None  # noqa: S101 - for the type checker: it is a pipe
        try:
            with self._process.stdin as stdin:
                stdin.write(line)
        except OSError as error:
            raise WorkerLost(self._path) from error

    def _read(self) -> None:
        """Pass on each line, and an empty one at the end; runs on a thread."""
        assert self._process.stdout is not None  # noqa: S101
        try:
            with self._process.stdout as stdout:
                for line in stdout:
                    self._lines.put(line)
        finally:
            self._lines.put(b"")

    def _next_line(self) -> bytes:
        line = self._lines.get()
        self._at_end = not line
        return line

    def _take(self) -> None:
        try:
            answer = part_counter.ANSWER.parse(self._next_line().decode())
        except ValueError as error:  # it ended, in the middle of a line or between two
            raise WorkerLost(self._path) from error
        if answer.totals:
            self._spill({tuple(row[:5]): list(row[5:]) for row in answer.totals})  # type: ignore[misc]
        if answer.read_bytes:
            self._advance(answer.read_bytes)
        self._tally = answer.tally

    def _end(self) -> None:
        self._process.kill()
        self._process.wait()
        while not self._at_end:
            self._next_line()
        self._reader.join()


def _line_after(path: str, offset: int) -> int:
    """Return where the first line after `offset` begins, or else the end of the file."""
    with open_shared(path) as file:
        file.seek(offset)
        while block := file.read(BUFFER_BYTES):
            newline = block.find(b"\n")
            if newline >= 0:
                return offset + newline + 1
            offset += len(block)
    return offset


if sys.platform == "linux":

    def _cores() -> int:
        return len(os.sched_getaffinity(0))

else:

    def _cores() -> int:
        return os.cpu_count() or 1
