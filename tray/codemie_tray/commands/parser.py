"""The words of the command line. Importing this costs argparse and nothing else."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys

from codemie_tray import PROGRAM, __version__
from codemie_tray.commands.output import print_error_text, print_text

TYPE_CHECKING = False  # as `typing` has it, whose import every command would pay for
if TYPE_CHECKING:
    from _typeshed import SupportsWrite

SHELLS = ("bash", "zsh", "fish")
GROUPINGS = ("day", "hour", "agent", "model", "profile", "project", "session")
"""As `codemie_core.sessions.usage.Grouping` has them; spelt out, since that import is not for every start."""

NAMES_FUNCTION = f"_{PROGRAM.replace('-', '_')}_profiles"
"""Shell function that lists the profiles; `completion.py` defines it."""

EXIT_CODES = """\
exit codes: 0 done; 1 failed; 2 wrong usage; 3 no configuration yet; 4 configuration broken or unreadable;
5 no such profile or version; 6 another program is writing; 7 could not be written; 8 no tray;
 9 no such credential; 10 the credentials can't be opened; 11 doctor found warnings, 13 a danger;
 12 a token was held back; 14 refused: others could have changed the home;
 `run`: CMD's own, 126 and 127 where CMD can't be started"""


def build_parser(command: str | None = None) -> argparse.ArgumentParser:
    """Return the parser; `command` in its result is None where the tray itself is wanted.

    Args:
        command: what the command line begins with; commands of many words that are not this one are then
            left without theirs, which nobody asks for and every start would pay for. None: all are wanted.
    """
    parser = _Parser(
        prog=PROGRAM,
        description="Show and switch the profile of your AI coding CLI. Without a command, start the tray.",
        epilog=EXIT_CODES,
    )
    parser.add_argument("--version", action="version", version=f"{PROGRAM} {__version__}")
    parser.add_argument(
        "--background",
        action="store_true",
        help=("start the tray as at login: no window, no message, wait for a panel"),
    )
    parser.add_argument(
        "--verbose", action="store_true", help=("log debug messages, to standard error as well")
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", prog=PROGRAM)

    status = commands.add_parser("status", help="show the active profile and any problems")
    _add_json(status)

    profiles = commands.add_parser("profiles", help="list the profiles")
    how = profiles.add_mutually_exclusive_group()
    _add_json(how)
    how.add_argument("--names", action="store_true", help="print only the names, one per line")

    switch = commands.add_parser("switch", help="make a profile the active one")
    name = switch.add_argument("name", metavar="NAME", help="the profile's name")
    # shtab reads this attribute: the names come from the home, at the moment Tab is pressed.
    name.complete = {"bash": NAMES_FUNCTION, "zsh": NAMES_FUNCTION, "fish": f"({NAMES_FUNCTION})"}  # type: ignore[attr-defined]
    _add_json(switch)

    _add_credentials(commands.add_parser("credentials", help="manage the encrypted credential store"))

    run = commands.add_parser("run", help="run a program with one profile and its tokens")
    profile = run.add_argument("--profile", metavar="P", help="profile to use (default: the active one)")
    profile.complete = name.complete  # type: ignore[attr-defined]
    run.add_argument(
        "--with-project",
        action="store_true",
        help="accept this folder's .codemie settings, except addresses, accounts and hooks",
    )
    run.add_argument(
        "--allow-address",
        metavar="ADDRESS",
        action="append",
        default=[],
        help="let the profile's stored tokens go to this address from now on, as in https://api.example.com",
    )
    run.add_argument(
        "argv", metavar="-- CMD...", nargs=argparse.REMAINDER, help="the program and its arguments"
    )

    doctor = commands.add_parser("doctor", help="find what puts your secrets at risk, worst first")
    doctor.add_argument("--fix", action="store_true", help="close what other users can read or change")
    _add_json(doctor)

    _add_usage(commands)
    clean = commands.add_parser("clean", help="remove old logs now")
    clean.add_argument(
        "--older-than",
        metavar="AGE",
        type=days,
        help="age, such as 5d, 36h or 2w (default: the settings, or 5 days)",
    )
    clean.add_argument(
        "--sessions",
        action="store_true",
        help="also remove sessions older than --older-than, or than the settings say; they can't be resumed",
    )
    clean.add_argument(
        "--dry-run", action="store_true", help=("show what would be removed, and remove nothing")
    )
    _add_json(clean)

    autostart = commands.add_parser("autostart", help="turn starting at login on or off")
    autostart.add_argument("what", choices=("on", "off", "status"))
    _add_json(autostart)

    history = commands.add_parser(
        "history", help=("list, show and restore earlier versions of the configuration")
    )
    if command in (None, "history"):
        _add_history(history)
    migrate = commands.add_parser("migrate", help="migrate config.json to another schema version")
    if command in (None, "migrate"):
        _add_migrate(migrate)

    completion = commands.add_parser("completion", help="print a completion script for a shell")
    completion.add_argument("shell", choices=SHELLS)
    return parser


class _Formatter(argparse.RawDescriptionHelpFormatter):
    """Knows its width: argparse makes a formatter for each argument and would load shutil to ask for it."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=_columns() - 2)


