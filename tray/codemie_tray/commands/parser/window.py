"""Options of `window`."""

from __future__ import annotations

import argparse

from codemie_core import Home
from codemie_tray.commands.parser.base import handled_by

PAGES = ("general", "logs", "credentials", "history", "about")


def add(parser: argparse.ArgumentParser) -> None:
    """Add them."""
    kinds = parser.add_subparsers(dest="kind", metavar="WINDOW", required=True)
    profiles = kinds.add_parser("profiles", help="add, edit and remove profiles")
    profiles.add_argument(
        "--add", dest="page", action="store_const", const="add", default="", help="start by adding one"
    )
    settings = kinds.add_parser("settings", help="change how the tray behaves")
    settings.add_argument("--page", choices=PAGES, default="", help="page to open")
    usage = kinds.add_parser("usage", help="see tokens and estimated costs")
    usage.set_defaults(page="")
    for kind in (profiles, settings, usage):
        handled_by(kind, _window)


def _window(home: Home, options: argparse.Namespace) -> int:
    from codemie_tray.commands.launch import window

    return window.run(home, options.kind, page=options.page)
