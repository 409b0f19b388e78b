"""`codemie-tray clean`: removes old logs now, and old sessions with `--sessions`."""

from __future__ import annotations

import sys
import time
from dataclasses import replace

from codemie_core import Home
from codemie_core.config.settings import SettingsStore
from codemie_core.files.json.document import JsonValue
from codemie_core.retention import Cleanup, Retention, clean
from codemie_core.system.clock import Clock
from codemie_tray import PROGRAM
from codemie_tray.commands.console.output import print_error, print_json, print_line
from codemie_tray.commands.console.wrong_usage import WrongUsage
from codemie_tray.text.amounts import amount, counted
from codemie_tray.text.cleanup import not_a_home
from codemie_tray.text.exit_codes import ExitCode

QUIET_SECONDS = 1.0
"""A shorter cleanup shows no progress."""
_PAUSE_SECONDS = 0.1


def run(
    home: Home, *, older_than_days: float | None, sessions: bool, dry_run: bool, as_json: bool
) -> ExitCode:
    """Clean up, and report what was or would be removed."""
    loaded = SettingsStore(home).load()
    if loaded.problem:
        print_error(f"codemie-tray: {loaded.problem}")
    settings = loaded.settings
    retention = Retention(settings.log_retention_days if older_than_days is None else older_than_days)
    if sessions:
        age = settings.session_retention_days if older_than_days is None else older_than_days
        if age is None:
            raise WrongUsage(
                "no age of sessions to remove is set",
                prog=f"{PROGRAM} clean",
                advice=f"Give one, here or in the settings: {PROGRAM} clean --sessions --older-than 30d",
            )
        retention = replace(retention, sessions_days=age)
    progress = _Progress(shown=not as_json and not dry_run and sys.stderr is not None and sys.stderr.isatty())
    result = clean(home, retention, Clock(), automatic=False, dry_run=dry_run, progress=progress)
    progress.end()
    if as_json:
        print_json(_as_json(result, retention))
    elif not result.unrecognized or result.files:
        print_line(_sentence(result))
    if result.unrecognized:
        print_error(f"codemie-tray: {not_a_home(result.unrecognized)}")
    for failure in result.failures:
        print_error(f"codemie-tray: {failure.path}: {failure.reason}")
    if result.failed > len(result.failures):
        print_error(f"codemie-tray: ... and {result.failed - len(result.failures):,} more")
    if result.unnoted and result.files:
        print_error(
            f"codemie-tray: done, but could not record it: {result.unnoted.path}: {result.unnoted.reason}"
        )
    if result.stopped:
        return ExitCode.INTERRUPTED
    if result.unrecognized:
        return ExitCode.FAILED
    return ExitCode.NOT_WRITTEN if result.failed else ExitCode.OK


def _sentence(result: Cleanup) -> str:
    what = counted(result.files, "old file")
    if result.sessions:
        what += f" including {counted(result.sessions, 'session')}"
    if not result.files and not result.failed:
        return "Nothing is old enough to remove."
    begin = "Would remove" if result.dry_run else "Stopped: removed" if result.stopped else "Removed"
    note = " A removed session can't be resumed." if result.sessions else ""
    return f"{begin} {what} ({amount(result.size_bytes)}).{note}"


def _as_json(result: Cleanup, retention: Retention) -> dict[str, JsonValue]:
    return {
        "dryRun": result.dry_run,
        "files": result.files,
        "bytes": result.size_bytes,
        "sessions": result.sessions,
        "olderThanDays": retention.logs_days,
        "sessionsOlderThanDays": retention.sessions_days,
        "failed": result.failed,
        "failures": [{"path": each.path, "reason": each.reason} for each in result.failures],
        "stopped": result.stopped,
        "noted": result.unnoted is None,
        "recognized": result.unrecognized is None,
    }


class _Progress:
    """Shows progress on a terminal, and turns Ctrl-C into a proper end."""

    def __init__(self, *, shown: bool) -> None:
        import signal

        self._shown = shown
        self._next = time.monotonic() + QUIET_SECONDS
        self._written = self._stopped = False
        self._before = signal.signal(signal.SIGINT, self._stop)

    def __call__(self, done: int, total: int) -> bool:
        now = time.monotonic()
        if self._shown and now >= self._next:
            self._next = now + _PAUSE_SECONDS
            self._written = True
            sys.stderr.write(f"\r{done:,} of {total:,} - press Ctrl-C to stop ")
            sys.stderr.flush()
        return not self._stopped

    def end(self) -> None:
        """Clear the progress from the terminal."""
        import signal

        signal.signal(signal.SIGINT, self._before)
        if self._written:
            sys.stderr.write("\r" + " " * 50 + "\r")

    def _stop(self, *_: object) -> None:
        self._stopped = True
