"""`codemie-tray window ...`: opens a window in this process, or raises the one that is open."""

from __future__ import annotations

from codemie_core import Home
from codemie_tray.commands.console.failure import print_failure
from codemie_tray.commands.console.output import print_error_text
from codemie_tray.log.daily_file import start_logging
from codemie_tray.log.redaction import Redactor
from codemie_tray.text.exit_codes import ExitCode
from codemie_tray.windows.start import open_window
from codemie_tray.windows.toolkit import NoWindows


def run(home: Home, kind: str, *, page: str) -> ExitCode:
    """Show the window until it is closed.

    Args:
        home: the home.
        kind: which window.
        page: what to open in it; empty for nothing in particular.
    """
    start_logging(home, Redactor(), verbose=False, background=False)
    try:
        return open_window(home, kind, page=page, say=print_error_text)
    except NoWindows as error:
        print_failure(error, as_json=False)
        return ExitCode.NO_WINDOW
