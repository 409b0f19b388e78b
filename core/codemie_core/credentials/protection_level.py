"""How the store is protected, judged by its header alone: nothing is opened, and no keyring is asked."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from codemie_core.credentials.file.format import CredentialsFile


class Level(enum.Enum):
    """What protects the file's contents, judged by its header alone."""

    NONE = "none"
    """No file exists, so nothing is stored."""
    MACHINE = "machine"
    """A copy can't be opened on another machine; here, any program of this user can open it."""
    KEYRING = "keyring"
    """Can be opened while the OS keyring is unlocked."""
    RECOVERY = "recovery"
    """Only the recovery code opens it."""


@dataclass(frozen=True, slots=True)
class Protection:
    """How the store is protected, according to its header."""

    level: Level
    keyring_name: str = ""
    """The keyring that holds its key if `level` is KEYRING."""
    has_recovery: bool = False

    @classmethod
    def of(cls, file: CredentialsFile | None) -> Protection:
        """Read it from a file's header."""
        if file is None:
            return cls(Level.NONE)
        has_recovery = file.recovery is not None
        if file.machine is not None:
            return cls(Level.MACHINE, "", has_recovery)
        if file.keyring is not None:
            return cls(Level.KEYRING, file.keyring.keyring_name, has_recovery)
        return cls(Level.RECOVERY, "", has_recovery)
