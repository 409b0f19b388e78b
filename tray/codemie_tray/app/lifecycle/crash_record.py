"""Reports a crash at the next start.

`<home>/tray/running-SESSION.json` is written at the start and removed at a proper end. If the file is still
there at the next start, and no tray runs, the last run crashed. It names the error if Python could still
write it; otherwise we report a crash only if the machine has not rebooted since (a power cut is not a
crash)."""

from __future__ import annotations

import contextlib
import json
import os
from datetime import datetime
from typing import Any

from codemie_core import StoreError
from codemie_core.files.private.file import read_private, remove_private, replace_private
from codemie_core.system.clock import Clock
from codemie_tray.text.language import _
from codemie_tray.text.language.formats import day_and_month

_LIMIT_BYTES = 64 * 1024


class LastStart:
    """The record of one running tray; used by the tray that holds its instance lock.

    Args:
        path: the file.
        clock: the time.
    """

    def __init__(self, path: str, clock: Clock) -> None:
        self._clock = clock
        self.path = path

    def begin(self) -> str | None:
        """Record that we run.

        Returns:
            How the last run crashed, as a sentence; None if it ended properly.
        """
        crash = self._crash_in(self._read())
        self._write(None)
        return crash

    def take(self) -> str | None:
        """Return how a finished run crashed, like `begin`, and delete its record."""
        crash = self._crash_in(self._read())
        self.end()
        return crash

    def _crash_in(self, before: dict[str, Any] | None) -> str | None:
        if before is None:
            return None
        crash = before.get("crash")
        if not crash and before.get("bootName") != self._clock.boot_id():
            return None
        began = before.get("startedSeconds")
        when = ""
        if isinstance(began, int | float) and not isinstance(began, bool):
            with contextlib.suppress(OverflowError, OSError, ValueError):
                at = datetime.fromtimestamp(began)
                when = f"{day_and_month(at)}, {at:%H:%M}"
        why = crash if isinstance(crash, str) else ""
        if when and why:
            text = _("The last run, started {time}, crashed ({error}); see the log for details.")
        elif when:
            text = _("The last run, started {time}, crashed; see the log for details.")
        else:
            text = _("The last run crashed ({error}); see the log for details.")
            text = text if why else _("The last run crashed; see the log for details.")
        return text.format(time=when, error=why)

    def crashed(self, what: str) -> None:
        """Record what went wrong for the next start; `what` contains no secret."""
        self._write(what)

    def end(self) -> None:
        """Record that we ended properly."""
        with contextlib.suppress(OSError, StoreError):
            remove_private(self.path)

    def _read(self) -> dict[str, Any] | None:
        try:
            values = json.loads(read_private(self.path, limit_bytes=_LIMIT_BYTES)[0])
        except FileNotFoundError:
            return None
        except StoreError:
            return None  # a link or a pipe in its place says nothing about our last run
        except (OSError, ValueError, RecursionError):
            return {}
        return values if isinstance(values, dict) else {}

    def _write(self, crash: str | None) -> None:
        values = {
            "startedSeconds": self._clock.wall_seconds(),
            "bootName": self._clock.boot_id(),
            "process": os.getpid(),
            "crash": crash,
        }
        data = (json.dumps(values, indent=2) + "\n").encode("ascii")
        # Nobody else writes it; if it can't be written, a crash stays unknown but the tray still runs.
        with contextlib.suppress(StoreError):
            replace_private(self.path, data)
