"""`codemie-tray window ...`: opens a window in this process, or raises the one that is open."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable
from types import TracebackType

from codemie_core import Home, StoreError
from codemie_tray import PROGRAM
from codemie_tray.text.exit_codes import ExitCode
from codemie_tray.windows.parts.one_window import OneWindow, Request
from codemie_tray.windows.toolkit import BY_COMMANDS, check_toolkit

LOG = logging.getLogger(__name__)


def open_window(home: Home, kind: str, *, page: str, say: Callable[[str], None]) -> ExitCode:
    """Show a window until it is closed.

    Args:
        home: the home.
        kind: `profiles`, `settings` or `usage`.
        page: what to open in it; empty for nothing in particular.
        say: prints messages that are not errors, and the message of a fatal Qt error.

    Raises:
        NoWindows: Qt can't be loaded, or there is no screen.
    """
    one = OneWindow(home, kind)
    if not _claimed(one):
        token = os.environ.get("XDG_ACTIVATION_TOKEN", "")
        if one.ask_to_raise(Request(token, page)):
            return ExitCode.OK
        say(f"{PROGRAM}: the window is already open, but does not respond")
        return ExitCode.BUSY
    try:
        check_toolkit()
        _report_faults(say)
        return ExitCode(_run(home, one, kind, page))
    finally:
        one.release()


def _run(home: Home, one: OneWindow, kind: str, page: str) -> int:
    if kind == "settings":
        from codemie_tray.windows.settings.program import run_settings

        return run_settings(home, one, page=page)
    if kind == "usage":
        from codemie_tray.windows.usage.program import run_usage

        return run_usage(home, one)
    from codemie_tray.windows.profiles.program import run_profiles

    return run_profiles(home, one, page=page)


def _claimed(one: OneWindow) -> bool:
    """Claim to be the only window; in a home that can't be written, there may be several."""
    try:
        return one.claim()
    except StoreError as error:
        LOG.warning("%s", error)
        return True


def _report_faults(say: Callable[[str], None]) -> None:
    """Log what goes wrong in a window, and exit with a sentence if Qt would abort the process."""
    from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

    def hear(kind: QtMsgType, _context: QMessageLogContext, message: str) -> None:
        if kind == QtMsgType.QtFatalMsg:
            say(f"{PROGRAM}: no window can be shown: {message.strip().splitlines()[0]}\n{BY_COMMANDS}")
            os._exit(ExitCode.NO_WINDOW)
        level = logging.DEBUG if kind in (QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg) else logging.INFO
        LOG.log(level, "Qt: %s", message)  # not on the terminal: Qt warns about every missing portal

    def report(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        LOG.error("the window hit an internal error", exc_info=(kind, error, trace))

    qInstallMessageHandler(hear)
    sys.excepthook = report
