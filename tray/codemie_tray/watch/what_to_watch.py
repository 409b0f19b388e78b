"""What there is to watch for one home: folders, links on the way to them, and whose business each is."""

from __future__ import annotations

import enum
import os
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from codemie_core import Home, StoreError
from codemie_core.config.layout import CLASSIC, CLI
from codemie_core.sessions.folders import is_session_path, session_folders
from codemie_tray.watch.path_resolution import Resolution, resolve

Wake = Callable[[], None]

_TELLS_OF_ITSELF = sys.platform == "linux"
"""Whether the system tells that a link or a folder itself was moved or removed. Elsewhere its folder has
to."""


class How(enum.IntFlag):
    """What of a path matters."""

    ITSELF = enum.auto()
    """It is moved or removed."""
    ENTRIES = enum.auto()
    """Something in the folder comes or goes."""
    WRITES = enum.auto()
    """A file in the folder was written."""
    MODES = enum.auto()
    """Permissions in the folder changed."""


@dataclass(frozen=True, slots=True)
class Listener:
    """Who wants to know, and of which names."""

    wake: Wake
    matters: Callable[[str], bool]

    def hear(self, name: str | None) -> None:
        """Wake if the name matters. None: anything may have changed."""
        if name is None or self.matters(name):
            self.wake()


@dataclass(slots=True)
class Target:
    """One path to watch."""

    how: How = field(default_factory=lambda: How(0))
    listeners: list[Listener] = field(default_factory=list)

    def hear(self, name: str | None) -> None:
        """Tell every listener."""
        for listener in self.listeners:
            listener.hear(name)


@dataclass(slots=True)
class Plan:
    """Everything to watch, by real path (a link by the real path of its folder)."""

    targets: dict[str, Target] = field(default_factory=dict)
    judged: set[str] = field(default_factory=set)
    """Folders whose file system has to tell of changes; else they are polled."""
    logs: str = ""
    """The folder of the logs, where that is watched."""

    def add(self, path: str, how: How, wake: Wake, matters: Callable[[str], bool]) -> None:
        """Watch one path."""
        target = self.targets.setdefault(path, Target())
        target.how |= how
        target.listeners.append(Listener(wake, matters))

    def way(self, resolution: Resolution, wake: Wake, *, judged: bool = True) -> None:
        """Watch what is passed on the way to a path."""
        for link in resolution.links:
            folder = os.path.dirname(link)
            if _TELLS_OF_ITSELF:
                self.add(link, How.ITSELF, wake, _nothing_inside)
            elif os.path.dirname(folder) != folder:  # not a drive's or the system's root: everything is below
                self.add(folder, How.ENTRIES, wake, names(os.path.basename(link)))
            if judged:
                self.judged.add(folder)
        if _TELLS_OF_ITSELF:
            for folder in resolution.folders:
                self.add(folder, How.ITSELF, wake, _nothing_inside)

    def follow(self, path: str, wake: Wake, *, judged: bool = True) -> Resolution:
        """Watch a file that may not be there yet, and the way to it."""
        resolution = resolve(path)
        self.way(resolution, wake, judged=judged)
        if resolution.name:
            how = How.ENTRIES if resolution.missing else How.ENTRIES | How.WRITES
            self.add(resolution.folder, how, wake, names(resolution.name))
        if judged:
            self.judged.add(resolution.folder)
        return resolution


def make_plan(
    home: Home,
    extra: Iterable[str],
    others: Iterable[tuple[str, Wake]],
    *,
    wake: Wake,
    wake_for_sessions: Wake | None,
    wake_for_logs: Wake | None,
    modes: bool,
) -> Plan:
    """Return what to watch for a home as it is now. Reads names and links, and no file.

    Args:
        home: which home.
        extra: further files that matter as the configuration does.
        others: files with a call of their own.
        wake: for the configuration and `extra`.
        wake_for_sessions: for files of sessions; None: nobody wants to know.
        wake_for_logs: for logs that come and go; None: not now.
        modes: whether changed permissions of the configuration matter.
    """
    plan = Plan()
    way_home = resolve(home.path)
    plan.way(way_home, wake)
    if way_home.name:
        plan.add(way_home.folder, How.ENTRIES, wake, names(way_home.name))
    configs = [CLI.config_name, CLASSIC.config_name]
    if not way_home.missing:
        inside = (*configs, os.path.basename(home.tray), os.path.basename(home.logs))
        plan.add(way_home.end, How.ENTRIES | How.WRITES, wake, names(*inside))
        plan.judged.add(way_home.end)
        for path in map(home.join, configs):
            plan.follow(path, wake)
    for path in extra:
        plan.follow(path, wake)
    for path, its_wake in others:
        plan.follow(path, its_wake, judged=False)
    if wake_for_sessions is not None and not way_home.missing:
        plan.way(resolve(home.sessions), wake_for_sessions)
        for folder in {way_home.end, *_session_folders(home)}:
            plan.add(folder, How.ENTRIES | How.WRITES, wake_for_sessions, is_session_path)
            plan.judged.add(folder)
    if wake_for_logs is not None:
        logs = resolve(home.logs)
        if not logs.missing:
            plan.way(logs, wake_for_logs)
            plan.add(logs.end, How.ENTRIES, wake_for_logs, is_log_name)
            plan.judged.add(logs.end)
            plan.logs = logs.end
    if modes:
        for target in plan.targets.values():
            if How.WRITES in target.how:
                target.how |= How.MODES
    return plan


def names(*wanted: str) -> Callable[[str], bool]:
    """Return a judge of names: whether one is among the wanted."""
    normal = frozenset(map(os.path.normcase, wanted))

    def matters(name: str) -> bool:
        # A tilde: Windows may tell of a file by the short name its writer used.
        return os.path.normcase(name) in normal or (sys.platform == "win32" and "~" in name)

    return matters


def is_log_name(name: str) -> bool:
    """Return whether a file of this name is a daily log, the CLI's or ours."""
    return name.startswith(("debug-", "tray-"))


def _nothing_inside(_name: str) -> bool:
    """Judge for what is only passed: its own moving away matters, no name in it does."""
    return False


def _session_folders(home: Home) -> set[str]:
    try:
        return session_folders(home)
    except StoreError:  # the home can't be listed: the reading of it says so
        return set()
