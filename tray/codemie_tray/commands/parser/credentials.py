"""Options of `credentials`."""

from __future__ import annotations

import argparse

from codemie_core import Home
from codemie_tray.commands.parser.base import add_json, add_yes, handled_by


def add(parser: argparse.ArgumentParser) -> None:
    """Add them."""
    handled_by(parser, _credentials)
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    listing = actions.add_parser("list", help="list the names and how they are protected")
    listing.add_argument(
        "--removed", action="store_true", help=("list removed credentials that can be restored")
    )
    add_json(listing)
    add = actions.add_parser("set", help="store a secret, typed at a prompt or read from standard input")
    add.add_argument("name", metavar="NAME", help="a name for it")
    get = actions.add_parser("get", help="print a secret")
    get.add_argument("name", metavar="NAME", help="its name")
    remove = actions.add_parser("remove", help="remove secrets")
    remove.add_argument("names", metavar="NAME", nargs="+", help="their names")
    remove.add_argument(
        "--for-good", action="store_true", help=("remove at once, so that it can't be restored")
    )
    restore = actions.add_parser("restore", help="restore a secret removed in the last seven days")
    restore.add_argument("name", metavar="NAME", help="its name")
    actions.add_parser("accept", help="accept an older .credentials that you restored on purpose")
    actions.add_parser("protect", help="keep the master key in the system's keyring")
    actions.add_parser("unprotect", help="lock the master key to this machine instead")
    actions.add_parser("rekey", help="encrypt everything again with new keys")
    recovery = actions.add_parser("recovery", help="make, check or use a recovery code")
    which = recovery.add_mutually_exclusive_group()
    which.add_argument("--replace", action="store_true", help="make a new code; the old one stops working")
    which.add_argument("--check", action="store_true", help="check whether a code is valid for this store")
    which.add_argument(
        "--use", action="store_true", help=("open the store with the code and protect it again")
    )
    recovery.add_argument(
        "--machine", action="store_true", help="with --use: lock it to this machine instead of the keyring"
    )
    for direction, text in (
        ("move-in", "move tokens from the configuration into the store"),
        ("move-out", "move tokens back into the configuration, in the clear"),
    ):
        move = actions.add_parser(direction, help=text)
        add_yes(move)


def _credentials(home: Home, options: argparse.Namespace) -> int:
    from codemie_tray.commands.store import credentials

    return credentials.run(home, options)
