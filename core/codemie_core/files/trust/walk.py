"""Walks a path step by step, as the system does, and reports what is wrong at each step."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass

from codemie_core.files.trust.distrust import Distrust, Fault
from codemie_core.files.trust.rights import Right
from codemie_core.files.trust.system import access_to, is_ours, is_system_s, unmapped_owner

_MOST_LINKS = 40  # as on Linux, which then reports ELOOP


def distrusts(path: str) -> tuple[Distrust, ...]:
    """Return every place on the way to `path`, itself included, that others could change, outermost first.

    Links are followed; their targets are judged, and every folder on the way there. What does not exist can't
    be judged, but the folder in which it would be created was.

    Args:
        path: absolute.
    """
    unmapped = unmapped_owner()
    found: dict[tuple[str, Fault], Distrust] = {}
    for step in _steps(path):
        for distrust in _faults(step, unmapped=unmapped):
            found[distrust.path, distrust.fault] = distrust
    return tuple(found.values())


def distrusts_of_entry(path: str) -> tuple[Distrust, ...]:
    """Return what is wrong with one entry alone, without following a link; nothing if it does not exist."""
    return tuple(fault for step in _look(path, is_end=True) for fault in _faults(step, unmapped=None))


def _faults(step: _Step, *, unmapped: int | None) -> Iterator[Distrust]:
    access = access_to(step.path, step.status, Right.WRITE if step.is_end else Right.REPLACE)
    mode = stat.S_IMODE(step.status.st_mode) if os.name == "posix" else None
    ours = is_ours(step.status)
    if access.owner and (step.is_end or step.status.st_uid != unmapped):
        yield Distrust(step.path, Fault.OWNER, access.owner, mode, ours)
    if access.holders and (step.is_end or not step.status.st_mode & stat.S_ISVTX):
        shared = not step.is_end and is_system_s(step.status)
        yield Distrust(step.path, Fault.WRITABLE, " and ".join(access.holders), mode, ours, shared)


def reachable_by_others(path: str) -> bool:
    """Whether another user may traverse every folder above `path`; always true on Windows.

    Windows lets everyone traverse folders (SeChangeNotifyPrivilege): there, the entry's own list decides.
    """
    if os.name != "posix":
        return True
    folders = (step for step in _steps(path) if not step.is_end and stat.S_ISDIR(step.status.st_mode))
    return all(step.status.st_mode & 0o011 for step in folders)


@dataclass(frozen=True, slots=True)
class _Step:
    """One component of a path."""

    path: str
    status: os.stat_result
    is_end: bool


def _steps(path: str) -> Iterator[_Step]:
    """Yield each entry along a path, links and their targets too; stop where nothing exists."""
    root, rest = _split(path)
    here, waiting, links = root, rest, 0
    yield from _look(root, is_end=not rest)
    while waiting:
        name, *waiting = waiting
        if name == os.pardir:
            here = os.path.dirname(here)
            continue
        entry = os.path.join(here, name)
        step = next(_look(entry, is_end=not waiting), None)
        if step is None:
            return
        if not stat.S_ISLNK(step.status.st_mode):
            yield step
            here = entry
            continue
        yield _Step(entry, step.status, is_end=False)
        links += 1
        try:
            target = os.readlink(entry)
        except OSError:
            return
        if links > _MOST_LINKS:
            return
        if os.path.isabs(target):
            here, more = _split(target)
            yield from _look(here, is_end=not (more or waiting))
        else:
            more = _parts(target)
        waiting = [*more, *waiting]
        if not waiting:  # a link to a folder that was already judged above
            yield from _look(here, is_end=True)


def _look(path: str, *, is_end: bool) -> Iterator[_Step]:
    try:
        yield _Step(path, os.lstat(path), is_end)
    except (OSError, ValueError):
        return  # missing, or in a folder this user may not enter: opening it fails the same way


def _split(path: str) -> tuple[str, list[str]]:
    drive, tail = os.path.splitdrive(path)
    return drive + os.sep, _parts(tail)


def _parts(path: str) -> list[str]:
    separators = path.replace(os.altsep, os.sep) if os.altsep else path
    return [part for part in separators.split(os.sep) if part not in ("", os.curdir)]