class _Parser(argparse.ArgumentParser):
    """Formats so; argparse makes the commands' parsers of their parent's class."""

    def __init__(self, **options: object) -> None:
        super().__init__(formatter_class=_Formatter, **options)  # type: ignore[arg-type]

    def _print_message(self, message: str, file: SupportsWrite[str] | None = None) -> None:
        # argparse's own keeps quiet about what it can't write.
        if message:
            write = print_text if file is sys.stdout else print_error_text
            write(message.removesuffix("\n"))


def _columns() -> int:
    with contextlib.suppress(ValueError):
        return int(os.environ.get("COLUMNS", ""))
    with contextlib.suppress(OSError, ValueError, AttributeError):
        return os.get_terminal_size(sys.__stdout__.fileno()).columns  # type: ignore[union-attr]
    return 80


def _add_history(parser: argparse.ArgumentParser) -> None:
    what = parser.add_subparsers(dest="what", metavar="WHAT", required=True)
    listing = what.add_parser("list", help="list the versions, newest first")
    _add_json(listing)
    show = what.add_parser("show", help="print a version, with secrets hidden")
    show.add_argument("version", metavar="VERSION", help="version id, or the beginning of it")
    _add_json(show)
    diff = what.add_parser(
        "diff", help=("compare a version with the current configuration, with secrets hidden")
    )
    diff.add_argument("version", metavar="VERSION", help="version id, or the beginning of it")
    diff.add_argument("other", metavar="OTHER", nargs="?", help="compare with this version instead")
    _add_json(diff)
    forget = what.add_parser("forget-tokens", help="remove versions that hold tokens you no longer use")
    _add_dry_run(forget)
    _add_json(forget)
    restore = what.add_parser("restore", help="restore a version; the current one is kept in the history")
    restore.add_argument(
        "version",
        metavar="VERSION",
        nargs="?",
        help=("version id (default: the one that brings lost profiles back)"),
    )
    _add_dry_run(restore)
    _add_json(restore)


def _add_migrate(parser: argparse.ArgumentParser) -> None:
    what = parser.add_subparsers(dest="what", metavar="WHAT", required=True)
    _add_json(what.add_parser("status", help="show the schema version and pending migrations"))
    up = what.add_parser("up", help="apply pending migrations")
    up.add_argument("--to", metavar="N", type=int, help="migrate up to this version (default: the newest)")
    down = what.add_parser("down", help="go back to an older schema version")
    down.add_argument("--to", metavar="N", type=int, required=True, help="migrate down to this version")
    for parser_of_one in (up, down):
        _add_dry_run(parser_of_one)
        _add_json(parser_of_one)


