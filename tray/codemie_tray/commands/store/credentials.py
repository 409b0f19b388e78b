"""`codemie-tray credentials ...`: the encrypted store, at a prompt and in scripts.

A secret is never an argument, because arguments show up in the shell's history and the list of processes.
"""

from __future__ import annotations

import argparse
import sys
import time

from codemie_core import ConfigError, ConfigLoader, Home
from codemie_core.credentials import CredentialStore, Secret
from codemie_core.credentials.entries.changes import REMOVED_KEPT_DAYS
from codemie_core.errors import CredentialInvalid, CredentialNotFound
from codemie_core.profiles.tokens.allowed_address import origins_of_users
from codemie_core.profiles.tokens.home_trust import check_trusted
from codemie_core.system.command_word import command_word
from codemie_core.system.process.core_dumps import forbid_core_dumps
from codemie_tray import PROGRAM
from codemie_tray.commands.console.output import print_error, print_json, print_line, print_table, write_bytes
from codemie_tray.commands.console.prompt import ask_secret
from codemie_tray.commands.store.protection_sentence import protection_sentence
from codemie_tray.commands.store.recovery import recovery
from codemie_tray.commands.store.token_move import move
from codemie_tray.commands.switching.names import similar
from codemie_tray.text.exit_codes import ExitCode
from codemie_tray.text.moments import listed
from codemie_tray.text.plain_text import plain


def run(home: Home, options: argparse.Namespace) -> ExitCode:
    """Carry out one action; refuses if another user could have changed the home."""
    check_trusted(home)
    forbid_core_dumps()
    store = CredentialStore(home)
    action = options.action
    if action == "list":
        return (
            _list_removed(store, as_json=options.json)
            if options.removed
            else _list(store, as_json=options.json)
        )
    if action == "set":
        secret = ask_secret(f"Secret for {plain(options.name)} (not shown): ")
        store.set_many({options.name: secret}, _origins(home, options.name))
        print_line(f"Stored {plain(options.name)}. {protection_sentence(store.protection())}")
    elif action == "get":
        _get(store, options.name)
    elif action == "remove":
        store.remove(*options.names, for_good=options.for_good)
        print_line(
            f"Removed {', '.join(map(plain, options.names))}{' for good' if options.for_good else ''}."
        )
        if not options.for_good:
            name = command_word(options.names[0]) if len(options.names) == 1 else "NAME"
            print_line(
                f"To undo this within {REMOVED_KEPT_DAYS} days, run: {PROGRAM} credentials restore {name}"
            )
    elif action == "restore":
        store.restore(options.name)
        print_line(f"Restored {plain(options.name)}.")
    elif action == "accept":
        _accept(store)
    elif action == "recovery":
        return recovery(store, options)
    elif action in ("move-in", "move-out"):
        return move(home, store, into=action == "move-in", yes=options.yes)
    else:
        _reprotect(store, action)
    return ExitCode.OK


def _origins(home: Home, name: str) -> dict[str, tuple[str, ...]]:
    """Return where the new secret may be sent, if profiles already refer to it."""
    try:
        origins = origins_of_users(ConfigLoader(home).load(), name)
    except ConfigError:
        return {}  # no readable configuration: the first profile that uses it decides
    return {name: origins} if origins else {}


def _list(store: CredentialStore, *, as_json: bool) -> ExitCode:
    protection, rows = store.protection(), store.list()
    if as_json:
        print_json(
            {
                "path": store.path,
                "protection": protection.level.value,
                "keyring": protection.keyring_name or None,
                "recoveryCode": protection.has_recovery,
                "credentials": [{"name": row.name, "changed": row.changed_ms} for row in rows],
            }
        )
        return ExitCode.OK
    if rows:
        print_table([(plain(row.name, 80), _when(row.changed_ms)) for row in rows])
    print_line(protection_sentence(protection))
    return ExitCode.OK


def _list_removed(store: CredentialStore, *, as_json: bool) -> ExitCode:
    rows = store.removed()
    if as_json:
        print_json({"removed": [{"name": row.name, "removed": row.removed_ms} for row in rows]})
    elif rows:
        print_table([(plain(row.name, 80), f"removed {_when(row.removed_ms)}") for row in rows])
    else:
        print_line(f"No credential was removed in the last {REMOVED_KEPT_DAYS} days.")
    return ExitCode.OK


def _get(store: CredentialStore, name: str) -> None:
    try:
        secret = store.get(name)
    except CredentialNotFound as error:
        there = [row.name for row in store.list()]
        meant = similar(name, there) or next((one for one in there if one.startswith(f"{name}/")), None)
        if meant and not str(error).count(";"):
            error.advice = f"Did you mean {meant!r}? `{PROGRAM} credentials list` lists them."
        raise
    if sys.stdout is None:
        raise CredentialInvalid("there is no standard output to write the secret to")
    if not sys.stdout.isatty():
        write_bytes(secret.reveal().encode())  # a text stream would be limited to its encoding
        return
    if not _shows(sys.stdout.encoding, secret):
        raise CredentialInvalid(
            f"{plain(name, 80)} contains characters that this terminal would change or hide. "
            "Send it to a file or a program instead"
        )
    print_error(f"{PROGRAM}: this secret is now on your screen and in its scrollback; clear both.")
    print_line(secret.reveal())


def _shows(encoding: str, secret: Secret) -> bool:
    try:
        secret.reveal().encode(encoding)
    except UnicodeEncodeError:
        return False
    return secret.reveal().isprintable()


def _accept(store: CredentialStore) -> None:
    if store.accept():
        print_line("Accepted this older file. Secrets stored after it was written are not in it.")
    else:
        print_line("Nothing to accept: this is already the newest file.")
    print_line(protection_sentence(store.protection()))


def _reprotect(store: CredentialStore, action: str) -> None:
    if action == "protect":
        changed = store.protect()
    elif action == "unprotect":
        changed = store.unprotect()
    else:
        changed = store.rekey()
    if not changed:
        print_line("Nothing to do.")
    elif action == "rekey":
        print_line("Encrypted everything again with new keys. The recovery code stays the same.")
    protection = store.protection()
    print_line(protection_sentence(protection))
    if changed and action == "protect" and not protection.has_recovery:
        print_line(
            f"If you lose the keyring, only a recovery code opens the store. Create one with: {PROGRAM} "
            "credentials recovery"
        )


def _when(changed_ms: int) -> str:
    return listed(changed_ms * 1000, now_seconds=time.time())
