"""How a command reports that it failed: a sentence and what to do next, or JSON if that was requested."""

from __future__ import annotations

import re

from codemie_core import CodeMieError
from codemie_core.files.json.document import JsonValue
from codemie_tray import PROGRAM
from codemie_tray.commands.console.advice import advice_for
from codemie_tray.commands.console.output import print_error, print_error_text, print_json
from codemie_tray.commands.console.wrong_usage import WrongUsage
from codemie_tray.text.exit_codes import ExitCode, exit_code_of


def print_failure(error: CodeMieError, *, as_json: bool) -> ExitCode:
    """Print an error, and return its exit code.

    Args:
        error: what went wrong.
        as_json: print `{"error": {...}}` to standard output; otherwise a text to standard error.
    """
    if as_json:
        print_json({"error": as_value(error)})
    else:
        if isinstance(error, WrongUsage) and error.usage:
            print_error_text(error.usage.removesuffix("\n"))
        print_error(f"{getattr(error, 'prog', '') or PROGRAM}: {error}")
        if advice := advice_for(error):
            print_error_text(advice)
    return ExitCode.USAGE if isinstance(error, WrongUsage) else exit_code_of(error)


def as_value(error: CodeMieError) -> dict[str, JsonValue]:
    """Return an error for a program; docs/commands.md describes the fields."""
    return {
        "code": _code(error),
        "message": str(error),
        "advice": advice_for(error) or None,
        "path": getattr(error, "path", None),
        "line": getattr(error, "line", None),
        "column": getattr(error, "column", None),
        "exitCode": int(ExitCode.USAGE if isinstance(error, WrongUsage) else exit_code_of(error)),
    }


def _code(error: CodeMieError) -> str:
    """Return the class's name as words: `profile-not-found`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", type(error).__name__).lower()
