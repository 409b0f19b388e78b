"""A process that counts one part of a metrics file: request on standard input, answers on standard output.

It is a process because one interpreter counts on one core only. It is this program started again, like the
keyring's helper, and not `multiprocessing`, which would add 250 kB to the installed program
and, on POSIX, one more interpreter to each count.

In both directions, a message is one line of JSON.
"""

from __future__ import annotations

import gc
import os
import sys

from codemie_core.files.shared_open import open_shared
from codemie_core.sessions.jsonl.decoder import Struct, TypedJSON
from codemie_core.sessions.usage.counting.count import PartTally, scan
from codemie_core.sessions.usage.counting.rows import Names
from codemie_core.sessions.usage.counting.totals import Piece
from codemie_core.system.process.executables import console_executable

ARGUMENT = "--count-part"
"""First argument that turns the frozen program into this process."""


class Part(Struct, forbid_unknown_fields=True):
    """The request: one part of a file, see `count.scan`."""

    path: str
    start: int
    end: int
    names: Names


class Answer(Struct, omit_defaults=True, forbid_unknown_fields=True):
    """One of many answers while it counts; the last one has the tally.

    Unknown fields are an error: during an upgrade, the program that was just replaced may start the new one.
    """

    read_bytes: int = 0
    """Since the previous answer."""
    pieces: tuple[Piece, ...] = ()
    tally: PartTally | None = None


PART = TypedJSON(Part)
ANSWER = TypedJSON(Answer)


def command() -> list[str]:
    """Return the command that starts the process; the frozen program starts itself."""
    if getattr(sys, "frozen", False):
        return [console_executable(), ARGUMENT]
    # -P: the current folder must not provide modules.
    return [console_executable(), "-P", "-m", "codemie_core.sessions.usage.counting.part_counter"]


def main() -> int:
    """Serve one request and return the exit code."""
    gc.disable()  # as in `refresh`
    # If the other process has ended, the next write fails, after at most `count.PROGRESS_BYTES`.
    with os.fdopen(1, "wb", buffering=0, closefd=False) as out:

        def say(answer: Answer) -> None:
            line = memoryview(ANSWER.text(answer).encode() + b"\n")
            while line:
                line = line[out.write(line) :]

        part = PART.parse(sys.stdin.readline())
        with open_shared(part.path) as file:
            tally = scan(
                file,
                part.start,
                part.end,
                names=part.names,
                spill=lambda pieces: say(Answer(pieces=tuple(pieces))),
                advance=lambda count: say(Answer(read_bytes=count)),
            )
        say(Answer(tally=tally))
    return 0


if __name__ == "__main__":
    sys.exit(main())
