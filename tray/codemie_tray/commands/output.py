"""Printing for people and for programs."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import sys
from collections.abc import Iterator, Sequence

from codemie_core.files.json_document import JsonValue

TYPE_CHECKING = False  # as `typing` has it, whose import every command would pay for
if TYPE_CHECKING:
    from codemie_core import ConfigLoader


class ReaderGone(Exception):
    """Whoever read our output went away (`| head`): not a fault of this program."""


class OutputLost(Exception):
    """Standard output can't be written: a full disk behind it, or it was closed. The message says why."""


def print_json(value: JsonValue) -> None:
    """Print one JSON value; pure ASCII, so that no terminal or pipe can fail on it."""
    print_line(json.dumps(value, indent=2))


def print_line(text: str = "") -> None:
    """Print one line to standard output; what it can't show is escaped."""
    _write(sys.stdout, text)


def print_error(text: str) -> None:
    """Print one line to standard error."""
    _write(sys.stderr, text)


def write_bytes(data: bytes) -> None:
    """Write to standard output, which is no terminal, exactly this and nothing else."""
    with _reader_may_go():
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()


def print_table(rows: Sequence[Sequence[str]]) -> None:
    """Print rows in columns as wide as their widest cell."""
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True))
        print_line("  ".join(cells).rstrip())


def print_masked(lines: Sequence[str]) -> None:
    """Print lines of a configuration; what would control a terminal, or the writing direction, is escaped."""
    import unicodedata

    def shown(char: str) -> str:
        controls = char != "\t" and unicodedata.category(char) in ("Cc", "Cf", "Cs")
        return f"\\u{ord(char):04x}" if controls else char

    for line in lines:
        print_line("".join(map(shown, line)))


def warn_if_not_kept(loader: ConfigLoader) -> None:
    """Say on standard error that the last change is not in the history, where that is so."""
    if loader.trouble:
        print_error(f"codemie-tray: done, but not kept in the history: {loader.trouble}")


def bold(text: str) -> str:
    """Return `text` in bold for a terminal; unchanged in a pipe, or where NO_COLOR is set."""
    if sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb":
        return f"\033[1m{text}\033[0m"
    return text


def _write(stream: object, text: str) -> None:
    # None in a windowed Windows program: nobody is there to read.
    write = getattr(stream, "write", None)
    if write is None:
        return
    encoding = getattr(stream, "encoding", None) or "utf-8"
    try:
        with _reader_may_go():
            write(text.encode(encoding, "backslashreplace").decode(encoding) + "\n")
    except OutputLost:
        # Nobody is left to say it to.
        if stream is not sys.stderr:
            raise


def flush_output() -> None:
    """Hand over what was printed, now and not when the interpreter ends and can only complain.

    Raises:
        ReaderGone: nobody takes it.
        OutputLost: it can't be written.
    """
    with _reader_may_go():
        if sys.stdout is not None:
            sys.stdout.flush()


def discard_output() -> None:
    """Let what could not be handed over go nowhere, quietly."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


@contextlib.contextmanager
def _reader_may_go() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError as error:
        raise ReaderGone from error
    except OSError as error:
        # How Windows says it.
        if sys.platform == "win32" and error.errno == errno.EINVAL:
            raise ReaderGone from error
        raise OutputLost(error.strerror or str(error)) from error


def _width(text: str) -> int:
    import unicodedata

    plain = text.replace("\033[1m", "").replace("\033[0m", "")
    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in plain)
    marks = sum(unicodedata.combining(char) != 0 for char in plain)
    return len(plain) + wide - marks
