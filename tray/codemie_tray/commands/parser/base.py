"""What every command's parser is built from. Importing it loads only argparse."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys

from codemie_tray.commands.console.output import print_error_text, print_text
from codemie_tray.commands.console.wrong_usage import WrongUsage
from codemie_tray.commands.shell.names_function import NAMES_FUNCTION

TYPE_CHECKING = False  # as in `typing`, whose import would slow down every command
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from _typeshed import SupportsWrite

    from codemie_core import Home

    Handler = Callable[[Home, argparse.Namespace], int]
    """Runs a command and returns its exit code."""
    _SubParsers = argparse._SubParsersAction[argparse.ArgumentParser]
else:
    _SubParsers = argparse._SubParsersAction


class Formatter(argparse.RawDescriptionHelpFormatter):
    """Has a fixed width: argparse creates a formatter per argument, and would load shutil to ask for it."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=_columns() - 2)


class Commands(_SubParsers):
    """The commands of a parser. The help of each begins with what the list of commands says about it."""

    def add_parser(self, name: str, **options: Any) -> argparse.ArgumentParser:
        """Add a command; see argparse."""
        said: str | None = options.get("help")
        if said:
            options.setdefault("description", f"{said[0].upper()}{said[1:]}.")
        return super().add_parser(name, **options)


class Parser(argparse.ArgumentParser):
    """Prints through `output`; argparse creates the commands' parsers from their parent's class."""

    def __init__(self, **options: object) -> None:
        super().__init__(formatter_class=Formatter, **options)  # type: ignore[arg-type]
        self.register("action", "parsers", Commands)
        self.details: Callable[[], str] | None = None
        """Returns what the help says below the options; called only when the help is shown."""

    def format_help(self) -> str:
        """Return the help, with its details."""
        if self.details is not None:
            self.epilog = self.details()
        return super().format_help()

    def error(self, message: str) -> object:  # type: ignore[override]
        """Raise `WrongUsage` with the usage of this command."""
        for action in self._actions:
            if isinstance(action, Commands) and message.endswith(f": {action.metavar}"):
                message = f"name one of its commands: {', '.join(action.choices)}"
            elif action.choices and not action.option_strings and not action.metavar:
                # argparse calls an argument without a name of its own by that of our variable.
                message = message.removeprefix(f"argument {action.dest}: ")
                if message.endswith(f"required: {action.dest}"):
                    message = f"name one of {', '.join(map(str, action.choices))}"
        raise WrongUsage(message, usage=self.format_usage(), prog=self.prog)

    def _check_value(self, action: argparse.Action, value: object) -> None:
        if isinstance(action, Commands) and value not in action.choices:
            from codemie_tray.commands.console.no_such_command import no_such_command

            within = self.prog.partition(" ")[2]
            raise no_such_command(str(value), action.choices, within=within, usage=self.format_usage())
        super()._check_value(action, value)

    def _print_message(self, message: str, file: SupportsWrite[str] | None = None) -> None:
        # argparse's own method silently ignores what it can't write.
        if message:
            write = print_text if file is sys.stdout else print_error_text
            write(message.removesuffix("\n"))


def handled_by(parser: argparse.ArgumentParser, handler: Handler, *, only_reads: bool = False) -> None:
    """Set the handler of a command.

    Args:
        parser: the command's.
        handler: imports the command's module when it is called.
        only_reads: root may run it in another user's home.
    """
    parser.set_defaults(handler=handler, only_reads=only_reads)


def add_json(parser: argparse._ActionsContainer) -> None:
    """Add `--json`."""
    parser.add_argument("--json", action="store_true", help="print JSON")


def add_dry_run(parser: argparse._ActionsContainer) -> None:
    """Add `--dry-run` of a command that changes the configuration."""
    parser.add_argument(
        "--dry-run",
        action="store_true",
        help="show what would change, with secrets hidden, and change nothing",
    )


def add_yes(parser: argparse._ActionsContainer) -> None:
    """Add `--yes`."""
    parser.add_argument("--yes", action="store_true", help="don't ask")


def complete_profiles(action: argparse.Action) -> None:
    """Complete an argument with the profiles' names."""
    # shtab reads this attribute: the names come from the home when Tab is pressed.
    action.complete = {"bash": NAMES_FUNCTION, "zsh": NAMES_FUNCTION, "fish": f"({NAMES_FUNCTION})"}  # type: ignore[attr-defined]


def _columns() -> int:
    with contextlib.suppress(ValueError):
        return int(os.environ.get("COLUMNS", ""))
    with contextlib.suppress(OSError, ValueError, AttributeError):
        columns = os.get_terminal_size(sys.__stdout__.fileno()).columns  # type: ignore[union-attr]
        if columns > 0:  # a serial line or a terminal without a window does not know its size
            return columns
    return 80
