"""Options of `window`."""

from __future__ import annotations

import argparse

from codemie_core import Home
from codemie_tray.commands.parser.base import handled_by

KINDS = ("profiles",)


def add(parser: argparse.ArgumentParser) -> None:
    """Add them."""
    parser.add_argument("kind", choices=KINDS, help="which window")
    parser.add_argument("--add", action="store_true", help="with profiles: start by adding one")
    handled_by(parser, _window)


def _window(home: Home, options: argparse.Namespace) -> int:
    from codemie_tray.commands.launch import window

    return window.run(home, options.kind, add=options.add)
