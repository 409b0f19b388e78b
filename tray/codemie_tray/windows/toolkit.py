"""Whether windows can be shown here, and if not, why and what to do."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

from codemie_core import CodeMieError

_PLENTY = 1 << 40
BY_COMMANDS = "Commands can do everything the windows can: codemie-tray --help"
_WHAT_IT_NEEDS = {
    "linux": "Install the library it names, and try again.",
    # There, nothing names a library: all come with the system or with the program.
    "win32": "It needs Windows 10 version 1809, or a newer Windows.",
    "darwin": "It needs macOS 14 or newer.",
}


class NoWindows(CodeMieError):
    """No window can be shown: Qt or a screen is missing."""

    def __init__(self, reason: str, advice: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.advice = f"{advice}\n{BY_COMMANDS}" if advice else BY_COMMANDS


def check_toolkit(environ: Mapping[str, str] | None = None) -> None:
    """Load Qt.

    Args:
        environ: the environment; default: that of this process.

    Raises:
        NoWindows: it can't be loaded, or there is no screen.
    """
    environ = os.environ if environ is None else environ
    if sys.platform == "linux" and not _has_screen(environ):
        raise NoWindows("there is no screen to show a window on", "Start it from a desktop session.")
    keep_constants()
    try:
        import PySide6.QtWidgets  # noqa: F401
    except ImportError as error:
        raise why_not_loaded(error) from error


def keep_constants() -> None:
    """Keep Python from running out of references to None, True and False.

    PySide6 6.12 is built for Python 3.12 and later, where these are immortal (PEP 683): it returns them
    without a reference for the caller. In Python 3.11, nearly every call of Qt thus uses up one of the few
    thousand references to None, and the last one aborts the process: "none_dealloc: deallocating None".
    """
    if sys.version_info < (3, 12):
        import ctypes

        for constant in (None, True, False):
            ctypes.c_ssize_t.from_address(id(constant)).value += _PLENTY


def why_not_loaded(error: ImportError, platform: str = sys.platform) -> NoWindows:
    """Explain a failed import of Qt in words for people."""
    text = str(error)
    if isinstance(error, ModuleNotFoundError) and (error.name or "").partition(".")[0] == "PySide6":
        if getattr(sys, "frozen", False):
            return NoWindows("this package comes without the windows", "")
        return NoWindows("Qt is not installed", "To install it: pip install 'codemie-tray[windows]'")
    if "GLIBC_" in text:
        return NoWindows(
            "Qt can't be loaded: it needs glibc 2.34 or newer",
            "Debian 12, Ubuntu 22.04, RHEL 9 and later releases have it.",
        )
    return NoWindows(f"Qt can't be loaded: {text}", _WHAT_IT_NEEDS.get(platform, _WHAT_IT_NEEDS["linux"]))


def _has_screen(environ: Mapping[str, str]) -> bool:
    return any(environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))
