"""Who else can change the home, and what does not belong in it: links, pipes, other users' files."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator

from codemie_core.audit.finding import FIX, Closing, Finding, Severity
from codemie_core.audit.subject import Subject, entries_of, removing, status_of
from codemie_core.files.trust import Distrust, Fault, distrusts, distrusts_of_entry
from codemie_core.profiles.tokens.home_trust import (
    SAFE_HOME_VARIABLE,
    home_distrusts,
    is_declared_safe,
    owner_of_another,
    run_as,
)

_SHARED_BITS = 0o022
_KINDS = (
    (stat.S_ISLNK, "a link"),
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


def check(subject: Subject) -> Iterator[Finding]:
    """Yield what other users could change, or have put there."""
    home = subject.home
    if owner := owner_of_another(home):
        yield Finding(
            Severity.DANGER,
            "home-of-another-user",
            home.path,
            f"{home.path} belongs to {owner}, and you are root: anything you write there locks {owner} out.",
            run_as(owner, "doctor"),
        )
        return
    severity = Severity.DANGER
    consequence = (
        " Anyone who can change it decides where your tokens go, so `credentials` and `run` refuse to work."
    )
    if is_declared_safe(home, subject.environ):
        severity, consequence = Severity.NOTE, f" You chose to trust it anyway, with {SAFE_HOME_VARIABLE}."
    reported = set()
    for one in home_distrusts(home):
        reported.add((one.path, one.fault))
        yield _of_distrust(one, severity, _code(subject, one), consequence)
    for path in _inner_paths(subject):
        status = status_of(path)
        if status is None:
            continue
        kind = next((words for is_kind, words in _KINDS if is_kind(status.st_mode)), "")
        weak = distrusts_of_entry(path)
        if kind and _may_be_link(subject, path, status):
            weak = distrusts(path)  # opening it follows the link, so its target counts
        elif kind:
            yield Finding(
                Severity.WARNING,
                "not-a-file",
                path,
                f"{path} is {kind}, not a file or a folder. It was not opened.",
                removing(path),
            )
        for one in weak:
            if (one.path, one.fault) not in reported:
                code = _inner_code(subject, one)
                worst = Severity.DANGER if one.fault is Fault.OWNER else Severity.WARNING
                yield _of_distrust(one, worst, code)


def _of_distrust(one: Distrust, severity: Severity, code: str, consequence: str = "") -> Finding:
    message = f"{one.sentence}.{consequence}"
    if one.fault is Fault.WRITABLE and one.ours and not one.shared and os.name == "posix":
        return Finding(severity, code, one.path, message, FIX, Closing(one.path, _SHARED_BITS))
    return Finding(severity, code, one.path, message, one.command)


def _code(subject: Subject, one: Distrust) -> str:
    home = subject.home
    fault = "foreign" if one.fault is Fault.OWNER else "writable"
    real = os.path.realpath(home.path)
    config = os.path.realpath(subject.config_path)
    places = {real: "home", config: "config", os.path.join(real, ".credentials"): "credentials"}
    places[os.path.join(real, "tray")] = "tray"
    above = (real + os.sep).startswith(one.path.rstrip(os.sep) + os.sep)
    return f"{places.get(one.path) or ('parent' if above else 'linked')}-{fault}"


def _inner_code(subject: Subject, one: Distrust) -> str:
    if one.fault is Fault.OWNER:
        return "foreign-file"
    return "settings-writable" if one.path == subject.home.join("tray", "settings.json") else "file-writable"


def _inner_paths(subject: Subject) -> Iterator[str]:
    """Yield what this program or the CLI opens in the home, and anything else in the folders they search."""
    home = subject.home
    yield from (entry.path for entry in entries_of(home.path))
    for folder in (home.tray, home.history, home.logs, home.sessions, home.join("proxy")):
        yield from _within(folder)
    for entry in entries_of(home.path):
        if entry.name.startswith(".session-"):
            yield from _within(entry.path)
    for folder, folders, names in os.walk(home.join("credentials")):
        yield from (os.path.join(folder, name) for name in (*folders, *names))


def _within(folder: str) -> Iterator[str]:
    status = status_of(folder)
    if status is not None and stat.S_ISDIR(status.st_mode):
        yield from (entry.path for entry in entries_of(folder))


def _may_be_link(subject: Subject, path: str, status: os.stat_result) -> bool:
    """Whether users may have put a link here: they keep the configuration and whole folders in dotfiles."""
    home = subject.home
    mine = (subject.config_path, home.credentials, home.sessions, home.join("credentials"))
    return stat.S_ISLNK(status.st_mode) and (
        path in mine or (os.path.dirname(path) == home.path and not _is_opened(path))
    )


def _is_opened(path: str) -> bool:
    name = os.path.basename(path)
    return name in ("tray", "logs") or name.startswith(".session-") or name.endswith((".json", ".enc"))
