"""Posts a message when a file of the home changed, no matter who changed it or which link leads to it.

`what_to_watch` says what to watch, and the system's backend watches it. What can't be watched, because the
file system reports no changes or the system's watches are used up, is polled every few seconds (`polling`),
and watched again as soon as possible."""

from __future__ import annotations

import logging
import os
import sys
import threading
from collections.abc import Callable, Mapping
from functools import partial

from codemie_core import Home, StoreError
from codemie_core.config.model.layout import CLASSIC, CLI
from codemie_core.sessions.folders import is_session_path, session_folders
from codemie_tray.background.watch.backends.backend import Key
from codemie_tray.background.watch.backends.filesystems import needs_polling
from codemie_tray.background.watch.changes import Change, FilesChanged, LogsChanged, SessionsChanged, Watched
from codemie_tray.background.watch.polling import Look, Poller, look_at, look_into
from codemie_tray.background.watch.what_to_watch import Plan, Target, is_log_name, make_plan

if sys.platform == "win32":
    from codemie_tray.background.watch.backends.windows import WindowsWatches as SystemWatches
elif sys.platform == "darwin":
    from codemie_tray.background.watch.backends.macos import MacosWatches as SystemWatches
else:
    from codemie_tray.background.watch.backends.linux import LinuxWatches as SystemWatches

LOG = logging.getLogger(__name__)


class Watcher:
    """Posts changes; sometimes too many, but never too few.

    Args:
        home: the home.
        post: receives the messages, on threads of the watcher; must return at once.
        files: more files to watch, by path, and what their change means.
    """

    def __init__(self, home: Home, post: Callable[[Change], None], files: Mapping[str, Change]) -> None:
        self._home = home
        self._files = dict(files)
        self._post = post
        self._watches = SystemWatches(self._look_around)
        # Held while the watches are changed; never while waiting for another thread.
        self._lock = threading.RLock()
        self._attributes, self._logs = False, True
        self._targets: dict[Key, Target] = {}
        self._logs_key: Key | None = None
        self._refused = ""
        self._poller: Poller | None = None
        self._stopped = False

    def start(self) -> None:
        """Begin to watch. Never raises if the system refuses: it is then polled."""
        self._watches.start()
        self.rearm()

    def stop(self) -> None:
        """End; nothing is posted after this."""
        with self._lock:
            self._stopped = True
            poller, self._poller = self._poller, None
        if poller:
            poller.stop()
            poller.join()
        self._watches.stop()

    def rearm(self, *, attributes: bool = False, logs: bool = True) -> frozenset[Change]:
        """Watch what exists now: folders come and go, and links change their target.

        Args:
            attributes: also report changed permissions (wanted while the file can't be read).
            logs: watch `logs/`; not wanted while we ourselves remove files there by the thousand.

        Returns:
            What may have changed unseen, because it is watched only now: what was read may be outdated.
        """
        with self._lock:
            self._attributes, self._logs = attributes, logs
            return self._update()

    def _update(self) -> frozenset[Change]:
        if self._stopped:
            return frozenset()
        plan = make_plan(self._home, self._files, logs=self._logs, modes=self._attributes)
        self._targets = _present(plan)
        hearers = {key: partial(self._hear, target) for key, target in self._targets.items()}
        outcome = self._watches.update(hearers)
        self._log_refused(outcome.refused)
        self._poll(outcome.refused is not None or needs_polling(plan.judged))
        self._follow_logs(plan)
        added = (self._targets[key] for key in outcome.added)
        return frozenset(change for target in added for change in target.changed(None))

    def _hear(self, target: Target, name: str | None) -> None:
        for change in target.changed(name):
            self._post(change)

    def _follow_logs(self, plan: Plan) -> None:
        key = next((key for key in self._targets if key.path == plan.logs), None)
        before, self._logs_key = self._logs_key, key
        # Another folder than before, or one that appeared while nobody watched.
        if (self._logs and (key is None) != (before is None)) or (key and before and key[:3] != before[:3]):
            self._post(LogsChanged())

    def _look_around(self) -> None:
        """Follow what was mounted or can be watched again, and report it: changes there were missed."""
        with self._lock:
            before = self._targets
            added = self._update()
            changed = before.keys() ^ self._targets.keys()
            targets = [
                targets[key] for targets in (before, self._targets) for key in changed if key in targets
            ]
            if added and not targets:
                targets = list(self._targets.values())
        for target in targets:
            self._hear(target, None)

    def _log_refused(self, refused: OSError | None) -> None:
        reason = "" if refused is None else _explain(refused)
        if reason != self._refused:
            if reason:
                LOG.warning("Changes can't be watched: %s. Looking every few seconds instead.", reason)
            else:
                LOG.info("Changes are watched again.")
        self._refused = reason

    # ---- polling -----------------------------------------------------------------------------------

    def _poll(self, needed: bool) -> None:
        if needed and self._poller is None:
            self._poller = Poller(self._looks(), after=self._try_to_watch)
            self._poller.start()
        elif not needed and self._poller is not None:
            self._poller.stop()
            self._poller = None

    def _try_to_watch(self) -> None:
        if self._refused:
            self._look_around()

    def _looks(self) -> list[tuple[Look, Callable[[], None]]]:
        config = FilesChanged(Watched.CONFIG)
        files = {self._home.join(name): config for name in (CLI.config_name, CLASSIC.config_name)}
        looks: list[tuple[Look, Change]] = [
            *((partial(look_at, path), change) for path, change in {**files, **self._files}.items()),
            (partial(look_into, self._home.logs, is_log_name, contents=False), LogsChanged()),
            (self._look_at_sessions, SessionsChanged()),
        ]
        return [(look, partial(self._post, change)) for look, change in looks]

    def _look_at_sessions(self) -> object:
        try:
            folders = sorted(session_folders(self._home))
        except StoreError:
            return None
        return [(folder, look_into(folder, is_session_path, contents=True)) for folder in folders]


def _present(plan: Plan) -> dict[Key, Target]:
    """Return the targets that exist, and for a missing one the folder above it."""
    found = {}
    for path, target in plan.targets.items():
        try:
            status = os.lstat(path)
        except OSError:
            continue
        found[Key(path, status.st_dev, status.st_ino, target.how)] = target
    return found


if sys.platform == "linux":
    from codemie_tray.background.watch.backends.inotify import explain as _explain
else:

    def _explain(error: OSError) -> str:
        return error.strerror or str(error)
