"""The program: the tray without arguments, the command line with them."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Sequence

from codemie_core import CodeMieError, Home
from codemie_core.system.signals import reset_signals
from codemie_tray import PROGRAM
from codemie_tray.commands import standard_streams
from codemie_tray.commands.output import (
    OutputLost,
    ReaderGone,
    discard_output,
    flush_output,
    print_error,
    print_error_text,
)
from codemie_tray.text.exit_codes import ExitCode, exit_code_of

TYPE_CHECKING = False  # as `typing` has it, whose import every command would pay for
if TYPE_CHECKING:
    import argparse


_INTERNAL = ("--keyring-helper", "--count-part", "--search-path")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program and return its exit code."""
    reset_signals()
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
        print_error(f"{PROGRAM}: {error}")
        if error.advice:
            print_error_text(error.advice)
        return exit_code_of(error)
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


def _internal(what: str, given: Sequence[str]) -> int:
    """Be what the installed program starts itself as, having no `python -m` to start a module with."""
    if what == "--keyring-helper":
        from codemie_core.credentials.os_keyring import helper as keyring_helper

        return keyring_helper.main()
    if what == "--count-part":  # the second process of a long count
        from codemie_core.sessions.usage.counting import part_counter

        return part_counter.main()
    from codemie_tray.desktop import windows_path as search_path  # for the installer

    return search_path.run(given)


def _command(given: Sequence[str]) -> int:  # noqa: PLR0911, PLR0912 - one for each command
    from codemie_tray.commands.parser import build_parser

    options = build_parser(given[0]).parse_args(given)
    home = Home.from_environ()
    command = options.command
    if command is None:
        return _tray(home, background=options.background, verbose=options.verbose)
    if not _only_reads(options):
        _refuse_another_users_home(home)
    if command == "clean":
        from codemie_tray.commands import clean

        return clean.run(
            home,
            older_than_days=options.older_than,
            sessions=options.sessions,
            dry_run=options.dry_run,
            as_json=options.json,
        )
    if command == "autostart":
        from codemie_tray.commands import autostart

        return autostart.run(options.what, as_json=options.json)
    if command == "status":
        from codemie_tray.commands import status

        return status.run(home, as_json=options.json)
    if command == "profiles":
        from codemie_tray.commands import profiles

        return profiles.run(home, as_json=options.json, names=options.names)
    if command == "switch":
        from codemie_tray.commands import switch

        return switch.run(home, options.name, as_json=options.json)
    if command == "credentials":
        from codemie_tray.commands import credentials

        return credentials.run(home, options)
    if command == "run":
        from codemie_tray.commands import launch

        return launch.run(
            home,
            options.profile,
            options.argv,
            allow_addresses=options.allow_address,
            with_project=options.with_project,
        )
    if command == "doctor":
        from codemie_tray.commands import doctor

        return doctor.run(home, fix=options.fix, as_json=options.json)
    if command == "usage" and options.action == "export":
        from codemie_tray.commands import usage_export

        return usage_export.run(
            home,
            options.out,
            since=options.since,
            until=options.until,
            names=options.with_names,
            as_json=options.json,
        )
    if command == "usage":
        from codemie_tray.commands import usage

        return usage.run(
            home,
            since=options.since,
            until=options.until,
            by=options.by,
            as_json=options.json,
            as_csv=options.csv,
            utc=options.utc,
        )
    if options.command == "history":
        return _history(home, options)
    if options.command == "migrate":
        return _migrate(home, options)
    from codemie_tray.commands import completion

    return completion.run(options.shell)


def _only_reads(options: argparse.Namespace) -> bool:
    """Whether a command is there to be looked at, also by root in somebody else's home."""
    command = options.command
    if command in ("history", "migrate"):
        return options.what in ("list", "show", "diff", "status")
    return command in ("status", "profiles", "completion") or (command == "doctor" and not options.fix)


def _refuse_another_users_home(home: Home) -> None:
    if sys.platform == "win32" or os.geteuid() != 0:
        return  # nobody but root can write where the owner then can't
    with contextlib.suppress(OSError):
        if os.stat(home.path).st_uid == 0:
            return  # root's own, as nearly always: seen without an import
    from codemie_core.tokens.home_trust import check_not_another_users

    check_not_another_users(home)


def _history(home: Home, options: argparse.Namespace) -> int:
    from codemie_tray.commands import history

    if options.what == "list":
        return history.list_versions(home, as_json=options.json)
    if options.what == "show":
        return history.show(home, options.version, as_json=options.json)
    if options.what == "diff":
        return history.diff(home, options.version, options.other, as_json=options.json)
    if options.what == "forget-tokens":
        return history.forget_tokens(home, dry_run=options.dry_run, as_json=options.json)
    return history.restore(home, options.version, dry_run=options.dry_run, as_json=options.json)


def _migrate(home: Home, options: argparse.Namespace) -> int:
    from codemie_tray.commands import migrate

    if options.what == "status":
        return migrate.status(home, as_json=options.json)
    up = options.what == "up"
    return migrate.run(home, options.to, up=up, dry_run=options.dry_run, as_json=options.json)


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
        print_error(f"{PROGRAM}: crashed by {type(error).__name__}; the log in {home.logs} says more")
        return ExitCode.FAILED


if __name__ == "__main__":
    sys.exit(main())
