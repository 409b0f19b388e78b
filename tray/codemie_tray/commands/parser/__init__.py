"""The parser of the command line. Importing it loads argparse and nothing else."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from codemie_tray import PROGRAM, __version__
from codemie_tray.commands.console.wrong_usage import WrongUsage
from codemie_tray.commands.parser.base import Parser

COMMANDS = {
    "status": "show the active profile and any problems",
    "profiles": "list the profiles",
    "current": "print the active profile's name, for example in a prompt",
    "switch": "switch to another profile",
    "profile": "add, edit, test, export and remove profiles",
    "run": "run a program with one profile and its tokens",
    "env": "print a profile as variables for a shell",
    "credentials": "manage the encrypted credential store",
    "history": "list, show and restore earlier versions of the configuration",
    "usage": "show tokens, estimated costs, sessions and time",
    "clean": "remove old logs now",
    "doctor": "find what puts your secrets at risk, worst first",
    "window": "open the window of the profiles, the settings or the usage",
    "autostart": "turn starting at login on or off",
    "migrate": "migrate config.json to another schema version",
    "completion": "print a completion script for a shell",
    "help": "show help for a command",
}
"""Each command with its help line, in the order of the help."""

EXIT_CODES = """\
exit codes: 0 done; 1 failed; 2 usage error; 3 no configuration yet;
4 configuration broken or unreadable; 5 no such profile or version;
6 another program is writing; 7 could not be written; 8 no tray;
9 no such credential; 10 the credentials can't be opened;
11 doctor found a warning, 13 a danger; 12 a token was held back;
14 refused: others could have changed the home; 15 no window can be shown;
`run`: CMD's own, or 126 or 127 if CMD can't be started"""

_NONE = ""
"""No command: the help lists all of them, without their options."""
_TAKES_A_VALUE = ("--home",)


def parse(given: Sequence[str]) -> argparse.Namespace:
    """Parse a command line; `command` in the result is None if the tray itself is wanted.

    Raises:
        WrongUsage: it can't be parsed.
        SystemExit: help or the version was requested, and printed.
    """
    command = command_word(given)
    if command is not None and command not in COMMANDS:
        from codemie_tray.commands.console.no_such_command import no_such_command

        raise no_such_command(command, COMMANDS, usage=build_parser(_NONE).format_usage())
    options, unknown = build_parser(command or _NONE, only=command is not None).parse_known_args(given)
    if unknown:
        words = (PROGRAM, command, getattr(options, "what", None), getattr(options, "action", None))
        raise WrongUsage(
            f"unknown argument{'' if len(unknown) == 1 else 's'}: {' '.join(unknown)}",
            prog=" ".join(word for word in words if word),
        )
    return options


def command_word(given: Sequence[str]) -> str | None:
    """Return the word of a command line that is its command; None if there is none."""
    words = iter(given)
    for word in words:
        if word in _TAKES_A_VALUE:
            next(words, None)
        elif not word.startswith("-"):
            return word
    return None


def build_parser(command: str | None = None, *, only: bool = False) -> argparse.ArgumentParser:
    """Return the parser.

    Args:
        command: the command whose options are needed; None for all.
        only: leave out the other commands, which would slow down every start.
    """
    parser = Parser(
        prog=PROGRAM,
        description="Show and switch the profile of your AI coding CLI. Without a command, start the tray.",
        epilog=EXIT_CODES,
    )
    parser.add_argument("-V", "--version", action="version", version=f"{PROGRAM} {__version__}")
    parser.add_argument(
        "--home", metavar="DIR", help="folder to work on (default: $CODEMIE_HOME, or ~/.codemie)"
    )
    parser.add_argument(
        "--background",
        action="store_true",
        help="start the tray as at login: no window, no message, wait for a panel",
    )
    parser.add_argument(
        "--verbose", action="store_true", help="log debug messages, to standard error as well"
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", prog=PROGRAM)
    for name, said in COMMANDS.items():
        if not only or name == command:
            one = commands.add_parser(name, help=said)
            if command in (None, name):
                _fill(name, one)
    return parser


def _fill(name: str, parser: argparse.ArgumentParser) -> None:
    """Add a command's own arguments and its handler."""
    if name in ("status", "profiles", "current", "switch"):
        from codemie_tray.commands.parser import everyday

        everyday.ADD[name](parser)
    elif name == "completion":
        from codemie_tray.commands.parser import everyday

        everyday.add_completion(parser, build_parser)
    elif name == "help":
        from codemie_tray.commands.parser import everyday

        everyday.add_help(parser, parse)
    elif name == "profile":
        from codemie_tray.commands.parser import profile

        profile.add(parser)
    elif name in ("run", "env"):
        from codemie_tray.commands.parser import programs

        programs.ADD[name](parser)
    elif name == "credentials":
        from codemie_tray.commands.parser import credentials

        credentials.add(parser)
    elif name in ("history", "migrate"):
        from codemie_tray.commands.parser import versions

        versions.ADD[name](parser)
    elif name == "window":
        from codemie_tray.commands.parser import window

        window.add(parser)
    elif name == "usage":
        from codemie_tray.commands.parser import usage

        usage.add(parser)
    else:
        from codemie_tray.commands.parser import upkeep

        upkeep.ADD[name](parser)
