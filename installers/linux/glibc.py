"""Which glibc a bundle needs: the newest symbol version any of its files asks for."""

from __future__ import annotations

import os
import re
import subprocess

_VERSION = re.compile(r"\bGLIBC_(\d+)\.(\d+)")


def needed(folder: str) -> str:
    """Return the version, such as `2.28`."""
    found = {(2, 0)}
    for path in _binaries(folder):
        ran = subprocess.run(
            ["objdump", "--dynamic-syms", path], capture_output=True, text=True, check=True, errors="replace"
        )
        found |= {(int(major), int(minor)) for major, minor in _VERSION.findall(ran.stdout)}
    return "{}.{}".format(*max(found))


def _binaries(folder: str) -> list[str]:
    paths = []
    for parent, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(parent, name)
            with open(path, "rb") as file:
                if file.read(4) == b"\x7fELF":
                    paths.append(path)
    return sorted(paths)
