"""Our own log: `logs/tray-YYYY-MM-DD.log` beside the CLI's, by UTC days, with the same retention.

Each event is a line `[time] [LEVEL] [module] message`, in UTC. Line breaks in a message are escaped, so that
no text from a file can pretend to be a line of ours. A traceback follows in lines that begin with `  | `.
Every line is filtered by `redaction.py`. The file is opened and closed for each event: events are rare, a new
day has a new name, and no cleanup finds the file held open.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
import time

from codemie_core import Home, StoreError
from codemie_core.files.private.file import open_private
from codemie_core.files.private.folder import make_private_folder
from codemie_tray.log.flood_limit import FloodLimit
from codemie_tray.log.redaction import Redactor

MODE = 0o644
LONGEST_CHARACTERS = 4000
"""Of one line; text written by others may be arbitrarily long."""
OURS = ("codemie_tray", "codemie_core", "__main__")

_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_APPEND


class LogLine(logging.Formatter):
    """Formats the lines of one event."""

    def __init__(self, redactor: Redactor) -> None:
        super().__init__()
        self._redactor = redactor

    def format(self, record: logging.LogRecord) -> str:
        """Return the event's lines, without a final newline."""
        stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        module = record.name.removeprefix("codemie_tray.")
        message = _one_line(self._redactor.clean(record.getMessage()))
        text = f"[{stamp}.{int(record.msecs):03}Z] [{record.levelname}] [{module}] {message}"
        if record.exc_info:
            trace = self._redactor.clean(self.formatException(record.exc_info))
            text += "".join(f"\n  | {_one_line(line)}" for line in trace.splitlines())
        return text


class DailyLog(logging.Handler):
    """Appends to the file of the day on which the event happened. Never raises, and never waits for long."""

    def __init__(self, home: Home, redactor: Redactor, *, level: int = logging.INFO) -> None:
        super().__init__(level)
        self._home = home
        self.setFormatter(LogLine(redactor))

    def path_of(self, wall_seconds: float) -> str:
        """Return the file for a moment's day."""
        day = time.strftime("%Y-%m-%d", time.gmtime(wall_seconds))
        return os.path.join(self._home.logs, f"tray-{day}.log")

    def emit(self, record: logging.LogRecord) -> None:
        """Write one event; if the disk refuses, only this event is lost."""
        try:
            data = (self.format(record) + "\n").encode("utf-8", "backslashreplace")
            path = self.path_of(record.created)
            try:
                fd = open_private(path, _FLAGS, mode=MODE, levels=0)  # the folder is the CLI's, too
            except FileNotFoundError:
                make_private_folder(self._home.logs)
                fd = open_private(path, _FLAGS, mode=MODE, levels=0)
            try:
                os.write(fd, data)  # one write, so that lines of two processes never mix
            finally:
                os.close(fd)
        except (OSError, StoreError):
            return
        except Exception:  # noqa: BLE001 - a fault in a log line must not end what is logged about
            self.handleError(record)


def start_logging(home: Home, redactor: Redactor, *, verbose: bool, background: bool) -> DailyLog:
    """Send log events to the home's log and to standard error.

    Args:
        home: whose log.
        redactor: removes the secrets.
        verbose: include debug messages, and send everything to standard error, too.
        background: write nothing to standard error, because nobody sees it.
    """
    level = logging.DEBUG if verbose else logging.INFO
    log = DailyLog(home, redactor, level=level)
    handlers: list[logging.Handler] = [log]
    if not background and sys.stderr is not None:
        terminal = logging.StreamHandler()
        terminal.setLevel(logging.DEBUG if verbose else logging.WARNING)
        terminal.setFormatter(LogLine(redactor))
        handlers.append(terminal)
    root = logging.getLogger()
    for handler in handlers:
        handler.addFilter(FloodLimit())
        root.addHandler(handler)
    # Only our own debug messages: those of a library would fill the disk.
    root.setLevel(logging.WARNING)
    for name in OURS:
        logging.getLogger(name).setLevel(level)
    threading.excepthook = _report_thread
    return log


def _report_thread(arguments: threading.ExceptHookArgs) -> None:
    if arguments.exc_value is None or arguments.exc_type is SystemExit:
        return
    trace = (arguments.exc_type, arguments.exc_value, arguments.exc_traceback)
    name = arguments.thread.name if arguments.thread else "a thread"
    logging.getLogger(__name__).error("%s ended with an internal error", name, exc_info=trace)


def _one_line(text: str) -> str:
    if len(text) > LONGEST_CHARACTERS:
        text = f"{text[:LONGEST_CHARACTERS]}... ({len(text) - LONGEST_CHARACTERS} characters more)"
    return "".join(
        char if char.isprintable() or char == " " else char.encode("unicode_escape").decode() for char in text
    )
