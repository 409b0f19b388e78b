"""Names of daily logs, and what marks a folder as a CodeMie home; the cleanup needs both."""

from __future__ import annotations

import datetime
import os

_LONG_AGO = datetime.date(2019, 12, 31)


def long_ago(number: int, kind: str = "debug") -> str:
    """Return a different log name of a day long past for each number: only its time matters."""
    return f"{kind}-{_LONG_AGO - datetime.timedelta(days=number)}.log"


def make_home(path: str) -> None:
    """Mark a folder as a home: write a configuration."""
    os.makedirs(path, exist_ok=True)
    with open(os.path.join(path, "config.json"), "w", encoding="ascii") as file:
        file.write('{"version": 2, "activeProfile": "", "profiles": {}}')
