"""`codemie-tray doctor [--fix]`: who else can read or change your secrets, worst first, and how to fix it."""

from __future__ import annotations

import itertools
import os
import sys
import time
import unicodedata

from codemie_core import ConfigLoader, Home
from codemie_core.audit.finding import Finding, MoveTokens, Severity
from codemie_core.audit.home_audit import CliLogin, HomeAudit, audit_home, mode_of
from codemie_core.audit.repair import close, closings
from codemie_core.config.model.token_field import with_tokens_for_the_cli
from codemie_core.config.secret_detection.classifier import shown
from codemie_core.credentials import CredentialStore, Level
from codemie_core.errors import ConfigError, StoreError
from codemie_core.profiles.tokens.cli_files import CliMachine
from codemie_core.profiles.tokens.reference import token_fields
from codemie_tray import PROGRAM
from codemie_tray.commands.console.output import Bold, print_error, print_json, print_line
from codemie_tray.commands.console.tray_host import print_tray_host, tray_host_value
from codemie_tray.commands.store.protection_sentence import protection_sentence
from codemie_tray.text.amounts import plural
from codemie_tray.text.exit_codes import ExitCode
from codemie_tray.text.moments import listed
from codemie_tray.text.plain_text import names, plain, short_path

_LABELS = {Severity.DANGER: "DANGER", Severity.WARNING: "WARNING", Severity.NOTE: "NOTE"}
_INDENT = " " * 9
_MOST_OF_ONE_KIND = 5
"""How many findings with the same command are printed; `--json` has all."""
_EXIT_CODES = {Severity.DANGER: ExitCode.FOUND_DANGER, Severity.WARNING: ExitCode.FOUND_SOMETHING}


def run(home: Home, *, fix: bool, as_json: bool) -> ExitCode:
    """Report, fix what can be fixed, and return the exit code of the worst remaining finding."""
    store, machine = CredentialStore(home), CliMachine.this()
    audit = audit_home(store, home, machine)
    fixed: list[str] = []
    moved: tuple[str, ...] = ()
    if fix:
        fixed, moved = _fix(home, audit)
        audit = audit_home(store, home, machine)
    if as_json:
        _print_json(home, audit, fixed, moved)
    else:
        _print(home, audit, fixed, moved)
    return _EXIT_CODES.get(audit.worst or Severity.NOTE, ExitCode.OK)


def _fix(home: Home, audit: HomeAudit) -> tuple[list[str], tuple[str, ...]]:
    fixed: list[str] = []
    moved: tuple[str, ...] = ()
    for closing in closings(audit.findings):
        try:
            close(closing)
            fixed.append(closing.path)
        except StoreError as error:
            print_error(f"{PROGRAM}: {error}")
    overlooked = _overlooked(audit)
    if overlooked:
        try:
            ConfigLoader(home).rewrite(with_tokens_for_the_cli)
            moved = overlooked
        except (ConfigError, StoreError) as error:
            print_error(f"{PROGRAM}: {error}")
    return fixed, moved


def _overlooked(audit: HomeAudit) -> tuple[str, ...]:
    from codemie_core.config.model.token_field import profiles_without_a_token_for_the_cli

    wanted = any(isinstance(finding.repair, MoveTokens) for finding in audit.findings)
    return profiles_without_a_token_for_the_cli(audit.config) if wanted and audit.config else ()


def _print(home: Home, audit: HomeAudit, fixed: list[str], moved: tuple[str, ...]) -> None:
    for path in fixed:
        print_line(f"Removed other users' access: {_shown(path)}")
    if moved:
        print_line(
            f"Moved to where the CLI looks: the token of {names(moved)}. The previous version is in the "
            "history."
        )
    if fixed or moved:
        print_line()
    for (severity, command), group in itertools.groupby(
        _with_like(audit.findings), lambda finding: (finding.severity, finding.command)
    ):
        _print_group(severity, command, list(group))
    print_line(_summary(home, audit))
    print_line()
    if not audit.of_kind("credentials-unusable"):
        print_line(f"Stored credentials: {protection_sentence(audit.protection)}")
    if audit.protection.level is Level.MACHINE:
        print_line(f"  To use the keyring: {PROGRAM} credentials protect")
    for login in audit.logins:
        print_line(_login_sentence(login))
    print_tray_host()


def _with_like(findings: tuple[Finding, ...]) -> list[Finding]:
    """Group findings of the same severity and command, at the position of the first."""
    places: dict[tuple[Severity, str], int] = {}
    for number, finding in enumerate(findings):
        places.setdefault((finding.severity, finding.command), number)
    return sorted(findings, key=lambda finding: places[finding.severity, finding.command])


