"""What surrounds the home: the shell's variables, the working directory, and an enclosing git work tree."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Iterator, Sequence

from codemie_core.audit.checks.exposure import secret_paths
from codemie_core.audit.finding import Finding, Severity
from codemie_core.audit.subject import Subject, bytes_of, editing, holds_token, readers_of, status_of
from codemie_core.config.model.layout import CLASSIC
from codemie_core.config.secret_detection.classifier import is_secret
from codemie_core.files.trust import distrusts
from codemie_core.profiles.tokens.handover.environment import (
    JWT_TOKEN,
    SECRET_VARIABLES,
    VARIABLES,
    jwt_variable,
)
from codemie_core.profiles.tokens.handover.project_override import project_in
from codemie_core.system.process.foreign_environment import foreign_environment

_GIT_SECONDS = 5.0


def check(subject: Subject) -> Iterator[Finding]:
    """Yield what exposes the home's secrets or overrides its profiles from outside."""
    yield from _environment(subject)
    yield from _project_config(subject)
    yield from _env_file(subject)
    yield from _git(subject)


def _environment(subject: Subject) -> Iterator[Finding]:
    profiles = subject.config.profiles if subject.config else ()
    # The variable named by a profile's own settings is meant to be exported.
    with_jwt = [profile for profile in profiles if isinstance(profile.fields.get("jwtConfig"), dict)]
    wanted = {jwt_variable(profile) or JWT_TOKEN for profile in with_jwt}
    for name in SECRET_VARIABLES:
        if subject.environ.get(name) and name not in wanted:
            yield Finding(
                Severity.WARNING,
                "secret-in-environment",
                "",
                f"{name} is set in this shell: every program started from it gets the token, "
                "and the CLI uses it in place of the profile's.",
                _unset(name),
            )


def _unset(name: str) -> str:
    return f"Remove-Item Env:{name}" if sys.platform == "win32" else f"unset {name}"


def _project_config(subject: Subject) -> Iterator[Finding]:
    project = project_in(subject.folder, subject.home)
    folder = os.path.dirname(project.config_path)
    if os.path.realpath(folder) == os.path.realpath(subject.home.path):
        return
    for path in (project.config_path, os.path.join(folder, CLASSIC.config_name)):
        data = bytes_of(path)
        if not data:
            continue
        for one in distrusts(path):
            yield Finding(
                Severity.DANGER,
                "project-untrusted",
                one.path,
                f"{one.sentence}, and the CLI takes its configuration from {path} in this folder.",
                one.command,
            )
        if holds_token(data):
            yield _secret_file(path, "token-in-project", f"{path} holds a token in the clear.")
        if path == project.config_path and project.active:
            yield Finding(
                Severity.NOTE,
                "profile-overridden",
                path,
                f"In this folder the CLI uses the profile {project.active}, whichever is active in "
                f"{subject.home.path}, because {path} says so.",
                editing(path),
            )


def _env_file(subject: Subject) -> Iterator[Finding]:
    path = os.path.join(subject.folder, ".env")
    variables = dict(_assignments(bytes_of(path).decode("utf-8", "replace")))
    ours = {name: value for name, value in variables.items() if name.startswith("CODEMIE_") and value}
    if any(name in SECRET_VARIABLES or is_secret((name,), value) for name, value in ours.items()):
        yield _secret_file(path, "token-in-env-file", f"{path} holds a token in the clear.")
    if stronger := sorted(name for name in ours if name in VARIABLES or name in SECRET_VARIABLES):
        yield Finding(
            Severity.NOTE,
            "profile-overridden",
            path,
            f"In this folder the CLI takes {', '.join(stronger)} from {path} in place of the profile's.",
            editing(path),
        )


