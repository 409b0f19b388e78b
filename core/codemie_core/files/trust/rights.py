"""The rights that others may have to an entry of a folder, as values."""

from __future__ import annotations

import enum
from dataclasses import dataclass

EVERYBODY = "every user of this machine"


class Right(enum.Enum):
    """A right to an entry."""

    READ = "read"
    """Read a file, list a folder."""
    WRITE = "write"
    """Change a file; create, rename and remove entries of a folder."""
    REPLACE = "replace"
    """Rename or remove what is in a folder above the path. On POSIX, the sticky bit separates this right from
    WRITE; Windows has separate rights, and lets everybody create folders in `C:\\`."""


@dataclass(frozen=True, slots=True)
class Access:
    """Who, besides this user and the system, owns an entry or has a right to it."""

    owner: str = ""
    """The foreign owner's name; empty if it is this user or the system."""
    holders: tuple[str, ...] = ()
    """Who has the right, in words: `every user of this machine`, `the group staff`, `ann`."""
