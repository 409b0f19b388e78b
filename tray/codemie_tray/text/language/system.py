"""The user's languages, as the system has them, the preferred first."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping


def wanted_languages(environ: Mapping[str, str] | None = None) -> list[str]:
    """Return the names of the user's languages; empty if the system does not say.

    Args:
        environ: the environment, used on Linux; default: that of this process.
    """
    if sys.platform == "win32":
        return _on_windows()
    if sys.platform == "darwin":
        return _on_macos()
    return from_environment(os.environ if environ is None else environ)


def from_environment(environ: Mapping[str, str]) -> list[str]:
    """Return the languages as gettext does (its manual, "Specifying a priority list of languages").

    `LANGUAGE` is a list, and counts only if the locale is not `C`.
    """
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    locale = next((environ[name] for name in names if environ.get(name)), "C")
    if locale in ("C", "POSIX"):
        return []
    return [*filter(None, environ.get("LANGUAGE", "").split(":")), locale]


def _on_windows() -> list[str]:
    """Return the languages of the user interface, which need not be those of the number formats."""
    if sys.platform != "win32":
        return []
    import ctypes

    by_name = 0x8  # MUI_LANGUAGE_NAME
    ask = ctypes.WinDLL("kernel32").GetUserPreferredUILanguages
    count, length = ctypes.c_ulong(), ctypes.c_ulong()
    if not ask(by_name, ctypes.byref(count), None, ctypes.byref(length)) or not length.value:
        return []
    buffer = ctypes.create_unicode_buffer(length.value)
    if not ask(by_name, ctypes.byref(count), buffer, ctypes.byref(length)):
        return []
    return [name for name in "".join(buffer[: length.value]).split("\0") if name]


def _on_macos() -> list[str]:
    """Return the languages of the system settings; an app's own list comes first there."""
    if sys.platform == "darwin":
        from Foundation import NSLocale  # type: ignore[import-not-found]  # on macOS only

        return [str(name) for name in NSLocale.preferredLanguages()]
    return []