def _assignments(text: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines():
        name, equals, value = line.strip().removeprefix("export ").partition("=")
        if equals and not name.startswith("#"):
            yield name.strip(), value.strip().strip("\"'")


def _secret_file(path: str, code: str, what: str) -> Finding:
    readers = readers_of(path)
    if readers is None or not readers.reachable:
        return Finding(Severity.WARNING, code, path, what, editing(path))
    who = f" It can be read by {readers.who}{readers.bits}."
    return Finding(Severity.DANGER, code, path, what + who, editing(path))


# ---- git ---------------------------------------------------------------------------------------------


def _git(subject: Subject) -> Iterator[Finding]:
    by_root: dict[str, list[str]] = {}
    for path in dict.fromkeys((*secret_paths(subject), os.path.realpath(subject.home.history))):
        root = _work_tree_of(path)
        if root and status_of(path) is not None:
            by_root.setdefault(root, []).append(path)
    for root, paths in by_root.items():
        yield from _in_work_tree(subject, root, paths)


def _in_work_tree(subject: Subject, root: str, paths: list[str]) -> Iterator[Finding]:
    tracked = _ask_git(root, "ls-files", "-z", "--full-name", "--", *paths)
    ignored = _ask_git(root, "check-ignore", "-z", "--stdin", asked=paths)
    if tracked is None or ignored is None:
        yield Finding(
            Severity.WARNING,
            "home-in-git",
            root,
            f"{paths[0]} is in the git work tree {root}, and git could not say whether it is ignored.",
            f"git -C {shlex.quote(root)} status --ignored",
        )
        return
    if tracked:
        several = "" if len(tracked) == 1 else f" and {len(tracked) - 1} more"
        yield Finding(
            Severity.DANGER,
            "secret-in-git",
            os.path.join(root, tracked[0]),
            f"git tracks {os.path.join(root, tracked[0])}{several}: "
            "anyone who gets the repository gets your secrets.",
            f"git -C {shlex.quote(root)} rm -r --cached -- {' '.join(map(shlex.quote, tracked))}",
        )
    loose = [path for path in paths if path not in ignored and os.path.relpath(path, root) not in tracked]
    if loose:
        which = f"{loose[0]} is" if len(loose) == 1 else f"{loose[0]} and {len(loose) - 1} more are"
        yield Finding(
            Severity.WARNING,
            "home-in-git",
            root,
            f"{which} in the git work tree {root} and not ignored: `git add` would add them.",
            _ignoring(subject, loose[0]),
        )


def _ignoring(subject: Subject, path: str) -> str:
    """Return the command that makes git ignore the whole home, or a link's target elsewhere."""
    home = os.path.realpath(subject.home.path)
    if path.startswith(home + os.sep):
        return f"echo '*' >> {shlex.quote(os.path.join(home, '.gitignore'))}"
    folder, name = os.path.split(path)
    return f"echo {shlex.quote('/' + name)} >> {shlex.quote(os.path.join(folder, '.gitignore'))}"


def _work_tree_of(path: str) -> str:
    folder, above = os.path.dirname(path), ""
    while folder != above:
        if status_of(os.path.join(folder, ".git")) is not None:
            return folder
        above, folder = folder, os.path.dirname(folder)
        if folder == above:
            break
    return ""


def _ask_git(root: str, *arguments: str, asked: Sequence[str] = ()) -> list[str] | None:
    """Return git's output, split at NUL; None if there is no git, or it refuses (safe.directory)."""
    import subprocess  # slow to load, and few homes are in a work tree

    # A repository may name a program to run (core.fsmonitor); we only read.
    command = ["git", "-c", "core.fsmonitor=false", "-C", root, *arguments]
    try:
        done = subprocess.run(
            command,
            env=foreign_environment(),
            capture_output=True,
            input=b"".join(os.fsencode(path) + b"\0" for path in asked),
            timeout=_GIT_SECONDS,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    if done.returncode not in (0, 1):  # 1: check-ignore found none
        return None
    return [os.fsdecode(name) for name in done.stdout.split(b"\0") if name]
