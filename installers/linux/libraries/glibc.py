"""Which glibc a bundle needs: the newest symbol version that any of its files requires."""

from __future__ import annotations

import re
import subprocess

from installers.linux.libraries.binaries import binaries

_VERSION = re.compile(r"\bGLIBC_(\d+)\.(\d+)")


def needed(folder: str) -> str:
    """Return the version, such as `2.28`."""
    found = {(2, 0)}
    for path in binaries(folder):
        ran = subprocess.run(
            ["objdump", "--dynamic-syms", path], capture_output=True, text=True, check=True, errors="replace"
        )
        found |= {(int(major), int(minor)) for major, minor in _VERSION.findall(ran.stdout)}
    return "{}.{}".format(*max(found))
