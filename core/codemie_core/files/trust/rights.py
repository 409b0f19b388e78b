"""What others may do with one entry of a folder: the question and the answer, as values."""

from __future__ import annotations

import enum
from dataclasses import dataclass

EVERYBODY = "every user of this machine"


class Right(enum.Enum):
    """What somebody may do with an entry."""

    READ = "read"
    """Read a file, list a folder."""
    WRITE = "write"
    """Change a file; make, rename and remove entries of a folder."""
    REPLACE = "replace"
    """Of a folder on the way to something: rename or remove what is in it. On POSIX the sticky bit parts it
    from WRITE; Windows has rights of its own, and lets everybody make new folders in `C:\\`."""


@dataclass(frozen=True, slots=True)
class Access:
    """Who, besides this user and the system, owns an entry or has a right to it."""

    owner: str = ""
    """The foreign owner's name; empty: this user, or the system."""
    holders: tuple[str, ...] = ()
    """Who has the right, as a person says it: `every user of this machine`, `the group staff`, `ann`."""
