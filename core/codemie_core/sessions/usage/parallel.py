"""A large part of a file counted by two processes, each one half of it; the caller's own puts it together."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, cast

from codemie_core.files.shared_open import open_shared
from codemie_core.sessions.jsonl.blocks import BUFFER_BYTES
from codemie_core.sessions.jsonl.tally import Tally
from codemie_core.sessions.usage.count import scan as scan_part
from codemie_core.sessions.usage.totals import Cells

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

LEAST_BYTES = 96 << 20
"""Below it starting two interpreters costs more than they save."""
PROCESSES = 2


class WorkerLost(Exception):
    """A process ended before it was done, or could not be started."""


def pays(size: int) -> bool:
    """Whether so many bytes are read faster by two."""
    return size >= LEAST_BYTES and _cores() >= PROCESSES


def scan(
    path: str,
    start: int,
    end: int,
    *,
    names: tuple[str, str, str],
    spill: Callable[[Cells], object],
    advance: Callable[[int], object],
) -> list[Tally]:
    """Count the records of a part of a file; as `scan.scan`, with a tally for each process, in order.

    Raises:
        WorkerLost: some cells may have been handed on, not all.
    """
    # Imported here: a tray that only ever reads a few new lines has no use for it.
    import multiprocessing
    from multiprocessing.connection import wait

    middle = _line_after(path, (start + end) // 2)
    if not start < middle < end:
        return []
    parts = ((start, middle), (middle, end))
    # A fork would copy the caller's threads half; a fresh interpreter is the same on every system.
    context = multiprocessing.get_context("spawn")
    tallies: dict[int, Tally] = {}
    workers = []
    pipes: dict[Any, int] = {}
    try:
        for number, (first, last) in enumerate(parts):
            ours, theirs = context.Pipe(duplex=False)
            worker = context.Process(target=_work, args=(theirs, path, first, last, names), daemon=True)
            with _interrupt_is_ours():
                worker.start()
            theirs.close()
            workers.append(worker)
            pipes[ours] = number
        while pipes:
            for pipe in cast("list[Any]", wait(list(pipes))):
                told = pipe.recv()
                if isinstance(told, dict):
                    spill(told)
                elif isinstance(told, Tally):
                    tallies[pipes.pop(pipe)] = told
                    pipe.close()
                else:
                    advance(told)
    except (EOFError, OSError) as error:
        raise WorkerLost(path) from error
    finally:
        for worker in workers:
            if len(tallies) < len(parts):
                worker.terminate()
            worker.join()
            worker.close()
        for pipe in pipes:
            pipe.close()
    return [tallies[number] for number in range(len(parts))]


@contextlib.contextmanager
def _interrupt_is_ours() -> Iterator[None]:
    """Keep Ctrl-C, which a terminal sends to all, from the processes started here: the caller ends them."""
    if threading.current_thread() is not threading.main_thread():
        yield  # signals are the main thread's; such a caller has no terminal
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # what is ignored stays so in a new program
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _work(pipe: Connection[Any, Any], path: str, start: int, end: int, names: tuple[str, str, str]) -> None:
    with pipe, open_shared(path) as file:
        pipe.send(scan_part(file, start, end, names=names, spill=pipe.send, advance=pipe.send))


def _line_after(path: str, offset: int) -> int:
    """Return where the first line begins after `offset`; the end of the file where none does."""
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
