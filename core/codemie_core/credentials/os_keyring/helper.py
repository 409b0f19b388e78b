"""The process that talks to the OS keyring: reads one call from standard input, answers on standard output.

It is a process because a call that hangs on D-Bus can only be stopped by killing its process; a thread would
hang for as long as the tray runs. A new process also forgets earlier failures (if there was no bus once,
`keyring` finds no store for the rest of the process's life), and keeps 20 MiB of imports out of the tray. If
the helper is killed while a prompt is on the screen, the prompt stays (gnome-keyring 42); answering it late
unlocks the keyring for the next try.

Its arguments and environment contain no secrets. This is the only file that imports `keyring`; this and
`secret_service` import SecretStorage, on which it is built, for what it does not expose.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import threading
from typing import Any

from codemie_core.credentials.os_keyring.errors import failure_of
from codemie_core.credentials.os_keyring.secret_service import use_unambiguous_sessions
from codemie_core.system.process.core_dumps import forbid_core_dumps

ARGUMENT = "--keyring-helper"
"""First argument that makes the frozen program run as this helper."""

ACCOUNT = "master key"

_KWALLET = "keyring.backends.kwallet"
_SECRET_SERVICE = "keyring.backends.SecretService"  # noqa: S105 - a module's name
_FREEDESKTOP = "the system's keyring"
"""Whatever offers the Secret Service, if its own name is not known; users don't know the interface's name."""
KNOWN = {
    _SECRET_SERVICE: (("Keyring",), _FREEDESKTOP),
    "keyring.backends.libsecret": (("Keyring",), _FREEDESKTOP),
    _KWALLET: (("DBusKeyring", "DBusKeyringKWallet4"), "KDE Wallet"),
    "keyring.backends.macOS": (("Keyring",), "the macOS Keychain"),
    "keyring.backends.Windows": (("WinVaultKeyring",), "the Windows Credential Manager"),
}
"""The library's modules, their classes that encrypt secrets under the user's login, and the display name of
each store. All others are refused."""

CHOICE = "PYTHON_KEYRING_BACKEND"
"""The library's environment variable that names the class to use."""

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


class _Refused(Exception):
    """A backend that is not in `KNOWN`."""


class _Failed(Exception):
    """A failure whose kind is known here; an optional second argument is a detail that is safe to show."""


def main() -> int:
    """Serve one request and return the exit code; 0 if it was answered, even with a failure."""
    answer_fd = os.dup(1)
    os.dup2(2, 1)  # what a backend prints must not be mistaken for our answer
    forbid_core_dumps()
    answer = _answer(json.loads(_request()))
    with os.fdopen(answer_fd, "w", encoding="ascii") as out:
        out.write(json.dumps(answer) + "\n")
    return 0


def _request() -> bytes:
    """Return the request, one line; from then on, exit as soon as the caller does."""
    # Use the descriptor: a frozen program without a console may have no sys.stdin. Read unbuffered, because
    # a thread must not hold a buffer's lock while Python exits.
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
        backend, module = _backend()
        store = _name(module)
        if module == _KWALLET:
            backend.appid = "CodeMie Tray"  # which KDE shows when it asks; else our script's path
        if module == _SECRET_SERVICE:
            use_unambiguous_sessions(backend)
        if not request["interactive"] and request["call"] != "name":
            _refuse_to_ask(backend, module)
        return {"store": store, "values": _call(backend, request)}
    except _Refused as error:
        return {"failure": "unsafe", "store": str(error), "detail": "", "chosenBy": _chosen_by()}
    except _Failed as error:
        kind, detail = (*error.args, "")[:2]
        return {"failure": kind, "store": store, "detail": detail, "chosenBy": _chosen_by()}
    except Exception as error:  # noqa: BLE001 - backends may raise anything; it is translated here
        kind, detail = failure_of(error)
        return {"failure": kind, "store": store, "detail": detail}


def _call(backend: Any, request: dict[str, Any]) -> list[str | None]:
    call, items = request["call"], request["items"]
    left: list[str | None] = []
    for item in items:
        if call == "put":
            backend.set_password(item, ACCOUNT, request["secret"])
        if call == "delete" and backend.get_password(item, ACCOUNT) is not None:
            backend.delete_password(item, ACCOUNT)
        left.append(backend.get_password(item, ACCOUNT))  # after a change, for the caller to compare
    return left


