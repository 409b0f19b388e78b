"""Secrets, logs and sessions that other users of this machine may read."""

from __future__ import annotations

import os
from collections.abc import Iterator

from codemie_core.audit.finding import FIX, Closing, Finding, Severity
from codemie_core.audit.subject import (
    Readers,
    Subject,
    bytes_of,
    entries_of,
    holds_token,
    is_file,
    readers_of,
)
from codemie_core.files.trust import Right
from codemie_core.files.trust.system import closing_command, is_ours
from codemie_core.profiles.tokens.cli_files import cli_file_paths

_OTHERS_BITS = 0o077
_MOST_LOOKED_AT = 500
"""How many files of a folder are checked; the first that others may read decides."""


def check(subject: Subject) -> Iterator[Finding]:
    """Yield what others may read. If a folder is full of files, report (and close) the folder."""
    home = subject.home
    for path in secret_paths(subject):
        readers = readers_of(path)
        if readers:
            yield _finding(path, readers, "readable-secret", "It holds secrets.", worst=Severity.DANGER)
    readers = readers_of(home.tray)
    if readers:
        what = "It holds earlier versions of the configuration, with their tokens."
        yield _finding(home.tray, readers, "readable-secret", what, worst=Severity.DANGER)
    folders = [(home.logs, "readable-logs", "debug logs"), (home.sessions, "readable-sessions", "sessions")]
    folders += [
        (entry.path, "readable-sessions", "sessions")
        for entry in entries_of(home.path)
        if entry.name.startswith(".session-") and entry.is_dir(follow_symlinks=False)
    ]
    for folder, code, what in folders:
        readers = _readers_within(folder)
        if readers:
            text = "They hold what you asked and what the model answered."
            yield _finding(
                folder, readers, code, text, worst=Severity.WARNING, named=f"Your {what} in {folder}"
            )


def secret_paths(subject: Subject) -> Iterator[str]:
    """Yield the files in which secrets belong. Links are resolved only where users make them."""
    home = subject.home
    if subject.config is not None and subject.config.secrets:
        yield os.path.realpath(subject.config.path)
    yield os.path.realpath(home.credentials)
    yield from sorted(cli_file_paths(home))
    for path in (home.join("proxy-daemon.json"), *(entry.path for entry in entries_of(home.join("proxy")))):
        if is_file(path) and (path.endswith("proxy-daemon.json") or holds_token(bytes_of(path))):
            yield path


def _readers_within(folder: str) -> Readers | None:
    """Return who may read a file in a folder; None if nobody can, or they can't reach it."""
    for number, entry in enumerate(entries_of(folder)):
        if number >= _MOST_LOOKED_AT:
            break
        readers = readers_of(entry.path)
        if readers and readers.reachable:
            return readers
    return None


def _finding(
    path: str, readers: Readers, code: str, what: str, *, worst: Severity, named: str = ""
) -> Finding:
    if readers.reachable:
        severity, message = worst, f"{named or path} can be read by {readers.who}{readers.bits}. {what}"
    else:
        severity = Severity.WARNING
        message = f"Only the folders above keep {readers.who} from reading {path}{readers.bits}. {what}"
    if os.name == "posix" and is_ours(os.lstat(path)):
        return Finding(severity, code, path, message, FIX, Closing(path, _OTHERS_BITS))
    return Finding(severity, code, path, message, closing_command(path, ours=False, right=Right.READ))
