"""`codemie-tray usage export`: writes usage to files for DuckDB, Spark and the like."""

from __future__ import annotations

import time
from datetime import UTC

from codemie_core import Home, StoreError
from codemie_core.config.secret_detection.classifier import shown
from codemie_core.files.json.document import JsonValue
from codemie_core.sessions.usage import Calendar
from codemie_core.sessions.usage.export import Exported, export
from codemie_tray.commands.console.output import print_error, print_json, print_line
from codemie_tray.commands.console.wrong_usage import whole_path
from codemie_tray.commands.usage.period import read_period
from codemie_tray.text.amounts import counted
from codemie_tray.text.exit_codes import ExitCode


def run(
    home: Home, out: str, *, since: str | None, until: str | None, names: bool, as_json: bool
) -> ExitCode:
    """Export the usage, and report how many days."""
    period = read_period(since, until, Calendar(UTC).day_at(time.time()))
    folder = whole_path("--out", out)
    try:
        exported = export(home, folder, period=period, names=names, clean=_clean)
    except StoreError as error:
        if not error.advice and error.path.startswith(folder):
            error.advice = "Choose a folder that you can write to."
        raise
    if as_json:
        print_json(_as_json(exported, folder))
    else:
        _print(exported, folder)
    for path, reason in exported.unreadable:
        print_error(f"{path}: not counted: {reason}")
    return ExitCode.OK


def _clean(text: str) -> str:
    """Return text from a session as it may leave the machine: without anything that looks like a secret."""
    return shown(("model",), text)


def _print(exported: Exported, folder: str) -> None:
    if not exported.written + exported.unchanged + exported.kept:
        print_line("No usage.")
        return
    print_line(
        f"{counted(exported.written, 'day')} written to {folder}, {exported.unchanged} unchanged "
        f"({counted(exported.rows, 'row')} in all)"
    )
    if exported.kept:
        days = counted(exported.kept, "day")
        print_line(f"{days} kept as exported before: the agents' logs of those days are gone")


def _as_json(exported: Exported, folder: str) -> JsonValue:
    return {
        "folder": folder,
        "written": exported.written,
        "unchanged": exported.unchanged,
        "kept": exported.kept,
        "rows": exported.rows,
        "unreadable": [{"path": path, "reason": reason} for path, reason in exported.unreadable],
    }
