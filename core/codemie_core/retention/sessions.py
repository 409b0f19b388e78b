"""Removes old sessions of the CLI. Off by default: unlike logs, sessions are the user's work.

All files of a session are removed, or none: in the cli layout the files in `sessions/` with its id, in the
classic layout those in one `.session-<agent>/`. A session is old if none of its files changed within the
retention. If its record says that it has not ended, it counts as in use until nothing in it has changed for
`UNENDED_DAYS`, because a CLI that crashed never records the end. A marker is named after the agent's own id
for the session, which the record contains; a marker that no record mentions is judged by its own age.

Just before a session is removed, its files are checked again, in case it was resumed. The record is removed
first: the CLI resumes no session without one.
"""

from __future__ import annotations

import os
import re
import stat
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import NamedTuple

from codemie_core.files.open_folder import OpenFolder
from codemie_core.home import Home
from codemie_core.retention.cli_sessions import Files, cli_sessions, present_in
from codemie_core.retention.home_signs import is_codemie_home
from codemie_core.retention.outcome import Cleanup, Progress, Tally
from codemie_core.system.clock import DAY_SECONDS

UNENDED_DAYS = 30.0

_CLASSIC_FOLDER = re.compile(r"\.session-[^/\\]+", re.DOTALL)
_CLASSIC_FILES = ("conversations.jsonl", "metrics.jsonl")
_STEP = 64
"""Sessions between two checks whether to continue."""


class PlannedFile(NamedTuple):
    """One file in the state in which it was examined."""

    name: str
    size_bytes: int
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class OldSession:
    """Files that belong together."""

    folder: OpenFolder
    files: tuple[PlannedFile, ...]
    others: tuple[str, ...] = ()
    """Names of its further files: if one exists by now, the session is in use again."""
    is_session: bool = True
    """False for a marker that belongs to no session."""
    emptied: tuple[OpenFolder, str] | None = None
    """A folder to remove afterwards: its parent, and its name."""


@dataclass(frozen=True, slots=True)
class SessionPlan:
    """What is old, and how many sessions are kept."""

    old: tuple[OldSession, ...] = ()
    kept: int = 0
    unrecognized: str | None = None
    """See `Cleanup.unrecognized`."""

    @property
    def removes_everything(self) -> bool:
        """Whether no session would be left."""
        return bool(self.old) and not self.kept


def cleanup_old_sessions(
    home: Home,
    *,
    retention_days: float,
    now_seconds: float | None = None,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> Cleanup:
    """Remove the old sessions of a home, in both layouts, at once, without checking the clock.

    Args:
        home: the home.
        retention_days: how long a session is kept after the last change to any of its files.
        now_seconds: the wall time to count from; default: now.
        dry_run: only report what would be removed.
        progress: see `Progress`; here it counts sessions.

    Raises:
        OSError: a folder of sessions can't be opened. A file that can't be removed is not an error: see
            `Cleanup.failures`.
    """
    now = time.time() if now_seconds is None else now_seconds
    with planned_sessions(home, retention_days=retention_days, now_seconds=now) as plan:
        return carry_out(plan, home, dry_run=dry_run, progress=progress)


@contextmanager
def planned_sessions(home: Home, *, retention_days: float, now_seconds: float) -> Iterator[SessionPlan]:
    """Examine the sessions, and keep their folders open until everything is done.

    Raises:
        OSError: as `cleanup_old_sessions`.
    """
    cutoff = now_seconds - retention_days * DAY_SECONDS
    unended_cutoff = min(cutoff, now_seconds - UNENDED_DAYS * DAY_SECONDS)
    with ExitStack() as folders:
        try:
            # The home itself may be a link; that is the user's choice.
            root = folders.enter_context(OpenFolder(os.path.realpath(home.path)))
        except FileNotFoundError:
            yield SessionPlan()
            return
        old, kept = _classic_plan(root, cutoff, folders)
        try:
            sessions = folders.enter_context(OpenFolder("sessions", within=root))
        except FileNotFoundError:
            pass
        else:
            for session in cli_sessions(sessions):
                newest = max(status.st_mtime for _, status in session.files)
                if newest < cutoff and (newest < unended_cutoff or session.ended):
                    files = _planned(session.files)
                    old.append(OldSession(sessions, files, session.absent, is_session=bool(session.id)))
                else:
                    kept += bool(session.id)
        if old and not is_codemie_home(home):
            yield SessionPlan((), kept + len(old), home.path)
        else:
            yield SessionPlan(tuple(old), kept)


def _classic_plan(root: OpenFolder, cutoff: float, folders: ExitStack) -> tuple[list[OldSession], int]:
    """Return the old sessions of the classic layout, their folders kept open, and how many are kept."""
    old: list[OldSession] = []
    kept = 0
    for name in root.names():
        if not _CLASSIC_FOLDER.fullmatch(name):
            continue
        try:
            agent = OpenFolder(name, within=root)
        except OSError:
            continue  # a link, a file or unreadable: not a folder of sessions
        present = present_in(agent, _CLASSIC_FILES)
        if present and max(status.st_mtime for _, status in present) < cutoff:
            folders.enter_context(agent)
            absent = tuple(set(_CLASSIC_FILES) - {name for name, _ in present})
            old.append(OldSession(agent, _planned(present), absent, emptied=(root, name)))
        else:
            kept += bool(present)
            with agent:
                pass
    return old, kept


def carry_out(plan: SessionPlan, home: Home, *, dry_run: bool, progress: Progress | None) -> Cleanup:
    """Remove what was planned, or with `dry_run` only add it up."""
    tally = Tally(home.path)
    total = len(plan.old)
    for number, session in enumerate(plan.old):
        if not number % _STEP and progress is not None and not progress(number, total):
            tally.stopped = True
            break
        if dry_run:
            tally.files += len(session.files)
            tally.size_bytes += sum(file.size_bytes for file in session.files)
            tally.sessions += session.is_session
        elif not _in_use_again(session):
            _remove(session, tally)
    else:
        if progress is not None and total:
            progress(total, total)
    result = tally.result(dry_run=dry_run)
    return result if plan.unrecognized is None else replace(result, unrecognized=plan.unrecognized)


def _in_use_again(session: OldSession) -> bool:
    """Whether any of its files was written, renamed or created since it was planned."""
    if any(_changed(session.folder, file) for file in session.files):
        return True
    return bool(present_in(session.folder, session.others))


def _changed(folder: OpenFolder, file: PlannedFile) -> bool:
    """Whether a file differs from the planned one; a removed file does not."""
    try:
        now = folder.stat(file.name)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return now.st_mtime_ns != file.mtime_ns or now.st_size != file.size_bytes or not stat.S_ISREG(now.st_mode)


def _remove(session: OldSession, tally: Tally) -> None:
    tally.folder = session.folder.path
    whole = True
    for file in session.files:
        if _changed(session.folder, file):
            whole = False
            break
        try:
            session.folder.remove(file.name)
        except FileNotFoundError:
            continue
        except OSError as error:
            tally.refused(file.name, error)
            whole = False
            break  # keep its other files too: half a session is of no use
        tally.files += 1
        tally.size_bytes += file.size_bytes
    tally.sessions += whole and session.is_session
    if whole and session.emptied is not None:
        parent, name = session.emptied
        try:
            parent.remove_folder(name)
        except OSError:
            return  # it holds something else, which is not ours


def _planned(files: Files) -> tuple[PlannedFile, ...]:
    return tuple(PlannedFile(name, status.st_size, status.st_mtime_ns) for name, status in files)
