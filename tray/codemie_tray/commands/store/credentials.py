"""`codemie-tray credentials ...`: the encrypted store, at a prompt and in scripts.

A secret is never an argument, because arguments show up in the shell's history and the list of processes.
"""

from __future__ import annotations

import argparse
import sys
import time

from codemie_core import ConfigError, ConfigLoader, Home
from codemie_core.config.model.layout import CLI
from codemie_core.credentials import CredentialStore, Level, Protection, RecoveryCode, Secret
from codemie_core.credentials.entries.changes import REMOVED_KEPT_DAYS
from codemie_core.errors import CredentialInvalid, KeyringError, RecoveryCodeMistyped, RecoveryExists
from codemie_core.profiles.tokens.allowed_address import origins_of_users
from codemie_core.profiles.tokens.home_trust import check_trusted
from codemie_core.profiles.tokens.movable import movable_tokens, staying_tokens
from codemie_core.profiles.tokens.move import move_in, move_out
from codemie_core.system.process.core_dumps import forbid_core_dumps
from codemie_tray import PROGRAM
from codemie_tray.commands.console.output import print_error, print_json, print_line, print_table, write_bytes
from codemie_tray.commands.console.prompt import ask_secret, confirm
from codemie_tray.text.exit_codes import ExitCode
from codemie_tray.text.moments import listed
from codemie_tray.text.plain_text import plain

_TRIES = 3


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
            print_line(
                f"To undo this within {REMOVED_KEPT_DAYS} days, run: {PROGRAM} credentials restore NAME"
            )
    elif action == "restore":
        store.restore(options.name)
        print_line(f"Restored {plain(options.name)}.")
    elif action == "accept":
        _accept(store)
    elif action == "recovery":
        return _recovery(store, options)
    elif action in ("move-in", "move-out"):
        return _move(home, store, into=action == "move-in", yes=options.yes)
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


def protection_sentence(protection: Protection) -> str:
    """Describe how well the store is protected, for people."""
    recovery = " There is a recovery code." if protection.has_recovery else " There is no recovery code."
    if protection.level is Level.NONE:
        return "Nothing is stored."
    if protection.level is Level.KEYRING:
        return (
            f"Protected with {plain(protection.keyring_name)}, and readable while that is unlocked.{recovery}"
        )
    if protection.level is Level.RECOVERY:
        return "Only the recovery code can open it."
    return (
        "Encrypted for this machine: a copy can't be opened elsewhere, but any program you run here can "
        "open it."
        f"{recovery}"
    )


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
    secret = store.get(name)
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


def _recovery(store: CredentialStore, options: argparse.Namespace) -> ExitCode:
    if options.check:
        if store.check_recovery(_ask_code()):
            print_line("This is the recovery code for this store.")
            return ExitCode.OK
        print_error("This is a valid recovery code, but not the one for this store.")
        return ExitCode.FAILED
    if options.use:
        with_keyring = not options.machine and store.present_protection().level is Level.KEYRING
        try:
            store.recover(_ask_code(), with_keyring=with_keyring)
        except KeyringError as error:
            raise type(error)(f"{error} To do without the keyring, use --machine.") from error
        print_line(
            f"Opened with the recovery code, which stays the same. {protection_sentence(store.protection())}"
        )
        return ExitCode.OK
    if store.protection().has_recovery and not options.replace:
        raise RecoveryExists(
            "there is already a recovery code; --replace makes a new one, --check tries yours"
        )
    return _new_code(store, replace=options.replace)


def _new_code(store: CredentialStore, *, replace: bool) -> ExitCode:
    code = RecoveryCode.new()
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        store.add_recovery(code, replace=replace)
        print_line(code.text())
        return ExitCode.OK
    print_line("Write this code down and keep it away from this computer. It is shown only once:")
    print_line()
    print_line(f"    {code.text()}")
    print_line()
    for _ in range(_TRIES):
        try:
            if _ask_code("Type it again, from your note: ") == code:
                break
            print_error("That is a different code.")
        except RecoveryCodeMistyped as error:
            print_error(f"{error}.")
    else:
        print_error("Not typed correctly, so the code was discarded. Nothing was changed.")
        return ExitCode.FAILED
    store.add_recovery(code, replace=replace)
    print_line("The recovery code is now valid.")
    return ExitCode.OK


def _ask_code(question: str = "Recovery code (not shown): ") -> RecoveryCode:
    return RecoveryCode.from_text(ask_secret(question))


def _move(home: Home, store: CredentialStore, *, into: bool, yes: bool) -> ExitCode:
    loader = ConfigLoader(home)
    if into:
        config = loader.load()
        tokens = movable_tokens(config)
        if tokens and config.layout is CLI:
            print_line(
                f"After this, `codemie` by itself has no token: start it with `{PROGRAM} run -- codemie "
                "...`. "
                f"To undo this, run `{PROGRAM} credentials move-out`."
            )
        if tokens and not yes and not confirm(f"Move {len(tokens)} token(s) into the encrypted store?"):
            raise CredentialInvalid("not confirmed; use --yes to skip the question. Nothing was changed")
        for staying in staying_tokens(config):
            print_error(f"{PROGRAM}: {plain(staying.profile)}: {staying.field} stays: {staying.reason}")
        moves = move_in(loader, store)
    else:
        if not yes and not confirm("Write the tokens into the configuration, in the clear?"):
            raise CredentialInvalid("not confirmed; use --yes to skip the question. Nothing was changed")
        moves = move_out(loader, store)
    for move in moves:
        arrow = "->" if into else "<-"
        print_line(f"{plain(move.profile)}: {move.field} {arrow} credential {plain(move.credential, 80)}")
    if into and moves:
        print_line(
            "Earlier versions in the history still hold these tokens. To remove those versions, run "
            f"`{PROGRAM} history forget-tokens`."
        )
    if not moves:
        print_line("Nothing to move.")
    return ExitCode.OK


def _when(changed_ms: int) -> str:
    return listed(changed_ms * 1000, now_seconds=time.time())
