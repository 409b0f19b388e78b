"""What to watch for one home: folders, the links that lead to them, and what a change there means."""

from __future__ import annotations

import enum
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from codemie_core import Home, StoreError
from codemie_core.config.model.layout import CLASSIC, CLI
from codemie_core.sessions.folders import is_session_path, session_folders
from codemie_tray.background.watch.changes import (
    Change,
    FilesChanged,
    LogsChanged,
    SessionsChanged,
    UsagePublished,
    Watched,
)
from codemie_tray.background.watch.path_resolution import Resolution, resolve

_REPORTS_FOLDER_ITSELF = sys.platform == "linux"
"""Whether the system reports that a link or a folder itself was moved or removed. If not, we watch the folder
above."""


class How(enum.IntFlag):
    """Which changes of a path matter."""

    ITSELF = enum.auto()
    """It is moved or removed."""
    ENTRIES = enum.auto()
    """Something in the folder is added or removed."""
    WRITES = enum.auto()
    """A file in the folder was written."""
    MODES = enum.auto()
    """Permissions in the folder changed."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a change means, and for which names."""

    change: Change
    matters: Callable[[str], bool]


@dataclass(slots=True)
class Target:
    """One path to watch."""

    how: How = field(default_factory=lambda: How(0))
    meanings: list[Meaning] = field(default_factory=list)

    def changed(self, name: str | None) -> Iterator[Change]:
        """Yield what a change of this name in the folder means. None: anything there may have changed."""
        for meaning in self.meanings:
            if name is None or meaning.matters(name):
                yield meaning.change


@dataclass(slots=True)
class Plan:
    """Everything to watch, by real path (a link by the real path of its folder)."""

    targets: dict[str, Target] = field(default_factory=dict)
    judged: set[str] = field(default_factory=set)
    """Folders whose file system must report changes; otherwise they are polled."""
    logs: str = ""
    """The folder of the logs, if it is watched."""

    def add(self, path: str, how: How, change: Change, matters: Callable[[str], bool]) -> None:
        """Watch one path."""
        target = self.targets.setdefault(path, Target())
        target.how |= how
        target.meanings.append(Meaning(change, matters))

    def way(self, resolution: Resolution, change: Change) -> None:
        """Watch the links and folders on the way to a path."""
        for link in resolution.links:
            folder = os.path.dirname(link)
            if _REPORTS_FOLDER_ITSELF:
                self.add(link, How.ITSELF, change, _nothing_inside)
            elif os.path.dirname(folder) != folder:  # not a drive's or the system's root: everything is below
                self.add(folder, How.ENTRIES, change, names(os.path.basename(link)))
            self._judge(folder, change)
        if _REPORTS_FOLDER_ITSELF:
            for folder in resolution.folders:
                self.add(folder, How.ITSELF, change, _nothing_inside)

    def follow(self, path: str, change: Change) -> None:
        """Watch a file that may not exist yet, and the way to it."""
        resolution = resolve(path)
        self.way(resolution, change)
        if resolution.name:
            how = How.ENTRIES if resolution.missing else How.ENTRIES | How.WRITES
            self.add(resolution.folder, how, change, names(resolution.name))
        self._judge(resolution.folder, change)

    def _judge(self, folder: str, change: Change) -> None:
        if change not in _NEVER_POLLED:
            self.judged.add(folder)


_NEVER_POLLED = (UsagePublished(), FilesChanged(Watched.TIME_ZONE))
"""Not worth polling every few seconds."""


def make_plan(home: Home, files: Mapping[str, Change], *, logs: bool, modes: bool) -> Plan:
    """Return what to watch for a home as it is now. Reads names and links, but no file.

    Args:
        home: the home.
        files: more files, by path, and what their change means.
        logs: whether it matters now that logs come and go.
        modes: whether changed permissions of the configuration matter.
    """
    plan = Plan()
    way_home = resolve(home.path)
    plan.way(way_home, FilesChanged(Watched.HOME))
    if way_home.name:
        plan.add(way_home.folder, How.ENTRIES, FilesChanged(Watched.HOME), names(way_home.name))
    if not way_home.missing:
        plan.judged.add(way_home.end)
        inside = (os.path.basename(home.tray), os.path.basename(home.logs))
        plan.add(way_home.end, How.ENTRIES | How.WRITES, FilesChanged(Watched.HOME), names(*inside))
        for config in (CLI.config_name, CLASSIC.config_name):
            plan.add(way_home.end, How.ENTRIES | How.WRITES, FilesChanged(Watched.CONFIG), names(config))
            plan.follow(home.join(config), FilesChanged(Watched.CONFIG))
    for path, change in files.items():
        plan.follow(path, change)
    if not way_home.missing:
        plan.way(resolve(home.sessions), SessionsChanged())
        for folder in {way_home.end, *_session_folders(home)}:
            plan.add(folder, How.ENTRIES | How.WRITES, SessionsChanged(), is_session_path)
            plan.judged.add(folder)
    if logs:
        _add_logs(plan, home)
    if modes:
        for target in plan.targets.values():
            if How.WRITES in target.how:
                target.how |= How.MODES
    return plan


def _add_logs(plan: Plan, home: Home) -> None:
    resolution = resolve(home.logs)
    if resolution.missing:
        return
    plan.way(resolution, LogsChanged())
    plan.add(resolution.end, How.ENTRIES, LogsChanged(), is_log_name)
    plan.judged.add(resolution.end)
    plan.logs = resolution.end


def names(*wanted: str) -> Callable[[str], bool]:
    """Return a function that tells whether a name is among the wanted ones."""
    normal = frozenset(map(os.path.normcase, wanted))

    def matters(name: str) -> bool:
        # A tilde: Windows may report a file by the short name that its writer used.
        return os.path.normcase(name) in normal or (sys.platform == "win32" and "~" in name)

    return matters


def is_log_name(name: str) -> bool:
    """Return whether a file of this name is a daily log, the CLI's or ours."""
    return name.startswith(("debug-", "tray-"))


def _nothing_inside(_name: str) -> bool:
    """Judge names in a folder above: it matters if the folder itself moves, not what is in it."""
    return False


def _session_folders(home: Home) -> set[str]:
    try:
        return session_folders(home)
    except StoreError:  # the home can't be listed; reading it reports that
        return set()
