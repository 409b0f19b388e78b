"""Options of the commands that maintain a home."""

from __future__ import annotations

import argparse

from codemie_core import Home
from codemie_tray.commands.parser.base import add_json, handled_by


def _add_doctor(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--fix",
        action="store_true",
        help="remove other users' access to your files, and move tokens to where the CLI looks",
    )
    add_json(parser)
    # Root may inspect another user's home, but not change it.
    handled_by(parser, _doctor, only_reads=True)


def _doctor(home: Home, options: argparse.Namespace) -> int:
    from codemie_tray.commands.upkeep import doctor

    return doctor.run(home, fix=options.fix, as_json=options.json)


def _add_clean(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--older-than",
        metavar="AGE",
        type=days,
        help="age, such as 5d, 36h or 2w (default: the settings, or 5 days)",
    )
    parser.add_argument(
        "--sessions",
        action="store_true",
        help="also remove sessions older than --older-than, or than the settings say; they can't be resumed",
    )
    parser.add_argument(
        "--dry-run", action="store_true", help="show what would be removed, and remove nothing"
    )
    add_json(parser)
    handled_by(parser, _clean)


def _clean(home: Home, options: argparse.Namespace) -> int:
    from codemie_tray.commands.upkeep import clean

    return clean.run(
        home,
        older_than_days=options.older_than,
        sessions=options.sessions,
        dry_run=options.dry_run,
        as_json=options.json,
    )


def _add_autostart(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=("on", "off", "status"))
    add_json(parser)
    handled_by(parser, _autostart)


def _autostart(home: Home, options: argparse.Namespace) -> int:  # noqa: ARG001 - every handler has it
    from codemie_tray.commands.upkeep import autostart

    return autostart.run(options.what, as_json=options.json)


def days(text: str) -> float:
    """Return an age in days, from a number and `h`, `d` (the default) or `w`."""
    number, unit = (text[:-1], text[-1:]) if text[-1:].isalpha() else (text, "d")
    try:
        value = float(number) * {"h": 1 / 24, "d": 1.0, "w": 7.0}[unit.lower()]
    except (KeyError, ValueError):
        value = -1.0
    if not 0 <= value <= 36500:
        raise argparse.ArgumentTypeError(f"{text!r} is not an age; use 5d, 36h or 2w")
    return value


ADD = {"doctor": _add_doctor, "clean": _add_clean, "autostart": _add_autostart}
