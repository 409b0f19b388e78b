"""The store's interface to the OS keyring: calls with a time limit, and our own errors."""

from __future__ import annotations

import contextlib
import json
import sys
import threading
from collections.abc import Sequence
from typing import Protocol

from codemie_core.credentials.os_keyring.errors import error_of
from codemie_core.credentials.os_keyring.helper import ARGUMENT
from codemie_core.credentials.secret import Secret
from codemie_core.errors import KeyringBroken
from codemie_core.system.process.executables import own_command

BACKGROUND_SECONDS = 5.0
"""Time limit for a background call. A normal call takes 0.2 s, mostly to start the helper."""
ATTENDED_SECONDS = 120.0
"""Time limit for a call that the user started: long enough to type the keyring's password."""


_NO_WINDOW = 0x08000000 if sys.platform == "win32" else 0
"""CREATE_NO_WINDOW: the helper must not flash a console."""


class Keyring(Protocol):
    """A place for a few short secrets outside the home."""

    def name(self) -> str:
        """Return the keyring's display name; raises `KeyringError`."""

    def get(self, item: str) -> Secret | None:
        """Return an item's text, or None if there is no such item; raises `KeyringError`."""

    def get_several(self, *items: str) -> tuple[Secret | None, ...]:
        """Return the texts of several items in one request; raises `KeyringError`."""

    def peek(self, item: str) -> Secret | None:
        """Return an item's text within `BACKGROUND_SECONDS`, without prompting the user.

        Raises:
            KeyringError: for example, because the keyring is locked.
        """

    def put(self, item: str, secret: Secret, *, quietly: bool = False) -> str:
        """Store a text, read it back, compare; return the keyring's name.

        Args:
            item: its name.
            secret: the text.
            quietly: don't prompt the user and use `BACKGROUND_SECONDS`, as `peek` does.

        Raises:
            KeyringError: it was not stored; `KeyringBroken` if something else was read back.
        """

    def delete(self, *items: str, quietly: bool = False) -> None:
        """Remove items; missing ones are ignored; raises `KeyringError`."""


class HelperKeyring:
    """The real keyring, reached through a helper process that is killed at the time limit.

    Args:
        interactive: whether the keyring may prompt the user for its password. If not, a locked keyring is
            reported at once.
        timeout_seconds: time limit of one call; the default depends on `interactive`.
        command: how to start the helper.
    """

    def __init__(
        self,
        *,
        interactive: bool,
        timeout_seconds: float | None = None,
        command: Sequence[str] | None = None,
    ) -> None:
        self._interactive = interactive
        self._timeout_seconds = timeout_seconds or (ATTENDED_SECONDS if interactive else BACKGROUND_SECONDS)
        self._command = list(command) if command is not None else helper_command()
        self._last_name = ""

    def name(self) -> str:
        """Return the keyring's display name."""
        self._ask("name")
        return self._last_name

    def get(self, item: str) -> Secret | None:
        """Return an item's text, or None."""
        return self._ask("get", item)[0]

    def get_several(self, *items: str) -> tuple[Secret | None, ...]:
        """Return the texts of several items."""
        return self._ask("get", *items)

    def peek(self, item: str) -> Secret | None:
        """Return an item's text, or None, without prompting the user."""
        return self._ask("get", item, quietly=True)[0]

    def put(self, item: str, secret: Secret, *, quietly: bool = False) -> str:
        """Store a text, read it back, compare; return the keyring's name."""
        if self._ask("put", item, secret=secret, quietly=quietly) != (secret,):
            raise KeyringBroken(f"{self._last_name} did not return what was stored in it, so it is not used.")
        return self._last_name

    def delete(self, *items: str, quietly: bool = False) -> None:
        """Remove items."""
        if any(left is not None for left in self._ask("delete", *items, quietly=quietly)):
            raise KeyringBroken(f"{self._last_name} still has the item that was removed.")

    def _ask(
        self, call: str, *items: str, secret: Secret | None = None, quietly: bool = False
    ) -> tuple[Secret | None, ...]:
        interactive = self._interactive and not quietly
        request: dict[str, object] = {"call": call, "items": items, "interactive": interactive}
        if secret is not None:
            request["secret"] = secret.reveal()
        limit = min(self._timeout_seconds, BACKGROUND_SECONDS) if quietly else self._timeout_seconds
        answer = _run(self._command, json.dumps(request), limit)
        if answer is None:
            raise error_of("hung", store=self._last_name, detail="")
        store = answer.get("store")
        self._last_name = store if isinstance(store, str) else ""
        if "failure" in answer:
            raise error_of(
                str(answer["failure"]),
                store=self._last_name,
                detail=str(answer.get("detail", "")),
                chosen_by=str(answer.get("chosenBy", "")),
            )
        values = answer.get("values")
        if not isinstance(values, list) or len(values) != len(items):
            raise error_of("broken", store=self._last_name, detail="an answer that is not understood")
        return tuple(Secret(value) if isinstance(value, str) else None for value in values)


def helper_command() -> list[str]:
    """Return the command that starts the helper; a frozen program starts itself."""
    return own_command("codemie_core.credentials.os_keyring.helper", frozen_option=ARGUMENT)


def _run(command: list[str], request: str, timeout_seconds: float) -> dict[str, object] | None:
    """Return the helper's answer, or None on timeout. Either way, the helper has exited."""
    import subprocess  # the tray imports this module at startup, but needs the keyring much later

    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="ascii",
            creationflags=_NO_WINDOW,
        )
    except OSError as error:
        raise KeyringBroken(f"The keyring's helper can't be started: {error.strerror}.") from error
    assert process.stdin is not None  # noqa: S101 - for the type checker: both are pipes
    assert process.stdout is not None  # noqa: S101
    stdout, said = process.stdout, []
    reader = threading.Thread(target=lambda: said.append(stdout.read()), name="keyring answer", daemon=True)
    # Keep standard input open until the answer arrives: the helper exits on EOF, which means we are gone.
    with process:
        try:
            with contextlib.suppress(OSError):  # it has already exited, so there will be no answer
                process.stdin.write(request + "\n")
                process.stdin.flush()
            reader.start()
            reader.join(timeout_seconds)
            if reader.is_alive():
                return None
        finally:
            if process.poll() is None and (not said or not said[0]):
                process.kill()
    out = said[0] if said else ""
    try:
        answer = json.loads(out)
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        raise KeyringBroken(
            f"The keyring's helper exited without an answer (exit code {process.returncode})."
        )
    return answer
