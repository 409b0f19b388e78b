"""`codemie-tray doctor [--fix]`: where secrets lie, who else can read them, and what to do about it."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from codemie_core import ConfigLoader, Home
from codemie_core.config.token_field import with_tokens_for_the_cli
from codemie_core.credentials import CredentialStore, Level
from codemie_core.errors import ConfigError, StoreError
from codemie_core.tokens.audit import Checkup, CliLogin, check_home, tighten
from codemie_core.tokens.cli_files import CliMachine
from codemie_tray import PROGRAM
from codemie_tray.commands.credentials import protection_sentence
from codemie_tray.commands.output import print_error, print_json, print_line
from codemie_tray.text.exit_codes import ExitCode
from codemie_tray.text.plain_text import names, plain


def run(home: Home, *, fix: bool, as_json: bool) -> ExitCode:
    """Report, mend what may be mended, and tell by the exit code whether something is left."""
    store = CredentialStore(home)
    checkup = check_home(store, home, CliMachine.this())
    fixed: list[str] = []
    moved: tuple[str, ...] = ()
    if fix:
        for entry in checkup.loose:
            try:
                tighten(entry)
                fixed.append(entry.path)
            except StoreError as error:
                print_error(f"{PROGRAM}: {error}")
        if checkup.overlooked:
            try:
                ConfigLoader(home).rewrite(lambda config, _again: with_tokens_for_the_cli(config))
                moved = checkup.overlooked
            except (ConfigError, StoreError) as error:
                print_error(f"{PROGRAM}: {error}")
        checkup = check_home(store, home, CliMachine.this())
    if as_json:
        _print_json(home, checkup, fixed, moved)
    else:
        _print(checkup, fixed, moved)
    return ExitCode.FOUND_SOMETHING if checkup.found else ExitCode.OK


def _print(checkup: Checkup, fixed: list[str], moved: tuple[str, ...]) -> None:
    if checkup.store_problem:
        print_line(f"The stored credentials can't be used: {checkup.store_problem}")
    else:
        print_line(f"Stored credentials: {protection_sentence(checkup.protection)}")
    if checkup.protection.level is Level.MACHINE:
        print_line(f"  Better: {PROGRAM} credentials protect")
    for path in fixed:
        print_line(f"Closed to other users: {path}")
    for entry in checkup.loose:
        print_line(
            f"Other users of this machine can read {entry.path} (mode {entry.mode:04o}). "
            "doctor --fix closes it."
        )
    if moved:
        print_line(f"Moved to where the CLI looks: the token of {names(moved)}. The version before is kept.")
    _print_tokens(checkup)
    if checkup.config_problem:
        print_line(f"The configuration could not be looked at: {checkup.config_problem}")
    for login in checkup.logins:
        print_line(_login_sentence(login))
    if not checkup.found:
        print_line("Nothing to mend.")


def _print_tokens(checkup: Checkup) -> None:
    if checkup.overlooked:
        print_line(
            f"The CLI does not find the token of {names(checkup.overlooked)}: "
            "it stands in authToken, and the CLI reads apiKey."
        )
        print_line(f"  {PROGRAM} doctor --fix moves it.")
    for token in checkup.tokens:
        print_line(f"In the clear: {token.field} of profile {plain(token.profile)}.")
    if checkup.tokens:
        print_line(f"  {PROGRAM} credentials move-in puts them into the encrypted store.")
    if checkup.old_tokens:
        versions = (
            "1 earlier version" if checkup.old_tokens == 1 else f"{checkup.old_tokens} earlier versions"
        )
        print_line(f"In the clear, readable by you alone: tokens you no longer use, in {versions}.")
        print_line(f"  {PROGRAM} history forget-tokens removes them.")


def _login_sentence(login: CliLogin) -> str:
    credential = login.credential
    if credential.problem:
        return f"The CLI's {credential.path} {credential.problem}."
    who = plain(login.account, 80) or "somebody (the file does not say who)"
    where = plain(credential.api_url, 120) or "an unnamed service"
    for_whom = f" for profile {', '.join(map(plain, login.profiles))}" if login.profiles else ""
    weak = (
        "" if credential.authenticated else " It is in the CLI's old form, which anything could have changed."
    )
    readers = " Every user of this machine can read and open it." if credential.exposed else ""
    return (
        f"The CLI is logged in{for_whom} as {who} at {where}, {_until(credential.expires_ms)}.{weak}{readers}"
    )


def _until(expires_ms: int | None) -> str:
    if expires_ms is None:
        return "with no end given"
    try:
        when = datetime.fromtimestamp(expires_ms / 1000, UTC).astimezone()
    except (OverflowError, ValueError, OSError):
        return "with no end that makes sense"
    ended = expires_ms <= time.time() * 1000
    return ("and that ended " if ended else "until ") + when.strftime("%Y-%m-%d %H:%M")


def _print_json(home: Home, checkup: Checkup, fixed: list[str], moved: tuple[str, ...]) -> None:
    print_json(
        {
            "home": home.path,
            "protection": checkup.protection.level.value,
            "keyring": checkup.protection.keyring_name or None,
            "recoveryCode": checkup.protection.has_recovery,
            "fixed": list(fixed),
            "readableByOthers": [{"path": one.path, "mode": f"{one.mode:04o}"} for one in checkup.loose],
            "tokensInTheClear": [{"profile": one.profile, "field": one.field} for one in checkup.tokens],
            "versionsWithOldTokens": checkup.old_tokens,
            "tokensTheCliDoesNotFind": list(checkup.overlooked),
            "movedTokens": list(moved),
            "storeProblem": checkup.store_problem or None,
            "configProblem": checkup.config_problem or None,
            "cliLogins": [
                {
                    "path": login.credential.path,
                    "kind": login.credential.kind,
                    "profiles": list(login.profiles),
                    "account": login.account or None,
                    "service": login.credential.api_url or None,
                    "expires": login.credential.expires_ms,
                    "readableByOthers": login.credential.exposed,
                    "authenticated": login.credential.authenticated,
                    "problem": login.credential.problem or None,
                }
                for login in checkup.logins
            ],
        }
    )
