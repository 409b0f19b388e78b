"""Resolves a path through each link and folder, so that a change of any of them is noticed.

Watching only the end of a path misses a link that is changed to another target, and a folder that is moved
away with everything below it (see path_resolution(7))."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass

_MOST_LINKS = 40
"""As in the kernel; more means a loop (ELOOP)."""


@dataclass(frozen=True, slots=True)
class Resolution:
    """One path, resolved as far as it can be."""

    links: tuple[str, ...]
    """Every symbolic link that was followed, by the real path of its folder."""
    folders: tuple[str, ...]
    """Every real folder passed, except the root; includes the end itself if that is a folder."""
    folder: str
    """Real path of the last existing folder before the end."""
    name: str
    """The name looked up in it: the end, or the first missing part."""
    missing: bool
    """Whether `name` is missing."""

    @property
    def end(self) -> str:
        """Real path of the end, or of the first missing part."""
        return os.path.join(self.folder, self.name) if self.name else self.folder


def resolve(path: str) -> Resolution:
    """Resolve an absolute path. Never raises: what can't be examined counts as missing."""
    drive, rest = os.path.splitdrive(path)
    current = root = drive + os.sep
    pending = _parts(rest)
    links: list[str] = []
    folders: list[str] = []
    while pending:
        name = pending.pop(0)
        if name == os.pardir:
            current = os.path.dirname(current)
            continue
        here = os.path.join(current, name)
        try:
            mode = os.lstat(here).st_mode
            target = os.readlink(here) if stat.S_ISLNK(mode) else None
        except OSError:
            return Resolution(tuple(links), tuple(folders), current, name, missing=True)
        if target is not None:
            links.append(here)
            if len(links) > _MOST_LINKS:
                return Resolution(tuple(links), tuple(folders), current, name, missing=True)
            if os.path.isabs(target):
                drive, target = os.path.splitdrive(target)
                current = drive + os.sep if drive else root
            pending = _parts(target) + pending
        elif stat.S_ISDIR(mode):
            folders.append(here)
            if not pending:
                return Resolution(tuple(links), tuple(folders), current, name, missing=False)
            current = here
        elif pending:  # a file in place of a folder
            return Resolution(tuple(links), tuple(folders), current, name, missing=True)
        else:
            return Resolution(tuple(links), tuple(folders), current, name, missing=False)
    return Resolution(tuple(links), tuple(folders), current, "", missing=False)


def _parts(path: str) -> list[str]:
    separators = os.sep + (os.altsep or "")
    for separator in separators:
        path = path.replace(separator, "/")
    return [part for part in path.split("/") if part not in ("", os.curdir)]
