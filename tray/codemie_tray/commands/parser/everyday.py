"""Options of the commands typed every day, and of those about the command line itself.

The latter need the whole parser, which their caller passes in.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence

from codemie_core import Home
from codemie_tray.commands.parser.base import add_json, complete_profiles, handled_by

SHELLS = ("bash", "zsh", "fish")


def _add_status(parser: argparse.ArgumentParser) -> None:
    add_json(parser)
    handled_by(parser, _status, only_reads=True)


def _status(home: Home, options: argparse.Namespace) -> int:
    from codemie_tray.commands.switching import status

    return status.run(home, as_json=options.json)


def _add_profiles(parser: argparse.ArgumentParser) -> None:
    how = parser.add_mutually_exclusive_group()
    add_json(how)
    how.add_argument("--names", action="store_true", help="print only the names, one per line")
    handled_by(parser, _profiles, only_reads=True)


def _profiles(home: Home, options: argparse.Namespace) -> int:
    from codemie_tray.commands.switching import profiles

    return profiles.run(home, as_json=options.json, names=options.names)


def _add_current(parser: argparse.ArgumentParser) -> None:
    how = parser.add_mutually_exclusive_group()
    add_json(how)
    how.add_argument(
        "--format",
        metavar="TEXT",
        help="print TEXT with {name}, {provider}, {model} and {source} filled in, without a newline",
    )
    handled_by(parser, _current, only_reads=True)


def _current(home: Home, options: argparse.Namespace) -> int:
    from codemie_tray.commands.switching import current

    return current.run(home, text=options.format, as_json=options.json)


def _add_switch(parser: argparse.ArgumentParser) -> None:
    name = parser.add_argument(
        "name",
        metavar="NAME",
        nargs="?",
        help="the profile's name, or - for the previous one (default: choose from a list)",
    )
    complete_profiles(name)
    add_json(parser)
    handled_by(parser, _switch)


def _switch(home: Home, options: argparse.Namespace) -> int:
    from codemie_tray.commands.switching import switch

    return switch.run(home, options.name, as_json=options.json)


def add_completion(
    parser: argparse.ArgumentParser, build_parser: Callable[[], argparse.ArgumentParser]
) -> None:
    """Add the arguments of `completion`.

    Args:
        parser: the command's.
        build_parser: builds the parser that the script is made from, that of all commands.
    """

    def completion(home: Home, options: argparse.Namespace) -> int:  # noqa: ARG001 - every handler has it
        from codemie_tray.commands.shell import completion

        return completion.run(options.shell, build_parser())

    parser.add_argument("shell", choices=SHELLS)
    handled_by(parser, completion, only_reads=True)


def add_help(parser: argparse.ArgumentParser, parse: Callable[[Sequence[str]], object]) -> None:
    """Add the arguments of `help`.

    Args:
        parser: the command's.
        parse: parses another command line; prints its help and ends the program.
    """

    def help_(home: Home, options: argparse.Namespace) -> int:  # noqa: ARG001 - every handler has it
        parse([*options.words, "--help"])
        return 0

    parser.add_argument("words", metavar="COMMAND", nargs="*", help="the command (default: all of them)")
    handled_by(parser, help_, only_reads=True)


ADD = {
    "status": _add_status,
    "profiles": _add_profiles,
    "current": _add_current,
    "switch": _add_switch,
}
