"""Takes the build machine's folders out of where a bundle's libraries look for each other.

An interpreter that was built into a folder of its own leaves that folder in each of its modules. Elsewhere it
is somebody else's folder, and what lies in it would be loaded first. PyInstaller's bootloader tells the
libraries where they are, so nothing takes its place.
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
