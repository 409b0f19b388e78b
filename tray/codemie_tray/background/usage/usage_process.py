"""Counts today's usage in a process that ends: msgspec and SQLite would stay in the tray's memory.

The process is `codemie-tray usage`, which users can run as well.
"""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING

from codemie_core import CodeMieError, Home
from codemie_core.system.process.executables import own_command
from codemie_tray.view.state import BudgetSpent, ModelUsed, UsageToday

if TYPE_CHECKING:
    import subprocess

_NO_WINDOW = 0x08000000 if sys.platform == "win32" else 0  # CREATE_NO_WINDOW
_QUESTION = ("usage", "--since", "1d", "--by", "model", "--json")


class NotCounted(CodeMieError):
    """The process ended without an answer; the message says how."""


def count_today(home: Home) -> UsageToday:
    """Return what was used today, by local time.

    Raises:
        NotCounted: there is no answer.
    """
    import subprocess

    command = own_command("codemie_tray", *_QUESTION)
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            env={**os.environ, "CODEMIE_HOME": home.path},
            creationflags=_NO_WINDOW,
        )
    except OSError as error:
        raise NotCounted(f"today's usage: {command[0]}: {error.strerror}") from error
    try:
        answer = json.loads(done.stdout)
        total = answer["total"]
        models = tuple(
            ModelUsed(line["model"], line["tokens"] or 0, line["turns"]) for line in answer["lines"]
        )
        budgets = tuple(
            BudgetSpent(one["period"], one["of"], one["limitUsd"], one["spentUsd"], one["percent"])
            for one in answer["budgets"]
        )
        return UsageToday(total["tokens"] or 0, total["sessions"], total["turns"], models, budgets=budgets)
    except (ValueError, KeyError, TypeError) as error:
        raise NotCounted(f"today's usage: {_said(done)}") from error


def _said(done: subprocess.CompletedProcess[bytes]) -> str:
    """Return why there is no answer; with `--json`, an error is JSON, too."""
    try:
        return str(json.loads(done.stdout)["error"]["message"])
    except (ValueError, KeyError, TypeError):
        said = done.stderr.decode("utf-8", "replace").strip().removeprefix("codemie-tray: ")
        return said or f"exit code {done.returncode}"
