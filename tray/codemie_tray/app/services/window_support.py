"""Whether windows can be opened here, without loading Qt: the icon must not wait for it."""

from __future__ import annotations

import importlib.util
import os
import re
import sys

from codemie_tray.view.state import Windows

TOOLKIT = "PySide6"
LEAST_GLIBC = (2, 34)
"""Required by the toolkit's wheels for Linux (manylinux_2_34)."""


def windows_here(glibc: str | None = None) -> Windows:
    """Return whether the toolkit is part of this installation, and this system is new enough for it.

    Args:
        glibc: what the C library calls itself (`glibc 2.36`); default: ask it. Other C libraries have other
            names, and are not judged.
    """
    if importlib.util.find_spec(TOOLKIT) is None:
        return Windows.ABSENT
    if sys.platform == "linux":
        glibc = _glibc() if glibc is None else glibc
        version = re.fullmatch(r"glibc (\d+)\.(\d+).*", glibc)
        if version and (int(version[1]), int(version[2])) < LEAST_GLIBC:
            return Windows.SYSTEM_TOO_OLD
    return Windows.READY


def _glibc() -> str:
    """Return what the C library calls itself; empty if it does not say."""
    if sys.platform != "linux":
        return ""
    try:
        return os.confstr("CS_GNU_LIBC_VERSION") or ""
    except (ValueError, OSError):
        return ""
