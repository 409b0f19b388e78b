"""The process that talks to the OS keyring: reads one call from standard input, answers on standard output.

It is a process because a call that hangs on D-Bus can only be stopped by killing its process; a thread would
hang for as long as the tray runs. A new process also forgets earlier failures (if there was no bus once,
`keyring` finds no store for the rest of the process's life), and keeps 20 MiB of imports out of the tray. If
the helper is killed while a prompt is on the screen, the prompt stays (gnome-keyring 42); answering it late
unlocks the keyring for the next try.

Its arguments and environment contain no secrets.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from typing import Any

from codemie_core.credentials.os_keyring.chosen_backend import (
    FREEDESKTOP,
    KNOWN,
    KWALLET,
    SECRET_SERVICE,
    Refused,
    chosen_backend,
    chosen_by,
)
from codemie_core.credentials.os_keyring.errors import CallFailed, failure_of
from codemie_core.credentials.os_keyring.secret_service import is_locked, product_name
from codemie_core.credentials.os_keyring.unambiguous_session import use_unambiguous_sessions
from codemie_core.system.process.core_dumps import forbid_core_dumps

ARGUMENT = "--keyring-helper"
"""First argument that makes the frozen program run as this helper."""

ACCOUNT = "master key"


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
        backend, module = chosen_backend()
        store = _name(module)
        if module == KWALLET:
            backend.appid = "CodeMie Tray"  # which KDE shows when it asks; else our script's path
        if module == SECRET_SERVICE:
            use_unambiguous_sessions(backend)
        if not request["interactive"] and request["call"] != "name":
            _refuse_to_ask(backend, module)
        return {"store": store, "values": _call(backend, request)}
    except Refused as error:
        return {"failure": "unsafe", "store": str(error), "detail": "", "chosenBy": chosen_by()}
    except CallFailed as error:
        kind, detail = (*error.args, "")[:2]
        return {"failure": kind, "store": store, "detail": detail, "chosenBy": chosen_by()}
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


def _name(module: str) -> str:
    known = KNOWN[module][1]
    return (product_name() or known) if known == FREEDESKTOP else known


def _refuse_to_ask(backend: Any, module: str) -> None:
    """Raise `CallFailed("locked")` if a call would prompt the user."""
    if module == KWALLET:
        dbus = sys.modules["dbus"]
        service = dbus.SessionBus().get_object(backend.bus_name, backend.object_path)
        wallets = dbus.Interface(service, "org.kde.KWallet")
        # There is a second isOpen, which takes a number; dbus-python would choose that one.
        if not wallets.isOpen(wallets.networkWallet(), signature="s"):
            raise CallFailed("locked")
    if KNOWN[module][1] == FREEDESKTOP and is_locked():
        raise CallFailed("locked")


if __name__ == "__main__":
    sys.exit(main())
