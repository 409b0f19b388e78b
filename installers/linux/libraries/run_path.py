"""Removes the build machine's folders from the search paths of a bundle's libraries.

An interpreter that was built into its own folder leaves that path in each of its modules. On another machine,
that folder may belong to someone else, and its files would be loaded first. PyInstaller's bootloader tells
the libraries where they are, so no path is needed.
"""

from __future__ import annotations

import subprocess

from installers.linux.libraries.binaries import binaries


def remove(folder: str, patchelf: str) -> None:
    """Remove every absolute run path below `folder`; those relative to the file itself stay."""
    for path in binaries(folder):
        said = subprocess.run([patchelf, "--print-rpath", path], capture_output=True, text=True, check=True)
        if any(part.startswith("/") for part in said.stdout.strip().split(":")):
            subprocess.run([patchelf, "--remove-rpath", path], check=True)
