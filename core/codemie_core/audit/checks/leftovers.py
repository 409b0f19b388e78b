"""Copies left by editors, backups and killed programs, and second names of a secret file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import islice

from codemie_core.audit.finding import PROGRAM, Closing, Finding, Severity
from codemie_core.audit.subject import (
    Subject,
    bytes_of,
    entries_of,
    holds_token,
    is_file,
    readers_of,
    removing,
    status_of,
)
from codemie_core.credentials.file.format import MAGIC

_OF_THE_CLI = frozenset(
    {
        *("migrations.json", "installation-id", "analytics-auth-status.json", "proxy-daemon.json"),
        *("plugins.json", "codebase-memory-ui.json", "sso-credentials.enc", ".last-update-check"),
        *(".update-lock", ".gitignore"),
    }
)
"""What a home may hold besides a configuration; `exposure` checks the secret part of it."""
_FOLDERS = frozenset(
    {
        *("tray", "logs", "sessions", "credentials", "proxy", "plugins", "sounds", "opencode-storage"),
        *("skills", ".git"),
    }
)
"""Folders of the CLI and of this program. Any other folder (`backup/`) is searched for copies."""
_MOST_IN_A_FOLDER = 200


def check(subject: Subject) -> Iterator[Finding]:
    """Yield copies of secrets that lie beside the original."""
    known = subject.config.secrets if subject.config else ()
    for path in _candidates(subject):
        data = bytes_of(path)
        if data.startswith(MAGIC):
            what = (
                f"{path} is a copy of the credential store. What could open the store when the copy was "
                "made can still open the copy."
            )
            yield _copy(path, "credentials-copy", what)
        elif holds_token(data, known):
            yield _copy(
                path, "token-in-copy", f"{path} is a copy or leftover that holds a token in the clear."
            )
    yield from _second_names(subject)


def _candidates(subject: Subject) -> Iterator[str]:
    """Yield the files of the home that are neither the CLI's nor ours, and the siblings of a linked file."""
    home = subject.home
    live = {subject.config_path, home.credentials}
    for entry in entries_of(home.path):
        if entry.path not in live and entry.name not in _OF_THE_CLI and is_file(entry.path):
            yield entry.path
        elif (
            entry.name not in _FOLDERS
            and not entry.name.startswith(".session-")
            and entry.is_dir(follow_symlinks=False)
        ):
            yield from (
                inner.path
                for inner in islice(entries_of(entry.path), _MOST_IN_A_FOLDER)
                if is_file(inner.path)
            )
    for path in live:
        real = os.path.realpath(path)
        beside = os.path.dirname(real)
        if beside not in (home.path, os.path.realpath(home.path)):
            stem = os.path.basename(real)
            yield from (
                entry.path
                for entry in entries_of(beside)
                if stem in entry.name and entry.path != real and is_file(entry.path)
            )


def _copy(path: str, code: str, what: str) -> Finding:
    readers = readers_of(path)
    if readers is None:
        return Finding(Severity.WARNING, code, path, what, removing(path))
    severity = Severity.DANGER if readers.reachable else Severity.WARNING
    who = f" It can be read by {readers.who}{readers.bits}." if readers.reachable else ""
    closing = Closing(path, 0o077) if os.name == "posix" else None
    return Finding(severity, code, path, what + who, removing(path), closing)


def _second_names(subject: Subject) -> Iterator[Finding]:
    store = os.path.realpath(subject.home.credentials)
    status = status_of(store)
    if status is not None and status.st_nlink > 1:
        yield Finding(
            Severity.WARNING,
            "credentials-hard-link",
            store,
            f"{store} has another hard link, which keeps the current contents. New keys separate the two; "
            "remove the other link as well.",
            f"{PROGRAM} credentials rekey",
        )
    config = subject.config
    status = status_of(os.path.realpath(subject.config_path))
    if config is not None and config.secrets and status is not None and status.st_nlink > 1:
        yield Finding(
            Severity.WARNING,
            "config-hard-link",
            config.path,
            f"{config.path} holds a token and has another hard link elsewhere. "
            "Moving the tokens separates the two; remove the other link as well.",
            f"{PROGRAM} credentials move-in",
        )
