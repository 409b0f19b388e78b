"""The scripts of the packages: a header, the functions that find running trays, and the script itself."""

from __future__ import annotations

from installers.product import inside


def script(body: str) -> str:
    """Return a POSIX shell script in which `running.sh` is defined."""
    return "#!/bin/sh\nset -e\n\n" + running() + "\n" + body


def running() -> str:
    """Return the functions of `running.sh`."""
    with open(inside("installers", "linux", "scripts", "running.sh"), encoding="utf-8") as file:
        return file.read()
