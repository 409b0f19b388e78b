"""The executables and libraries of a folder."""

from __future__ import annotations

import os


def binaries(folder: str) -> list[str]:
    """Return the paths of all ELF files below `folder`."""
    paths = []
    for parent, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(parent, name)
            if is_binary(path):
                paths.append(path)
    return sorted(paths)


def is_binary(path: str) -> bool:
    """Return whether a file is ELF."""
    if os.path.islink(path):
        return False
    with open(path, "rb") as file:
        return file.read(4) == b"\x7fELF"
