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
LEAST_DARWIN = 23
"""The kernel of macOS 14, which the toolkit's wheels for macOS require (macosx_14_0)."""


def windows_here(version: str | None = None, platform: str = sys.platform) -> Windows:
    """Return whether the toolkit is part of this installation, and this system is new enough for it.

    Args:
        version: of the system; default: ask it. On Linux, what the C library calls itself (`glibc 2.36`);
            other C libraries have other names, and are not judged. On macOS, the kernel's (`23.1.0`).
        platform: as `sys.platform` names it.
    """
    if importlib.util.find_spec(TOOLKIT) is None:
        return Windows.ABSENT
    version = _version() if version is None else version
    if platform == "linux":
        found = re.fullmatch(r"glibc (\d+)\.(\d+).*", version)
        if found and (int(found[1]), int(found[2])) < LEAST_GLIBC:
            return Windows.GLIBC_TOO_OLD
    elif platform == "darwin":
        found = re.match(r"(\d+)\.", version)
        if found and int(found[1]) < LEAST_DARWIN:
            return Windows.MACOS_TOO_OLD
    return Windows.READY


def _version() -> str:
    """Return this system's version as `windows_here` reads it; empty if it does not say."""
    if sys.platform == "linux":
        try:
            return os.confstr("CS_GNU_LIBC_VERSION") or ""
        except (ValueError, OSError):
            return ""
    if sys.platform == "darwin":
        # Not the version of macOS: that is 10.16 for a Python built for macOS 10, whatever the system is.
        return os.uname().release
    return ""
