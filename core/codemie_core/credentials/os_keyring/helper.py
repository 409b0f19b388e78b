"""The process that talks to the OS keyring: one call, read from standard input, answered on standard output.

A process and not a thread, because nothing ends a call that hangs on D-Bus but the end of its process; a
thread would stay for as long as the tray runs. It also begins without the library's memory of an earlier
failure (once without a bus, `keyring` finds no store for the rest of a process's life), and keeps 20 MiB of
imports out of the tray. A question that is on the screen when the helper is ended stays there
(gnome-keyring 42); answering it late unlocks the keyring for the next try.

Nothing secret is in its arguments or environment. The only file that imports `keyring` (and, for what that
library can't say, SecretStorage, which it is built on).
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import threading
from typing import Any

from codemie_core.credentials.os_keyring.errors import failure_of

ARGUMENT = "--keyring-helper"
"""How the frozen program is told to be this helper: its first argument."""

ACCOUNT = "master key"

KNOWN = {
    "keyring.backends.SecretService": "the Secret Service",
    "keyring.backends.libsecret": "the Secret Service",
    "keyring.backends.kwallet": "KDE Wallet",
    "keyring.backends.macOS": "the macOS Keychain",
    "keyring.backends.Windows": "the Windows Credential Manager",
}
"""Modules of the backends that keep secrets encrypted under the person's login; others are refused."""

_PROCESSES = {
    "gnome-keyring-d": "GNOME Keyring",
    "oo7-daemon": "GNOME Keyring",
    "keepassxc": "KeePassXC",
    "ksecretd": "KDE Wallet",
    "kwalletd5": "KDE Wallet",
    "kwalletd6": "KDE Wallet",
}


class _Refused(Exception):
    """A backend that is not in `KNOWN`."""


class _Failed(Exception):
    """A failure whose kind is known here."""


def main() -> int:
    """Serve one request and return the exit code: 0 whenever there is an answer."""
    answer_fd = os.dup(1)
    os.dup2(2, 1)  # whatever a backend prints must not look like our answer
    _no_core_dump()
    answer = _answer(json.loads(_request()))
    with os.fdopen(answer_fd, "w", encoding="ascii") as out:
        out.write(json.dumps(answer) + "\n")
    return 0


def _request() -> bytes:
    """Return the one line that is asked, and from then on end with whoever asked it."""
    # The descriptor and not sys.stdin, which a frozen program without a console may not have; and read
    # without a buffer, whose lock a thread must not hold while Python ends.
    line = b""
    while not line.endswith(b"\n") and (piece := os.read(0, 65536)):
        line += piece
    threading.Thread(target=_end_with_asker, daemon=True).start()
    return line


def _end_with_asker() -> None:
    while os.read(0, 1):
        pass
    os._exit(1)  # nobody waits for the answer any more


def _answer(request: dict[str, Any]) -> dict[str, Any]:
    store = ""
    try:
        backend, store = _backend()
        if not request["interactive"] and request["call"] != "name":
            _refuse_to_ask(backend)
        return {"store": store, "value": _call(backend, request)}
    except _Refused as error:
        return {"failure": "unsafe", "store": str(error), "detail": ""}
    except _Failed as error:
        return {"failure": str(error), "store": store, "detail": ""}
    except Exception as error:  # noqa: BLE001 - the seam: whatever a backend raises is translated here
        kind, detail = failure_of(error)
        return {"failure": kind, "store": store, "detail": detail}


def _call(backend: Any, request: dict[str, Any]) -> str | None:
    call, item = request["call"], request["item"]
    if call == "name":
        return None
    if call == "put":
        backend.set_password(item, ACCOUNT, request["secret"])
    if call == "delete" and backend.get_password(item, ACCOUNT) is not None:
        backend.delete_password(item, ACCOUNT)
    left: str | None = backend.get_password(item, ACCOUNT)  # after a change: the caller compares
    return left


def _backend() -> tuple[Any, str]:
    import keyring

    chosen = keyring.get_keyring()
    candidates = getattr(chosen, "backends", None) if _module(chosen) == "keyring.backends.chainer" else None
    for backend in list(candidates) if candidates else [chosen]:
        module = _module(backend)
        if module in KNOWN:
            return backend, _name(module)
    if _module(chosen) == "keyring.backends.fail":
        raise _Failed("absent")
    raise _Refused(f"{_module(chosen)}.{type(chosen).__name__}")


def _module(backend: Any) -> str:
    module = type(backend).__module__
    return module.removesuffix(".__init__")


def _name(module: str) -> str:
    known = KNOWN[module]
    if known != "the Secret Service":
        return known
    with contextlib.suppress(Exception):  # the name is for show; failing to find it must not fail the call
        return _PROCESSES.get(_secret_service_process(), known)
    return known


def _secret_service_process() -> str:
    import secretstorage
    from secretstorage.util import BUS_NAME, DBusAddressWrapper

    with contextlib.closing(secretstorage.dbus_init()) as bus:
        dbus = DBusAddressWrapper("/org/freedesktop/DBus", "org.freedesktop.DBus", bus)
        dbus.bus_name = "org.freedesktop.DBus"
        (number,) = dbus.call("GetConnectionUnixProcessID", "s", BUS_NAME)
    with open(f"/proc/{number}/comm", encoding="utf-8") as file:
        return file.read().strip()


def _refuse_to_ask(backend: Any) -> None:
    """Raise `_Failed("locked")` where a call would put a question on the person's screen."""
    if _module(backend) != "keyring.backends.SecretService":
        return
    import secretstorage

    with contextlib.closing(secretstorage.dbus_init()) as bus:
        try:
            collection = secretstorage.get_collection_by_alias(bus, "default")
        except secretstorage.exceptions.ItemNotFoundException:
            raise _Failed("locked") from None  # none was made yet: making one asks for a password
        if collection.is_locked():
            raise _Failed("locked")


def _no_core_dump() -> None:
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    sys.exit(main())
