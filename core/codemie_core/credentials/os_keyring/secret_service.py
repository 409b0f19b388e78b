"""The Secret Service on the bus: which program offers it, and whether it is locked.

This is the only file that imports SecretStorage, on which the keyring library is built: the library does not
expose either.
"""

from __future__ import annotations

import contextlib
import os

_COMM_LENGTH = 15
"""The kernel keeps no more characters of a process's name."""
_PROCESSES = {
    "gnome-keyring-d": "GNOME Keyring",
    "oo7-daemon": "GNOME Keyring",
    "keepassxc": "KeePassXC",
    "ksecretd": "KDE Wallet",
    "kwalletd5": "KDE Wallet",
    "kwalletd6": "KDE Wallet",
}


def product_name() -> str | None:
    """Return the name under which users know the program; None if it is unknown."""
    with contextlib.suppress(Exception):  # the name is only informative; the call must not fail without it
        return _PROCESSES.get(_process())
    with contextlib.suppress(Exception):  # none runs yet: the first call will start this one
        return _PROCESSES.get(_program_to_start())
    return None


def is_locked() -> bool:
    """Return whether using its default keyring would prompt the user."""
    import secretstorage

    with contextlib.closing(secretstorage.dbus_init()) as bus:
        try:
            collection = secretstorage.get_collection_by_alias(bus, "default")
        except secretstorage.exceptions.ItemNotFoundException:
            return True  # none exists yet, and creating one prompts for a password
        return collection.is_locked()


def _process() -> str:
    import secretstorage
    from secretstorage.util import BUS_NAME, DBusAddressWrapper

    with contextlib.closing(secretstorage.dbus_init()) as bus:
        dbus = DBusAddressWrapper("/org/freedesktop/DBus", "org.freedesktop.DBus", bus)
        dbus.bus_name = "org.freedesktop.DBus"
        (number,) = dbus.call("GetConnectionUnixProcessID", "s", BUS_NAME)
    with open(f"/proc/{number}/comm", encoding="utf-8") as file:
        return file.read().strip()


def _program_to_start() -> str:
    """Return the program that the bus would start, as the kernel would call its process."""
    from configparser import RawConfigParser

    home = os.environ.get("XDG_DATA_HOME") or os.path.expanduser("~/.local/share")
    shared = os.environ.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share"
    for folder in (home, *shared.split(":")):
        file = RawConfigParser()
        if file.read(os.path.join(folder, "dbus-1", "services", "org.freedesktop.secrets.service"), "utf-8"):
            program = file.get("D-BUS Service", "Exec").split()[0]
            return os.path.basename(program)[:_COMM_LENGTH]
    return ""