def _print_group(severity: Severity, command: str, group: list[Finding]) -> None:
    label: str | Bold = Bold(f"{_LABELS[severity]:<8} ")
    for _, alike in itertools.groupby(group, lambda finding: finding.code):
        findings = list(alike)
        for finding in findings[:_MOST_OF_ONE_KIND]:
            first, *rest = _wrapped(_shown(_with_tilde(finding.message)))
            print_line(label, first)
            for line in rest:
                print_line(f"{_INDENT}{line}")
            label = _INDENT
        more = len(findings) - _MOST_OF_ONE_KIND
        if more > 0:
            print_line(f"{_INDENT}... and {more} more like these (--json lists them)")
    if command:
        print_line(f"{_INDENT}Fix: {_shown(command)}")
    print_line()


def _with_tilde(text: str) -> str:
    """Return a message with `~` for the user's own folder; a command stays as it must be typed."""
    own = os.path.expanduser("~")
    return text.replace(own + os.sep, "~" + os.sep) if own not in ("~", os.sep) else text


def _wrapped(text: str) -> list[str]:
    """Wrap a sentence to the width of a terminal; elsewhere it stays on one line, so it can be searched."""
    if sys.stdout is None or not sys.stdout.isatty():
        return [text]
    import shutil
    import textwrap

    width = max(shutil.get_terminal_size().columns - len(_INDENT) - 1, 30)
    return textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False) or [""]


def _shown(text: str) -> str:
    """Return a text with characters escaped that would control a terminal or the writing direction."""
    return "".join(
        f"\\u{ord(char):04x}" if unicodedata.category(char) in ("Cc", "Cf", "Cs") else char for char in text
    )


def _summary(home: Home, audit: HomeAudit) -> str:
    counts = [sum(finding.severity is severity for finding in audit.findings) for severity in Severity]
    notes, warnings, dangers = counts
    parts = [plural(dangers, "danger")] if dangers else []
    parts += [plural(warnings, "warning")] if warnings else []
    parts += [plural(notes, "note")] if notes else []
    if not dangers and not warnings:
        details = f" ({', '.join(parts)})" if parts else ""
        return f"Nothing to fix in {_shown(short_path(home.path))}{details}."
    return f"{', '.join(parts)} in {_shown(short_path(home.path))}."


def _login_sentence(login: CliLogin) -> str:
    credential = login.credential
    if credential.problem:
        return f"The CLI's {credential.path} {credential.problem}."
    who = plain(shown(("userEmail",), login.account), 80) or "an unknown account"
    where = plain(shown(("codeMieUrl",), credential.api_url), 120) or "an unnamed service"
    for_whom = f" for profile {', '.join(map(plain, login.profiles))}" if login.profiles else ""
    weak = (
        "" if credential.authenticated else " It is in the CLI's old format, which does not detect changes."
    )
    return f"The CLI is logged in{for_whom} as {who} at {where}, {_until(credential.expires_ms)}.{weak}"


def _until(expires_ms: int | None) -> str:
    if expires_ms is None:
        return "with no expiry date"
    now = time.time()
    when = listed(expires_ms * 1000, now_seconds=now)
    return f"{'expired' if expires_ms <= now * 1000 else 'until'} {when}"


def _print_json(home: Home, audit: HomeAudit, fixed: list[str], moved: tuple[str, ...]) -> None:
    store_problem, config_problem = audit.of_kind("credentials-unusable"), audit.of_kind("config-unusable")
    print_json(
        {
            "home": home.path,
            "protection": audit.protection.level.value,
            "keyring": audit.protection.keyring_name or None,
            "recoveryCode": audit.protection.has_recovery,
            "fixed": list(fixed),
            "findings": [
                {
                    "severity": finding.severity.name.lower(),
                    "code": finding.code,
                    "path": finding.path or None,
                    "message": finding.message,
                    "fix": finding.command or None,
                    "fixable": finding.fixable,
                }
                for finding in audit.findings
            ],
            "readableByOthers": [
                {"path": one.path, "mode": f"{mode_of(one.path) or 0:04o}"}
                for one in audit.of_kind("readable-secret")
            ],
            "tokensInTheClear": [
                {"profile": token.profile, "field": ".".join(token.field_path)}
                for token in (token_fields(audit.config) if audit.config else ())
                if token.in_clear
            ],
            "versionsWithOldTokens": audit.versions_with_old_tokens,
            "tokensTheCliDoesNotFind": list(_overlooked(audit)),
            "movedTokens": list(moved),
            "storeProblem": store_problem[0].message if store_problem else None,
            "configProblem": config_problem[0].message if config_problem else None,
            "trayHost": tray_host_value(),
            "cliLogins": [
                {
                    "path": login.credential.path,
                    "kind": login.credential.kind,
                    "profiles": list(login.profiles),
                    "account": shown(("userEmail",), login.account) or None,
                    "service": shown(("codeMieUrl",), login.credential.api_url) or None,
                    "expires": login.credential.expires_ms,
                    "readableByOthers": login.credential.exposed,
                    "authenticated": login.credential.authenticated,
                    "problem": login.credential.problem or None,
                }
                for login in audit.logins
            ],
        }
    )
