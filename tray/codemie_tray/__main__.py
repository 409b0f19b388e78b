"""The program: the tray without arguments, the command line with them."""

from __future__ import annotations

import atexit
import contextlib
import gc
import os
import sys
from collections.abc import Sequence

import codemie_core.system.process.quick_dataclasses  # noqa: F401 - before what imports dataclasses
from codemie_core import CodeMieError, Home
from codemie_core.home import ENVIRONMENT_VARIABLE
from codemie_core.system.process.signals import reset_signals
from codemie_tray import PROGRAM
from codemie_tray.commands.console import standard_streams
from codemie_tray.commands.console.output import (
    OutputLost,
    ReaderGone,
    discard_output,
    flush_output,
    print_error,
)
from codemie_tray.text.exit_codes import ExitCode, exit_code_of

_INTERNAL = ("--keyring-helper", "--count-part", "--search-path")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program and return its exit code."""
    reset_signals()
    if arguments is None:
        gc.disable()  # imports leave next to no garbage; until the command, or the tray's worker, begins
        atexit.register(gc.freeze)  # Python's last search for garbage would only delay the end
    given = sys.argv[1:] if arguments is None else arguments
    if given and given[0] in _INTERNAL:
        return _internal(given[0], given[1:])
    output_was_closed = standard_streams.complete()
    try:
        try:
            code = _command(given) if given else _tray(Home.from_environ())
        except SystemExit as end:  # argparse: --help, --version, wrong usage
            code = end.code if isinstance(end.code, int) else ExitCode.OK
        flush_output()
        if output_was_closed and given:
            raise OutputLost("closed")
    except CodeMieError as error:
        return _failed(error, given)
    except KeyboardInterrupt:
        return 130
    except ReaderGone:
        discard_output()
        return ExitCode.OK
    except OutputLost as error:
        print_error(f"{PROGRAM}: can't write to standard output: {error}")
        discard_output()
        return ExitCode.FAILED
    return code


def _failed(error: CodeMieError, given: Sequence[str]) -> int:
    """Report the error in the form the command line asks for, and return the exit code."""
    from codemie_tray.commands.console.failure import print_failure

    try:
        code = print_failure(error, as_json=_wants_json(given))
        flush_output()
    except (ReaderGone, OutputLost):
        discard_output()
        code = exit_code_of(error)
    return code


def _wants_json(given: Sequence[str]) -> bool:
    """Return whether a command line asks for JSON; the command that `run` starts has its own options."""
    from codemie_tray.commands.parser import command_word

    return "--json" in given and command_word(given) != "run"


def _internal(what: str, given: Sequence[str]) -> int:
    """Run a module of ours for the installed program, which has no `python -m`."""
    gc.enable()
    if what == "--keyring-helper":
        from codemie_core.credentials.os_keyring import helper as keyring_helper

        return keyring_helper.main()
    if what == "--count-part":  # a further process of a long count
        from codemie_core.sessions.usage.counting import part_counter

        return part_counter.main()
    from codemie_tray.desktop import windows_path as search_path  # for the installer

    return search_path.run(given)


def _command(given: Sequence[str]) -> int:
    from codemie_tray.commands.console.wrong_usage import WrongUsage, whole_path
    from codemie_tray.commands.parser import parse

    options = parse(given)
    if options.home is not None:
        if not options.home:
            raise WrongUsage(
                "--home needs a folder", advice=f"For example: {PROGRAM} --home ~/.codemie status"
            )
        # In the environment, so that the processes we start use the same home.
        os.environ[ENVIRONMENT_VARIABLE] = whole_path("--home", options.home)
    home = Home.from_environ()
    if options.command is None:
        return _tray(home, background=options.background, verbose=options.verbose)
    if not options.only_reads or getattr(options, "fix", False):
        _refuse_another_users_home(home)
    gc.enable()
    return int(options.handler(home, options))


def _refuse_another_users_home(home: Home) -> None:
    if sys.platform == "win32" or os.geteuid() != 0:
        return  # only root can write where the owner then can't
    with contextlib.suppress(OSError):
        if os.stat(home.path).st_uid == 0:
            return  # root's own, as nearly always: checked without an import
    from codemie_core.profiles.tokens.home_trust import check_not_another_users

    check_not_another_users(home)


def _tray(home: Home, *, background: bool = False, verbose: bool = False) -> int:
    _refuse_another_users_home(home)
    from codemie_tray.log.daily_file import start_logging
    from codemie_tray.log.redaction import Redactor

    redactor = Redactor()
    start_logging(home, redactor, verbose=verbose, background=background)
    from codemie_tray.app.start import run_tray
    from codemie_tray.tray_icon.backend import TrayUnavailable

    try:
        return run_tray(home, print_error, background=background, learn=redactor.learn)
    except TrayUnavailable as error:
        print_error(f"{PROGRAM}: {error}")
        return ExitCode.NO_TRAY
    except CodeMieError:
        raise
    except Exception as error:  # noqa: BLE001 - the program's edge: the log has the whole of it
        print_error(f"{PROGRAM}: crashed by {type(error).__name__}; see the log in {home.logs}")
        return ExitCode.FAILED


if __name__ == "__main__":
    sys.exit(main())
