"""Options of `window`."""

from __future__ import annotations

import argparse

from codemie_core import Home
from codemie_tray.commands.parser.base import handled_by

KINDS = ("profiles", "settings", "usage")
PAGES = ("general", "logs", "credentials", "history", "about")


def add(parser: argparse.ArgumentParser) -> None:
    """Add them."""
    parser.add_argument("kind", choices=KINDS, help="window to open")
    parser.add_argument("--add", action="store_true", help="with profiles: start by adding one")
    parser.add_argument("--page", choices=PAGES, default="", help="with settings: page to open")
    handled_by(parser, _window)


def _window(home: Home, options: argparse.Namespace) -> int:
    from codemie_tray.commands.console.wrong_usage import WrongUsage
    from codemie_tray.commands.launch import window

    if options.add and options.kind != "profiles":
        raise WrongUsage("--add needs the window of the profiles", advice="Write: window profiles --add")
    if options.page and options.kind != "settings":
        raise WrongUsage(
            "--page needs the window of the settings", advice="Write: window settings --page PAGE"
        )
    return window.run(home, options.kind, page="add" if options.add else options.page)
