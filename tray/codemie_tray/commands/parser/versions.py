"""Options of `history` and `migrate`."""

from __future__ import annotations

import argparse

from codemie_core import Home
from codemie_tray.commands.parser.base import add_dry_run, add_json, handled_by


def _add_history(parser: argparse.ArgumentParser) -> None:
    what = parser.add_subparsers(dest="what", metavar="WHAT", required=True)
    listing = what.add_parser("list", help="list the versions, newest first")
    add_json(listing)
    handled_by(listing, _list, only_reads=True)
    show = what.add_parser("show", help="print a version, with secrets hidden")
    show.add_argument("version", metavar="VERSION", help="version id, or the beginning of it")
    add_json(show)
    handled_by(show, _show, only_reads=True)
    diff = what.add_parser(
        "diff", help="compare a version with the current configuration, with secrets hidden"
    )
    diff.add_argument("version", metavar="VERSION", help="version id, or the beginning of it")
    diff.add_argument("other", metavar="OTHER", nargs="?", help="compare with this version instead")
    add_json(diff)
    handled_by(diff, _diff, only_reads=True)
    forget = what.add_parser("forget-tokens", help="remove versions that hold tokens you no longer use")
    add_dry_run(forget)
    add_json(forget)
    handled_by(forget, _forget)
    restore = what.add_parser("restore", help="restore a version; the current one is kept in the history")
    restore.add_argument(
        "version",
        metavar="VERSION",
        nargs="?",
        help="version id (default: the one that brings lost profiles back)",
    )
    add_dry_run(restore)
    add_json(restore)
    handled_by(restore, _restore)


def _list(home: Home, options: argparse.Namespace) -> int:
    from codemie_tray.commands.store import history

    return history.list_versions(home, as_json=options.json)


def _show(home: Home, options: argparse.Namespace) -> int:
    from codemie_tray.commands.store import history

    return history.show(home, options.version, as_json=options.json)


def _diff(home: Home, options: argparse.Namespace) -> int:
    from codemie_tray.commands.store import history

    return history.diff(home, options.version, options.other, as_json=options.json)


def _forget(home: Home, options: argparse.Namespace) -> int:
    from codemie_tray.commands.store import history

    return history.forget_tokens(home, dry_run=options.dry_run, as_json=options.json)


def _restore(home: Home, options: argparse.Namespace) -> int:
    from codemie_tray.commands.store import history

    return history.restore(home, options.version, dry_run=options.dry_run, as_json=options.json)


def _add_migrate(parser: argparse.ArgumentParser) -> None:
    what = parser.add_subparsers(dest="what", metavar="WHAT", required=True)
    status = what.add_parser("status", help="show the schema version and pending migrations")
    add_json(status)
    handled_by(status, _status, only_reads=True)
    up = what.add_parser("up", help="apply pending migrations")
    up.add_argument("--to", metavar="N", type=int, help="migrate up to this version (default: the newest)")
    down = what.add_parser("down", help="go back to an older schema version")
    down.add_argument("--to", metavar="N", type=int, required=True, help="migrate down to this version")
    for parser_of_one in (up, down):
        add_dry_run(parser_of_one)
        add_json(parser_of_one)
        handled_by(parser_of_one, _migrate)


def _status(home: Home, options: argparse.Namespace) -> int:
    from codemie_tray.commands.store import migrate

    return migrate.status(home, as_json=options.json)


def _migrate(home: Home, options: argparse.Namespace) -> int:
    from codemie_tray.commands.store import migrate

    up = options.what == "up"
    return migrate.run(home, options.to, up=up, dry_run=options.dry_run, as_json=options.json)


ADD = {"history": _add_history, "migrate": _add_migrate}
