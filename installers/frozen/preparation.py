"""PyInstaller's own scripts that would run at every start, before the program: those left out, and why."""

from __future__ import annotations

from collections.abc import Iterable

Script = tuple[str, str, str]
"""A row of PyInstaller's table: name, source file, kind."""

LEFT_OUT = {
    "pyi_rth_pyside6": (
        "imports Qt in every process, the tray's included, and sets a variable by which any other program "
        "with Qt that we start would load our plugins; Qt finds them without it"
    ),
    "pyi_rth_inspect": (
        "imports `inspect` and lists a zip file, so that `inspect` can find source code; the bundle has none"
    ),
    "pyi_rth_pkgutil": (
        "imports `pkgutil`, so that it can list the modules of a package; nothing here asks for that"
    ),
    "pyi_rth_cryptography_openssl": "looks for modules of OpenSSL; the bundle has none",
}
"""Script -> what it does, and why nothing needs it. Those after the first took 25 ms of each command."""


def needed(scripts: Iterable[Script]) -> list[Script]:
    """Return the scripts that run at every start, without those left out."""
    return [script for script in scripts if script[0] not in LEFT_OUT]
