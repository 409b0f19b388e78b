"""Today's usage as one tray counted it, for the trays of other sessions on the same home."""

from __future__ import annotations

import contextlib
import json
import os
from datetime import date

from codemie_core import Home, StoreError
from codemie_core.files.private.file import read_private, remove_private, replace_private
from codemie_tray.view.state import ModelUsed, UsageToday

_LIMIT_BYTES = 1024 * 1024


class PublishedUsage:
    """`<home>/tray/usage-today.json`: written by the tray that counts, read by the others. Only an aid: it
    may be missing."""

    def __init__(self, home: Home) -> None:
        self.path = os.path.join(home.tray, "usage-today.json")

    def write(self, day: date, today: UsageToday) -> None:
        """Publish the numbers; if that fails, the other trays count for themselves."""
        models = [{"name": used.name, "tokens": used.tokens, "turns": used.turns} for used in today.models]
        numbers = {"tokens": today.tokens, "sessions": today.sessions, "turns": today.turns, "models": models}
        data = json.dumps({"day": day.isoformat(), **numbers}, indent=2) + "\n"
        with contextlib.suppress(StoreError):
            replace_private(self.path, data.encode("ascii"), durable=False)

    def withdraw(self) -> None:
        """Publish that the numbers are unknown."""
        with contextlib.suppress(OSError, StoreError):
            remove_private(self.path)

    def read(self, day: date) -> UsageToday | None:
        """Return the usage published for a day; None if there is none, or no valid one."""
        try:
            values = json.loads(read_private(self.path, limit_bytes=_LIMIT_BYTES)[0])
            if values["day"] != day.isoformat():
                return None
            models = (
                ModelUsed(str(used["name"]), int(used["tokens"]), int(used["turns"]))
                for used in values["models"]
            )
            tokens, sessions, turns = (int(values[name]) for name in ("tokens", "sessions", "turns"))
            return UsageToday(tokens, sessions, turns, tuple(models))
        except (OSError, StoreError, ValueError, TypeError, KeyError, RecursionError, OverflowError):
            return None
