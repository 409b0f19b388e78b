"""A place where another user could change what a path leads to, with a message and the command to fix it."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from codemie_core.files.trust.rights import Right
from codemie_core.files.trust.system import closing_command, owning_command, parting_command


class Fault(enum.Enum):
    """What is wrong with a place."""

    OWNER = "owner"
    """It belongs to another user."""
    WRITABLE = "writable"
    """Others can write it."""


@dataclass(frozen=True, slots=True)
class Distrust:
    """One such place."""

    path: str
    """The folder, link or file itself; links before it are resolved."""
    fault: Fault
    who: str
    """Who: `every user of this machine`, `the group staff`, `ann`."""
    mode: int | None
    """Its permission bits; None on Windows."""
    ours: bool
    """Whether this user may change its permissions."""
    shared: bool = False
    """A system folder above the path. It may be meant for all to write, like `/tmp`, and lack only the sticky
    bit."""

    @property
    def sentence(self) -> str:
        """What is wrong, as a message without a full stop."""
        if self.fault is Fault.OWNER:
            return f"{self.path} belongs to {self.who}"
        bits = "" if self.mode is None else f" (mode {self.mode:04o})"
        return f"{self.path} can be changed by {self.who}{bits}"

    @property
    def command(self) -> str:
        """The command that fixes it."""
        if self.fault is Fault.OWNER:
            return owning_command(self.path)
        if self.shared:
            return parting_command(self.path)
        return closing_command(self.path, ours=self.ours, right=Right.WRITE)
