"""`codemie-tray credentials recovery`: makes, checks and uses the recovery code."""

from __future__ import annotations

import argparse
import sys

from codemie_core.credentials import CredentialStore, Level, RecoveryCode
from codemie_core.errors import KeyringError, RecoveryCodeMistyped, RecoveryExists
from codemie_tray import PROGRAM
from codemie_tray.commands.console.output import print_error, print_line
from codemie_tray.commands.console.prompt import ask_secret
from codemie_tray.commands.store.protection_sentence import protection_sentence
from codemie_tray.text.exit_codes import ExitCode

_TRIES = 3


def recovery(store: CredentialStore, options: argparse.Namespace) -> ExitCode:
    """Check or use the code if the options say so; otherwise, make one."""
    if options.check:
        if store.check_recovery(_ask_code()):
            print_line("This is the recovery code for this store.")
            return ExitCode.OK
        print_error(
            "This is a valid recovery code, but not the one for this store. Try a newer note, or replace the "
            f"code: {PROGRAM} credentials recovery --replace"
        )
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
