"""What every package says about the program, in one place."""

from __future__ import annotations

import os

from codemie_tray import PRODUCT, PROGRAM, __version__

REPOSITORY = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

NAME = PRODUCT
PROGRAM_NAME = PROGRAM
VERSION = __version__
IDENTIFIER = "io.github.codemie-tray"
"""Reverse-DNS name: macOS' bundle, the LaunchAgent, AppStream, Flatpak."""
SUMMARY = "Switch the profile of your AI coding CLI from the menu bar"
DESCRIPTION = (
    "An icon in the panel shows which profile of your AI coding CLI is active; one click switches to "
    "another.",
    "Switching changes only that value in the configuration file. The menu follows changes by the CLI and "
    "by editors.",
)
"""Paragraphs."""
PUBLISHER = "CodeMie Tray contributors"
CONTACT = "CodeMie Tray contributors <codemie-tray@users.noreply.github.com>"
HOMEPAGE = "https://github.com/codemie-tray/codemie-tray"
LICENSE = "LGPL-3.0-or-later"
COPYRIGHT = f"Copyright (c) 2026 {PUBLISHER}"
MINIMUM_MACOS = "11.0"
"""The oldest macOS for which all dependencies publish binary wheels for both processors."""
MINIMUM_GLIBC = "2.28"
"""glibc of the oldest Linux that a release supports, which the wheels need (manylinux_2_28)."""


def version_of_four() -> tuple[int, int, int, int]:
    """Return the version in the form of Windows' version resource."""
    parts = [int(part) for part in VERSION.split(".")]
    major, minor, patch, build = [*parts, 0, 0, 0, 0][:4]
    return major, minor, patch, build


def inside(*parts: str) -> str:
    """Return the path of a file of the repository."""
    return os.path.join(REPOSITORY, *parts)
