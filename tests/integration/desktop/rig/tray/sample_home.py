"""A home to experiment with: the one in `assets/sample-home`, with logs of several ages."""

from __future__ import annotations

import datetime
import json
import os
import shutil
from collections.abc import Sequence

from tests.integration.desktop.rig.desktops.session import REPOSITORY

from codemie_core import Home
from codemie_tray.app.lifecycle.first_cleanup import note_as_shown

SAMPLE = os.path.join(REPOSITORY, "assets", "sample-home")
LOG_AGES_DAYS = (0, 1, 3, 6, 8, 12)
"""Three within the retention of five days, three older."""
OLD_LOGS = 3
USAGE = (
    ("refactoring", "claude-4-5-sonnet", 18_200),
    ("refactoring", "claude-4-5-sonnet", 9_400),
    ("review", "claude-4-5-sonnet", 6_100),
    ("scripts", "gpt-5-mini", 2_700),
)
"""Session, model and tokens of a turn each: 36,400 tokens in three sessions."""
OLD_LOG_BYTES = 96 * 1024


def make_sample_home(path: str, now: datetime.datetime) -> str:
    """Copy the sample home to `path`, give it logs with times before `now`, and return `path`.

    Git does not store modification times, so the logs are written here.
    """
    shutil.copytree(SAMPLE, path)
    # Its owner knows that old logs are removed, so a start shows no notification of it.
    note_as_shown(Home(path))
    write_logs(path, now, LOG_AGES_DAYS)
    return path


def write_logs(home: str, now: datetime.datetime, ages_days: Sequence[int]) -> None:
    """Write a log of the CLI for each age, last changed that many days before `now`."""
    logs = os.path.join(home, "logs")
    os.makedirs(logs, exist_ok=True)
    for age in ages_days:
        day = now - datetime.timedelta(days=age)
        stamp = day.astimezone(datetime.UTC)
        line = f"[{stamp:%Y-%m-%dT%H:%M:%S}.000Z] [INFO] [claude] [sample] [work] a line of a sample log\n"
        log = os.path.join(logs, f"debug-{stamp:%Y-%m-%d}.log")
        with open(log, "w", encoding="utf-8") as file:
            file.write(line * (OLD_LOG_BYTES // len(line)))
        os.utime(log, (day.timestamp(), day.timestamp()))


def write_usage(home: str, now: datetime.datetime) -> None:
    """Write what three sessions used in the last minutes before `now`, as the classic layout records it."""
    folder = os.path.join(home, ".session-claude")
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "metrics.jsonl"), "w", encoding="utf-8") as file:
        for number, (session, model, tokens) in enumerate(USAGE):
            record = {
                "timestamp": int((now.timestamp() - number) * 1000),
                "sessionId": session,
                "model": model,
                "tokensUsed": tokens,
            }
            file.write(json.dumps(record) + "\n")
