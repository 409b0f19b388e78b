"""Counts a large file with several processes: its first part here, the others in child processes."""

from __future__ import annotations

import contextlib
import itertools
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
from codemie_core.sessions.usage.counting.totals import Piece
from codemie_core.system.process.cores import usable_cores

if TYPE_CHECKING:
    import queue

LEAST_BYTES = 48 << 20
"""Of one process: starting an interpreter for less saves next to nothing."""
MOST_PROCESSES = 4
"""Each takes some 20 MiB of memory, and the index is written by one of them."""
_UNREAD_ANSWERS = 8
"""How many answers of a process may queue up while this one counts; after that, that process blocks."""
_NO_WINDOW = 0x08000000 if sys.platform == "win32" else 0
"""CREATE_NO_WINDOW: a tray without a console must not flash one up."""


class WorkerLost(Exception):
    """A process ended early, or could not be started."""


def processes_for(size: int) -> int:
    """Return how many processes read this many bytes fastest."""
    most = min(size // LEAST_BYTES, MOST_PROCESSES)
    return min(most, usable_cores()) if most > 1 else 1


def scan(
    path: str,
    start: int,
    end: int,
    *,
    processes: int,
    names: Names,
    spill: Callable[[list[Piece]], object],
    advance: Callable[[int], object],
) -> list[PartTally]:
    """Count the records in part of a file; like `count.scan`, with one tally per process, in order.

    Args:
        path: the file.
        start: offset of a line's first byte.
        end: offset just past the last line.
        processes: how many, this one included; fewer if there are not so many lines.
        names: whose records they are, and which ones count.
        spill: called with the totals, on this thread.
        advance: called with the number of bytes read.

    Raises:
        WorkerLost: some totals may have been passed on, but not all.
        OSError: the file can't be read.
    """
    first_end, *parts = part_ends(path, start, end, processes)
    with contextlib.ExitStack() as stack:
        others = [
            stack.enter_context(_OtherProcess(part_counter.Part(path, *part, names), spill, advance))
            for part in itertools.pairwise((first_end, *parts))
        ]
        file = stack.enter_context(open_shared(path))

        def advance_all(count: int) -> None:
            advance(count)
            for other in others:
                other.take_what_is_here()

        first = scan_part(file, start, first_end, names=names, spill=spill, advance=advance_all)
        return [first, *(other.tally() for other in others)]


def part_ends(path: str, start: int, end: int, count: int) -> list[int]:
    """Return where each of `count` parts of about the same size ends, always after a line."""
    ends = {_line_after(path, start + (end - start) * number // count) for number in range(1, count)}
    return [*sorted(one for one in ends if start < one < end), end]


class _OtherProcess:
    """A process that counts one part, as a context manager.

    Ctrl-C, which a terminal sends to all of them, ends it as well; its traceback is discarded.

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
        spill: Callable[[list[Piece]], object],
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
        self._reader = threading.Thread(target=self._read, name="usage of another part", daemon=True)
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
        if answer.pieces:
            self._spill(list(answer.pieces))
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
