"""Old sessions of the CLI. Off unless the person asks for it: sessions are their work, logs are not.

A session's files go together, or none of them: in the cli layout those in `sessions/` that bear its id, in
the classic layout those in one `.session-<agent>/`. A session is old when none of its files changed within
the retention. One whose own record says that it has not ended counts as in use until nothing in it changed
for `UNENDED_DAYS`: the CLI that crashed never says so.
"""

from __future__ import annotations

import json
import os
import re
import stat
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from codemie_core.files.open_folder import OpenFolder
from codemie_core.home import Home
from codemie_core.retention.outcome import Cleanup, Progress, Tally
from codemie_core.system.clock import DAY_SECONDS

UNENDED_DAYS = 30.0

_RECORD_LIMIT_BYTES = 1 << 20
_CLI_FILE = re.compile(
    r"(?:completed_)?([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})(?:_[a-z_]+)?\.jsonl?"
)
_CLASSIC_FOLDER = re.compile(r"\.session-[^/\\]+", re.DOTALL)
_CLASSIC_FILES = ("conversations.jsonl", "metrics.jsonl")
_STEP = 64
"""Sessions between two looks at whether to go on."""


@dataclass(frozen=True, slots=True)
class OldSession:
    """Files that go together."""

    folder: OpenFolder
    files: tuple[tuple[str, int], ...]
    """Name and length of each."""
    emptied: tuple[OpenFolder, str] | None = None
    """A folder to remove when they are gone: where it lies, and its name."""


@dataclass(frozen=True, slots=True)
class SessionPlan:
    """What is old, and how many sessions stay."""

    old: tuple[OldSession, ...] = ()
    kept: int = 0

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
    """Remove the old sessions of a home, in both layouts, at once and whatever the clock says.

    Args:
        home: which home.
        retention_days: how long a session stays after the last change of any of its files.
        now_seconds: the wall time to count from; now unless given.
        dry_run: only say what would be removed.
        progress: see `Progress`; counts sessions here.

    Raises:
        OSError: a folder of sessions can't be opened. A file that can't be removed is not an error: see
            `Cleanup.failures`.
    """
    now = time.time() if now_seconds is None else now_seconds
    with planned_sessions(home, retention_days=retention_days, now_seconds=now) as plan:
        return carry_out(plan, home, dry_run=dry_run, progress=progress)


@contextmanager
def planned_sessions(home: Home, *, retention_days: float, now_seconds: float) -> Iterator[SessionPlan]:
    """Look through the sessions and keep their folders open until all is done.

    Raises:
        OSError: as `cleanup_old_sessions`.
    """
    cutoff = now_seconds - retention_days * DAY_SECONDS
    unended_cutoff = min(cutoff, now_seconds - UNENDED_DAYS * DAY_SECONDS)
    with ExitStack() as folders:
        old: list[OldSession] = []
        kept = 0
        try:
            root = folders.enter_context(OpenFolder(home.path))
        except FileNotFoundError:
            yield SessionPlan()
            return
        try:
            sessions = folders.enter_context(OpenFolder("sessions", within=root))
        except FileNotFoundError:
            pass
        else:
            for files in _by_session(sessions).values():
                newest = max(status.st_mtime for _, status in files)
                if newest < cutoff and (newest < unended_cutoff or _ended(sessions, files)):
                    old.append(OldSession(sessions, _sizes(files)))
                else:
                    kept += 1
        for name in root.names():
            if not _CLASSIC_FOLDER.fullmatch(name):
                continue
            try:
                agent = OpenFolder(name, within=root)
            except OSError:
                continue  # a link, a file, or not ours to read: not a folder of sessions
            present = _present(agent, _CLASSIC_FILES)
            if present and max(status.st_mtime for _, status in present) < cutoff:
                folders.enter_context(agent)
                old.append(OldSession(agent, _sizes(present), (root, name)))
            else:
                kept += bool(present)
                with agent:
                    pass
        yield SessionPlan(tuple(old), kept)


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
            tally.size_bytes += sum(size for _, size in session.files)
            tally.sessions += 1
        else:
            _remove(session, tally)
    else:
        if progress is not None and total:
            progress(total, total)
    return tally.result(dry_run=dry_run)


def _remove(session: OldSession, tally: Tally) -> None:
    tally.folder = session.folder.path
    whole = True
    for name, size in session.files:
        try:
            session.folder.remove(name)
        except FileNotFoundError:
            continue
        except OSError as error:
            tally.refused(name, error)
            whole = False
            break  # its other files stay with this one: half a session helps nobody
        tally.files += 1
        tally.size_bytes += size
    tally.sessions += whole
    if whole and session.emptied is not None:
        parent, name = session.emptied
        try:
            parent.remove_folder(name)
        except OSError:
            return  # something else lies in it: not ours


def _by_session(folder: OpenFolder) -> dict[str, list[tuple[str, os.stat_result]]]:
    """Return the regular files of each session."""
    found: dict[str, list[tuple[str, os.stat_result]]] = {}
    for name in folder.names_in_disk_order():
        if match := _CLI_FILE.fullmatch(name):
            for entry in _present(folder, [name]):
                found.setdefault(match[1].lower(), []).append(entry)
    return found


def _present(folder: OpenFolder, names: Iterable[str]) -> list[tuple[str, os.stat_result]]:
    """Return those of `names` that are regular files."""
    found = []
    for name in names:
        try:
            status = folder.stat(name)
        except OSError:
            continue
        if stat.S_ISREG(status.st_mode):
            found.append((name, status))
    return found


def _ended(folder: OpenFolder, files: list[tuple[str, os.stat_result]]) -> bool:
    """Return whether a session's own record says that it is over; without a record, it is."""
    for name, _ in files:
        if "_" in name.removeprefix("completed_"):
            continue
        if name.startswith("completed_"):
            return True
        try:
            record = json.loads(folder.read(name, _RECORD_LIMIT_BYTES))
        except (OSError, ValueError, RecursionError):
            return False
        if not isinstance(record, dict):
            return False
        return bool(record.get("endTime")) or record.get("status") in ("completed", "failed", "interrupted")
    return True


def _sizes(files: list[tuple[str, os.stat_result]]) -> tuple[tuple[str, int], ...]:
    return tuple((name, status.st_size) for name, status in files)
