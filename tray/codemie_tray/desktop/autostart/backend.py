"""The interface of every platform's login entry, and the policy they share.

A backend only reads and writes its system's entry. Whether an entry needs fixing is decided here.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from codemie_core import CodeMieError
from codemie_tray.desktop.autostart.program import same_command


class AutostartFailed(CodeMieError):
    """The login entry could not be read or changed; the message says why."""


class LoginState(Enum):
    """What the system will do at the next login."""

    OFF = "off"
    ON = "on"
    DISABLED = "disabled"
    """There is an entry, but the user disabled it in the system's own settings."""


@dataclass(frozen=True, slots=True)
class LoginEntry:
    """A login entry as stored by the system."""

    state: LoginState
    place: str
    """The file, or the registry value, for messages."""
    command: tuple[str, ...] = ()
    """What it starts; empty if there is no entry."""
    version: str = ""
    """Version of the program that wrote it, if the system has a place for that."""
    reason: str = ""
    """Why it is disabled, in words for people; empty if the system does not say, or it is not disabled."""


class Autostart(Protocol):
    """The interface of a backend. Its methods may take a moment, and raise `AutostartFailed`."""

    def read(self) -> LoginEntry:
        """Return the present entry."""

    def turn_on(self, command: tuple[str, ...]) -> None:
        """Start `command` at each login, even if it was disabled elsewhere."""

    def turn_off(self) -> None:
        """Start nothing of ours at login, no matter who added the entry."""

    def fix(self, command: tuple[str, ...]) -> None:
        """Make an existing entry start `command`; it stays on or disabled."""

    def watched(self) -> tuple[str, ...]:
        """Return the files whose change means that `read` may return something else."""


def what_is_wrong(entry: LoginEntry, command: tuple[str, ...], version: str) -> str | None:
    """Say what is wrong with an entry that is on, in words for people.

    Args:
        entry: as read.
        command: what it should start.
        version: of this program.
    """
    if entry.state is LoginState.OFF or not entry.command or same_command(entry.command, command):
        return None
    program = entry.command[0]
    if not os.path.exists(program):
        return f"it starts {program}, which no longer exists"
    if entry.version and _numbers(entry.version) < _numbers(version):
        return f"it starts version {entry.version}, in {program}"
    if same_command(entry.command[:1], command[:1]):
        return "it was written by another version of this program"
    return None


def differs(entry: LoginEntry, command: tuple[str, ...]) -> bool:
    """Return whether an entry starts something other than `command`, rightly or wrongly."""
    return bool(entry.command) and not same_command(entry.command, command)


def fix_if_wrong(autostart: Autostart, command: tuple[str, ...], version: str) -> str | None:
    """Fix an entry whose program was moved or is outdated; leave the entry of another program in use.

    Returns:
        What was wrong, if it was fixed.

    Raises:
        AutostartFailed: it can't be fixed.
    """
    wrong = what_is_wrong(autostart.read(), command, version)
    if wrong is not None:
        autostart.fix(command)
    return wrong


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) if part.isdigit() else 0 for part in version.split("."))


def remove_entry(path: str) -> None:
    """Remove the file of an entry, if it exists.

    Raises:
        AutostartFailed: it can't be removed.
    """
    try:
        os.unlink(path)
    except FileNotFoundError:
        return
    except OSError as error:
        raise AutostartFailed(f"{path}: can't be removed: {error.strerror}") from error