def _add_dry_run(parser: argparse._ActionsContainer) -> None:
    parser.add_argument(
        "--dry-run",
        action="store_true",
        help=("show what would change, with secrets hidden, and change nothing"),
    )


def _add_credentials(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    listing = actions.add_parser("list", help="list the names and how they are protected")
    listing.add_argument(
        "--removed", action="store_true", help=("list removed credentials that can be restored")
    )
    _add_json(listing)
    add = actions.add_parser("set", help="store a secret, typed at a prompt or read from standard input")
    add.add_argument("name", metavar="NAME")
    get = actions.add_parser("get", help="print a secret")
    get.add_argument("name", metavar="NAME")
    remove = actions.add_parser("remove", help="remove secrets")
    remove.add_argument("names", metavar="NAME", nargs="+")
    remove.add_argument(
        "--for-good", action="store_true", help=("remove at once, so that it can't be restored")
    )
    restore = actions.add_parser("restore", help="restore a secret removed in the last seven days")
    restore.add_argument("name", metavar="NAME")
    actions.add_parser("accept", help="accept an older .credentials that you restored on purpose")
    actions.add_parser("protect", help="keep the master key in the system's keyring")
    actions.add_parser("unprotect", help="keep the master key by this machine's identifier")
    actions.add_parser("rekey", help="encrypt everything again with new keys")
    recovery = actions.add_parser("recovery", help="make, check or use a recovery code")
    which = recovery.add_mutually_exclusive_group()
    which.add_argument("--replace", action="store_true", help="make a new code; the old one stops working")
    which.add_argument("--check", action="store_true", help="type a code to see whether it is the right one")
    which.add_argument(
        "--use", action="store_true", help=("open the store with the code, and protect it again")
    )
    recovery.add_argument(
        "--machine", action="store_true", help="with --use: protect it by this machine instead of the keyring"
    )
    for direction, text in (
        ("move-in", "move tokens from the configuration into the store"),
        ("move-out", "move tokens back into the configuration, in the clear"),
    ):
        move = actions.add_parser(direction, help=text)
        move.add_argument("--yes", action="store_true", help="don't ask")


def days(text: str) -> float:
    """Return an age in days: a number, and `h`, `d` (also where it is missing) or `w`."""
    number, unit = (text[:-1], text[-1:]) if text[-1:].isalpha() else (text, "d")
    try:
        value = float(number) * {"h": 1 / 24, "d": 1.0, "w": 7.0}[unit.lower()]
    except (KeyError, ValueError):
        value = -1.0
    if not 0 <= value <= 36500:
        raise argparse.ArgumentTypeError(f"{text!r} is not an age; use 5d, 36h or 2w")
    return value


def _add_usage(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    usage = commands.add_parser("usage", help="show tokens, estimated costs, sessions and time")
    usage.add_argument(
        "--since",
        metavar="WHEN",
        help=("first day: a number of days including today, such as 30d, or a date"),
    )
    usage.add_argument("--until", metavar="DATE", help="last day (default: today, or with no --since, any)")
    usage.add_argument("--by", choices=GROUPINGS, default="day", help="group by this (default: day)")
    usage.add_argument("--utc", action="store_true", help="use UTC days instead of local ones")
    how = usage.add_mutually_exclusive_group()
    _add_json(how)
    how.add_argument("--csv", action="store_true", help="print comma-separated values")
    actions = usage.add_subparsers(dest="action", metavar="ACTION")
    export = actions.add_parser("export", help="write usage as files for DuckDB, Spark and the like")
    export.add_argument("--out", metavar="DIR", required=True, help="folder to write to, a file per day")
    export.add_argument("--since", metavar="WHEN", help="first UTC day, as above")
    export.add_argument("--until", metavar="DATE", help="last UTC day")
    export.add_argument("--with-names", action="store_true", help="also write profiles and project folders")
    _add_json(export)


def _add_json(parser: argparse._ActionsContainer) -> None:
    parser.add_argument("--json", action="store_true", help="print JSON")