def _backend() -> tuple[Any, str]:
    """Return the backend that the library chose, and its module, one of `KNOWN`."""
    try:
        import keyring

        chosen = keyring.get_keyring()
    except Exception as error:
        if _chosen_by():
            raise _Failed("misconfigured", type(error).__name__) from error
        raise
    for backend in [chosen, *_chained(chosen)]:
        module = _known_module(backend)
        if module is not None:
            return backend, module
    if _is(chosen, "keyring.backends.fail", "Keyring"):
        raise _Failed("absent")
    raise _Refused(_place(type(chosen)))


def _chained(chosen: Any) -> list[Any]:
    return list(chosen.backends) if _is(chosen, "keyring.backends.chainer", "ChainerBackend") else []


def _known_module(backend: Any) -> str | None:
    return next(
        (module for module, (names, _) in KNOWN.items() if any(_is(backend, module, name) for name in names)),
        None,
    )


def _is(backend: Any, module_name: str, class_name: str) -> bool:
    """Return whether the backend has the library's own class; anyone can give a module that name."""
    import keyring

    module = sys.modules.get(module_name)  # a backend of this class has imported it
    folder = os.path.join(os.path.dirname(keyring.__file__ or ""), "")
    origin = getattr(getattr(module, "__spec__", None), "origin", None) or ""
    return origin.startswith(folder) and type(backend) is getattr(module, class_name, None)


def _place(kind: type) -> str:
    """Return a class's name to show to users, with its file if it only claims to be a known class."""
    name = f"{kind.__module__}.{kind.__name__}"
    code = getattr(getattr(kind, "get_password", None), "__code__", None)
    return f"{name} ({code.co_filename})" if kind.__module__ in KNOWN and code else name


def _chosen_by() -> str:
    """Return the variable or file that chose the backend; empty if the library did."""
    if os.environ.get(CHOICE):
        return f"{CHOICE}={os.environ[CHOICE]}"
    with contextlib.suppress(Exception):  # only informative, for the answer to a failed call
        # The library loads the configured backend while it is imported, unless this is set.
        os.environ[CHOICE] = "keyring.backends.fail.Keyring"
        from configparser import RawConfigParser

        from keyring.core import _config_path

        path = str(_config_path())  # type: ignore[no-untyped-call]  # the library's own
        settings = RawConfigParser()
        settings.read(path, encoding="utf-8")
        if settings.has_option("backend", "default-keyring"):
            return path
    return ""


def _name(module: str) -> str:
    known = KNOWN[module][1]
    if known != _FREEDESKTOP:
        return known
    with contextlib.suppress(Exception):  # the name is only informative; the call must not fail without it
        return _PROCESSES.get(_secret_service_process(), known)
    with contextlib.suppress(Exception):  # none runs yet: the first call will start this one
        return _PROCESSES.get(_secret_service_to_start(), known)
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


def _secret_service_to_start() -> str:
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


def _refuse_to_ask(backend: Any, module: str) -> None:
    """Raise `_Failed("locked")` if a call would prompt the user."""
    if module == _KWALLET:
        dbus = sys.modules["dbus"]
        service = dbus.SessionBus().get_object(backend.bus_name, backend.object_path)
        wallets = dbus.Interface(service, "org.kde.KWallet")
        # There is a second isOpen, which takes a number; dbus-python would choose that one.
        if not wallets.isOpen(wallets.networkWallet(), signature="s"):
            raise _Failed("locked")
    if KNOWN[module][1] != _FREEDESKTOP:
        return
    import secretstorage

    with contextlib.closing(secretstorage.dbus_init()) as bus:
        try:
            collection = secretstorage.get_collection_by_alias(bus, "default")
        except secretstorage.exceptions.ItemNotFoundException:
            raise _Failed("locked") from None  # none exists yet, and creating one prompts for a password
        if collection.is_locked():
            raise _Failed("locked")


if __name__ == "__main__":
    sys.exit(main())
