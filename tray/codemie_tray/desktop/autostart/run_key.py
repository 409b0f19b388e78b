"""Windows: a value below the user's own Run key.

Task Manager and Settings disable such a value without touching it: they keep a value of the same name below
StartupApproved, whose first byte is odd while it is disabled. Fixing an entry leaves that alone; only the
user's own "on" removes it.

Tested under Wine, where a login started the tray; not run on Windows yet.
"""

from __future__ import annotations

import subprocess
import sys
from typing import Protocol

from codemie_tray import PRODUCT
from codemie_tray.desktop.autostart.backend import AutostartFailed, LoginEntry, LoginState

RUN = r"Software\Microsoft\Windows\CurrentVersion\Run"
APPROVED = r"Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run"
NAME = PRODUCT
LONGEST_COMMAND = 260
"""Characters; Windows does not start longer ones (Microsoft's page on the Run keys)."""


class Registry(Protocol):
    """The values below HKEY_CURRENT_USER; each method raises OSError if Windows refuses."""

    def get(self, key: str, name: str) -> str | bytes | None:
        """Return a value; None if it does not exist."""

    def set_text(self, key: str, name: str, value: str) -> None:
        """Set a text, creating the key if missing."""

    def delete(self, key: str, name: str) -> None:
        """Remove a value; a no-op if it does not exist."""


if sys.platform == "win32":
    import winreg

    class CurrentUser:
        """The registry itself."""

        def get(self, key: str, name: str) -> str | bytes | None:
            """Return a value; None if it does not exist."""
            try:
                with winreg.OpenKey(winreg.HKEY_CURRENT_USER, key) as opened:
                    value, _ = winreg.QueryValueEx(opened, name)
            except FileNotFoundError:
                return None
            return value if isinstance(value, str | bytes) else None

        def set_text(self, key: str, name: str, value: str) -> None:
            """Set a text, creating the key if missing."""
            with winreg.CreateKeyEx(winreg.HKEY_CURRENT_USER, key, 0, winreg.KEY_SET_VALUE) as opened:
                winreg.SetValueEx(opened, name, 0, winreg.REG_SZ, value)

        def delete(self, key: str, name: str) -> None:
            """Remove a value; a no-op if it does not exist."""
            try:
                with winreg.OpenKey(winreg.HKEY_CURRENT_USER, key, 0, winreg.KEY_SET_VALUE) as opened:
                    winreg.DeleteValue(opened, name)
            except FileNotFoundError:
                return

    def _own_registry() -> Registry:
        return CurrentUser()

else:

    def _own_registry() -> Registry:
        raise AutostartFailed("there is no registry on this system")


class RunKey:
    """See `autostart.backend.Autostart`."""

    def __init__(self, registry: Registry | None = None) -> None:
        self._registry = _own_registry() if registry is None else registry
        self.place = rf"HKEY_CURRENT_USER\{RUN}\{NAME}"

    def read(self) -> LoginEntry:
        """Return the value, and whether Task Manager has disabled it."""
        try:
            value = self._registry.get(RUN, NAME)
            approved = self._registry.get(APPROVED, NAME)
        except OSError as error:
            raise AutostartFailed(f"{self.place}: can't be read: {error}") from error
        if not isinstance(value, str) or not value.strip():
            return LoginEntry(LoginState.OFF, self.place)
        disabled = isinstance(approved, bytes) and bool(approved) and bool(approved[0] & 1)
        state = LoginState.DISABLED if disabled else LoginState.ON
        return LoginEntry(state, self.place, split_command(value))

    def turn_on(self, command: tuple[str, ...]) -> None:
        """Start `command` at login."""
        self.fix(command)
        self._delete(APPROVED)

    def turn_off(self) -> None:
        """Start nothing at login."""
        self._delete(RUN)
        self._delete(APPROVED)

    def fix(self, command: tuple[str, ...]) -> None:
        """Make the value start `command`; what Task Manager disabled stays disabled."""
        line = subprocess.list2cmdline(command)
        if len(line) > LONGEST_COMMAND:
            raise AutostartFailed(f"the command is longer than Windows starts at login: {line}")
        try:
            self._registry.set_text(RUN, NAME, line)
        except OSError as error:
            raise AutostartFailed(f"{self.place}: can't be written: {error}") from error

    def watched(self) -> tuple[str, ...]:
        """Return nothing: the registry is not a file."""
        return ()

    def _delete(self, key: str) -> None:
        try:
            self._registry.delete(key, NAME)
        except OSError as error:
            raise AutostartFailed(f"{self.place}: can't be removed: {error}") from error


def split_command(line: str) -> tuple[str, ...]:
    """Split a command line into arguments by the rules of Microsoft's C runtime."""
    parts: list[str] = []
    current: str | None = None
    quoted = False
    backslashes = 0
    for char in line:
        if char == "\\":
            backslashes += 1
            continue
        if char == '"':
            current = (current or "") + "\\" * (backslashes // 2)
            if backslashes % 2:
                current += '"'
            else:
                quoted = not quoted
            backslashes = 0
            continue
        if backslashes:
            current = (current or "") + "\\" * backslashes
            backslashes = 0
        if char in " \t" and not quoted:
            if current is not None:
                parts.append(current)
            current = None
        else:
            current = (current or "") + char
    if backslashes:
        current = (current or "") + "\\" * backslashes
    if current is not None:
        parts.append(current)
    return tuple(parts)
