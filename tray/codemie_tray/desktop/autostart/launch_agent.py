"""macOS: a LaunchAgent in the user's Library.

launchd reads the file at login. It is not loaded now, because the tray already runs, and unloading it at
"off" would end the tray. launchd keeps a list of disabled agents; `launchctl` reads and changes that.

Not run on macOS yet: the file is checked by Python's plistlib and Debian's plistutil, `launchctl` is faked in
the tests.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from typing import Any

from codemie_core import StoreError
from codemie_core.files.atomic_file import TargetChanged, read_whole, replace_whole, version_of
from codemie_core.system.process.foreign_environment import foreign_environment
from codemie_tray import __version__
from codemie_tray.desktop.autostart.backend import AutostartFailed, LoginEntry, LoginState, remove_entry

LABEL = "io.github.codemie-tray"
"""The name of the agent and of its file."""

_LIMIT_BYTES = 64 * 1024
_SECONDS = 5.0
_VERSION = "CodeMieTrayVersion"

Launchctl = Callable[[Sequence[str]], str]
"""Runs launchctl with arguments and returns its output; raises OSError if that fails."""


def _launchctl(arguments: Sequence[str]) -> str:
    try:
        return subprocess.run(
            ["/bin/launchctl", *arguments],
            capture_output=True,
            text=True,
            check=True,
            timeout=_SECONDS,
            env=foreign_environment(),
        ).stdout
    except subprocess.SubprocessError as error:
        raise OSError(str(error)) from error


class LaunchAgent:
    """See `autostart.backend.Autostart`."""

    def __init__(
        self, folder: str | None = None, launchctl: Launchctl = _launchctl, user: int | None = None
    ) -> None:
        folder = folder or os.path.join(os.path.expanduser("~"), "Library", "LaunchAgents")
        self.path = os.path.join(folder, f"{LABEL}.plist")
        self._launchctl = launchctl
        self._domain = f"gui/{_user() if user is None else user}"

    def read(self) -> LoginEntry:
        """Return the agent as launchd would start it at the next login."""
        values = self._values()
        if values is None:
            return LoginEntry(LoginState.OFF, self.path)
        arguments = values.get("ProgramArguments")
        command = tuple(map(str, arguments)) if isinstance(arguments, list) else ()
        state = LoginState.DISABLED if values.get("Disabled") is True or self._disabled() else LoginState.ON
        return LoginEntry(state, self.path, command, str(values.get(_VERSION, "")))

    def turn_on(self, command: tuple[str, ...]) -> None:
        """Start `command` at login."""
        self._write(agent(command))
        if self._disabled():
            try:
                self._launchctl(["enable", f"{self._domain}/{LABEL}"])
            except OSError as error:
                raise AutostartFailed(f"launchd keeps {LABEL} disabled: {error}") from error

    def turn_off(self) -> None:
        """Start nothing at login."""
        remove_entry(self.path)

    def fix(self, command: tuple[str, ...]) -> None:
        """Make the agent start `command`; what launchd has disabled stays disabled."""
        kept = self._values() or {}
        self._write({**agent(command), **({"Disabled": True} if kept.get("Disabled") is True else {})})

    def watched(self) -> tuple[str, ...]:
        """Return the agent's file."""
        return (self.path,)

    def _values(self) -> dict[str, Any] | None:
        import plistlib
        from xml.parsers.expat import ExpatError

        try:
            data, _ = read_whole(self.path, limit_bytes=_LIMIT_BYTES)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise AutostartFailed(f"{self.path}: can't be read: {error.strerror}") from error
        try:
            values = plistlib.loads(data)
        except (ExpatError, ValueError, OverflowError, KeyError, AttributeError, TypeError, IndexError):
            return {}  # plistlib accepts some files that are not property lists
        return values if isinstance(values, dict) else {}

    def _disabled(self) -> bool:
        # One line per agent: `"label" => disabled`; older releases say `true`.
        with contextlib.suppress(OSError):
            for line in self._launchctl(["print-disabled", self._domain]).splitlines():
                name, arrow, state = line.partition("=>")
                if arrow and name.strip().strip('"') == LABEL:
                    return state.strip() in ("disabled", "true")
        return False

    def _write(self, values: dict[str, Any]) -> None:
        import plistlib

        try:
            os.makedirs(os.path.dirname(self.path), exist_ok=True)
            # launchd refuses an agent that others can write to.
            replace_whole(self.path, plistlib.dumps(values), mode=0o644, expected=version_of(self.path))
        except (StoreError, TargetChanged) as error:
            raise AutostartFailed(str(error)) from error
        except OSError as error:
            raise AutostartFailed(f"{self.path}: can't be written: {error.strerror}") from error


def agent(command: Sequence[str]) -> dict[str, Any]:
    """Return the agent's values (launchd.plist(5); launchd ignores our own key)."""
    return {
        "Label": LABEL,
        "ProgramArguments": list(command),
        "RunAtLoad": True,
        "ProcessType": "Interactive",
        "LimitLoadToSessionType": "Aqua",
        _VERSION: __version__,
    }


if sys.platform == "win32":

    def _user() -> int:
        return 0

else:

    def _user() -> int:
        return os.getuid()
