"""Printing for people and for programs."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from codemie_core.files.json.document import JsonValue
from codemie_tray.text.terminal import escaped

TYPE_CHECKING = False  # as in `typing`, whose import would slow down every command
if TYPE_CHECKING:
    from codemie_core import ConfigLoader


class ReaderGone(Exception):
    """The reader of our output is gone (`| head`), which is not a fault of this program."""


class OutputLost(Exception):
    """Standard output can't be written: its disk is full, or it was closed. The message says why."""


@dataclass(frozen=True, slots=True)
class Bold:
    """Highlighted part of a line on a terminal; plain in a pipe, or if NO_COLOR is set."""

    text: str

    def __str__(self) -> str:
        return self.text


def print_json(value: JsonValue) -> None:
    """Print one JSON value in pure ASCII, so that no terminal or pipe can fail on it."""
    print_text(json.dumps(value, indent=2))


def print_line(*parts: str | Bold) -> None:
    """Print one line to standard output; escapes control characters and what the terminal can't show."""
    _write(sys.stdout, "".join(map(_rendered, parts)))


def print_bare(text: str) -> None:
    """Print a text to standard output without a final newline, otherwise like `print_line`."""
    _write(sys.stdout, escaped(text, keep="\n\t"), end="")


def print_text(text: str) -> None:
    """Print a text of several lines to standard output, otherwise like `print_line`."""
    _write(sys.stdout, escaped(text, keep="\n\t"))


def print_error(text: str) -> None:
    """Print one line to standard error, escaped like `print_line`."""
    _write(sys.stderr, escaped(text, keep="\t"))


def print_error_text(text: str) -> None:
    """Print a text of several lines to standard error, otherwise like `print_error`."""
    _write(sys.stderr, escaped(text, keep="\n\t"))


def write_bytes(data: bytes) -> None:
    """Write exactly this to standard output, which is not a terminal."""
    with _reader_may_go():
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()


def print_table(rows: Sequence[Sequence[str | Bold]]) -> None:
    """Print rows in columns as wide as their widest cell; numbers below a heading are right-aligned."""
    columns = list(zip(*rows, strict=True))
    widths_of_rows = [list(map(_width, row)) for row in rows]
    widths = list(map(max, zip(*widths_of_rows, strict=True)))
    has_head = bool(rows) and all(isinstance(cell, Bold) for cell in rows[0])
    right = [has_head and _holds_numbers(column[1:]) for column in columns]
    for row, its_widths in zip(rows, widths_of_rows, strict=True):
        parts: list[str | Bold] = []
        for cell, its_width, width, to_the_right in zip(row, its_widths, widths, right, strict=True):
            gap = " " * (width - its_width)
            parts += [gap, cell, "  "] if to_the_right else [cell, f"{gap}  "]
        while parts and not str(parts[-1]).strip():
            parts.pop()
        print_line(*parts)


def _holds_numbers(cells: Sequence[str | Bold]) -> bool:
    texts = [str(cell) for cell in cells]
    numbers = [text.lstrip("$<~")[:1].isdigit() for text in texts]
    words = ("", "-", "unknown", "no price")
    return any(numbers) and all(one or text in words for one, text in zip(numbers, texts, strict=True))


def warn_if_not_kept(loader: ConfigLoader) -> None:
    """Report on standard error if the last change is not in the history, or is not in the settings."""
    if loader.trouble:
        print_error(f"codemie-tray: done, but could not save to the history: {loader.trouble}")
    if loader.not_carried:
        print_error(f"codemie-tray: done, but its note and place could not be updated: {loader.not_carried}")


def _rendered(part: str | Bold) -> str:
    if isinstance(part, str):
        return escaped(part, keep="\t")
    text = escaped(part.text)
    stands_out = sys.stdout is not None and sys.stdout.isatty()
    if stands_out and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb":
        return f"\033[1m{text}\033[0m"
    return text


def _write(stream: object, text: str, *, end: str = "\n") -> None:
    # None in a windowed Windows program: nobody can read it.
    write = getattr(stream, "write", None)
    if write is None:
        return
    encoding = getattr(stream, "encoding", None) or "utf-8"
    try:
        with _reader_may_go():
            write(text.encode(encoding, "backslashreplace").decode(encoding) + end)
    except OutputLost:
        # Nobody is left to report it to.
        if stream is not sys.stderr:
            raise


def flush_output() -> None:
    """Flush what was printed now, while a failure can still be reported.

    Raises:
        ReaderGone: nobody reads it.
        OutputLost: it can't be written.
    """
    with _reader_may_go():
        if sys.stdout is not None:
            sys.stdout.flush()


def discard_output() -> None:
    """Quietly discard what could not be written."""
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
        # How Windows reports it.
        if sys.platform == "win32" and error.errno == errno.EINVAL:
            raise ReaderGone from error
        raise OutputLost(error.strerror or str(error)) from error


def _width(cell: str | Bold) -> int:
    plain = escaped(str(cell), keep="\t")
    if plain.isascii():
        return len(plain)
    import unicodedata

    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in plain)
    marks = sum(unicodedata.combining(char) != 0 for char in plain)
    return len(plain) + wide - marks
