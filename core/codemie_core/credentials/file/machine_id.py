"""The OS's identifier of this machine, if it is unique.

On Linux this is `/etc/machine-id` (machine-id(5)): 32 hexadecimal digits. Until the first boot completes, the
file says `uninitialized`; in an image for many machines it is empty or missing. D-Bus's copy comes second,
because images often still contain it. An identifier shared by every copy of an image protects nothing.
"""

from __future__ import annotations

import contextlib
import re
import sys
from collections.abc import Sequence

FILES = ("/etc/machine-id", "/var/lib/dbus/machine-id")
"""Where Linux keeps it; the first valid one counts."""
_WELL_FORMED = re.compile(r"[0-9a-f]{32}")
_LIMIT_BYTES = 4096

if sys.platform == "linux":
    HOW_TO_GET_ONE = (
        "this machine has no identifier to lock the store to: /etc/machine-id is missing or empty. "
        "Create one (sudo systemd-machine-id-setup), or keep the key in the keyring: "
        "codemie-tray credentials protect"
    )
else:
    HOW_TO_GET_ONE = (
        "this system has no machine identifier to lock the store to. "
        "Keep the key in the keyring: codemie-tray credentials protect"
    )


def machine_id(files: Sequence[str] = FILES) -> str:
    """Return the machine's identifier, or an empty text if it has no unique one."""
    if sys.platform != "linux":
        return library_machine_id()
    return next((found for path in files if (found := _read(path))), "")


def library_machine_id() -> str:
    """Return what py-machineid says; on Linux that is what stores were locked to before version 3."""
    import machineid

    try:
        return str(machineid.id())
    except (machineid.MachineIdNotFound, OSError):
        return ""


def _read(path: str) -> str:
    text = ""
    with contextlib.suppress(OSError, ValueError), open(path, encoding="ascii") as file:
        text = file.read(_LIMIT_BYTES).strip().lower()
    return text if _WELL_FORMED.fullmatch(text) and text.strip("0") else ""
