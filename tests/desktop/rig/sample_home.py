"""A home to try things on: the one in `assets/sample-home`, with logs as old as logs get."""

from __future__ import annotations

import datetime
import os
import shutil

from tests.desktop.rig.session import REPOSITORY

SAMPLE = os.path.join(REPOSITORY, "assets", "sample-home")
LOG_AGES_DAYS = (0, 1, 3, 6, 8, 12)
"""Three within the retention of five days, three past it."""
OLD_LOGS = 3
OLD_LOG_BYTES = 96 * 1024


def make_sample_home(path: str, now: datetime.datetime) -> str:
    """Copy the sample home to `path`, give it logs with times before `now`, and return `path`.

    Git keeps no times of change, so the logs are written here.
    """
    shutil.copytree(SAMPLE, path)
    logs = os.path.join(path, "logs")
    os.makedirs(logs, exist_ok=True)
    for age in LOG_AGES_DAYS:
        day = now - datetime.timedelta(days=age)
        stamp = day.astimezone(datetime.UTC)
        line = f"[{stamp:%Y-%m-%dT%H:%M:%S}.000Z] [INFO] [claude] [sample] [work] a line of a sample log\n"
        log = os.path.join(logs, f"debug-{stamp:%Y-%m-%d}.log")
        with open(log, "w", encoding="utf-8") as file:
            file.write(line * (OLD_LOG_BYTES // len(line)))
        os.utime(log, (day.timestamp(), day.timestamp()))
    return path
