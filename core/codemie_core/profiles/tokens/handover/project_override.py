"""What the CLI's working folder adds to a profile: `.codemie/codemie-cli.config.json` and `.env`.

The CLI lays the former over the profile, and fills gaps in its environment from the latter (dotenv keeps what
is already set). Either may come with a cloned repository and could send the profile's token elsewhere. The
CLI reads only its working folder, not the folders above.
"""

from __future__ import annotations

import errno
import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from codemie_core.config.model.layout import CLI
from codemie_core.config.model.profile import Profile
from codemie_core.errors import ProjectOverrides
from codemie_core.files.atomic_file import read_whole
from codemie_core.files.json.document import JsonValue
from codemie_core.home import Home
from codemie_core.system.command_word import command_word

LARGEST_FILE_BYTES = 1 << 20

_HARMLESS = frozenset(
    {
        *("name", "model", "haikuModel", "sonnetModel", "opusModel", "reasoningEffort", "timeout", "debug"),
        *("allowedDirs", "ignorePatterns", "codeMieProject", "codeMieIntegration", "userEmail"),
        *("maxOutputTokens", "maxThinkingTokens", "metrics", "assistants", "claudeAutocompactPct"),
    }
)
"""Fields that a project may set if the user agrees; none decides where a token is sent or what runs."""

_STEERING = re.compile(
    r"CODEMIE_.*|.*_PROXY|.*_BASE_URL|.*_API_BASE|AWS_ENDPOINT_URL.*|NODE_TLS_REJECT_UNAUTHORIZED"
    r"|NODE_EXTRA_CA_CERTS|NODE_OPTIONS|SSL_CERT_(FILE|DIR)|(LD|DYLD)_.*",
    re.IGNORECASE,
)
"""Variables that decide where requests are sent, whether the server is verified, or what code runs."""

_DOTENV_NAME = re.compile(r"([A-Za-z0-9_.-]+)(?:[ \t]*=|:\s)")
"""Matches more than dotenv's grammar does; an extra name does no harm."""


@dataclass(frozen=True, slots=True)
class Project:
    """What a working folder adds."""

    config_path: str
    """The path of its configuration, whether or not it exists."""
    profiles: Mapping[str, Mapping[str, JsonValue]] = field(default_factory=dict, repr=False)
    """The profiles in its configuration; empty if the CLI does not accept it as one."""
    active: str = ""
    """The profile that it makes active; empty if it names none."""
    problem: str = ""
    """Why we can't tell what it adds; empty if we can."""
    env_path: str = ""
    is_home: bool = False
    """Whether `.codemie` here is the home itself, as in the user's home folder; the CLI does not notice."""
    steering: tuple[str, ...] = ()
    """Names in its `.env` that could send a token elsewhere, sorted."""

    @property
    def only_chooses(self) -> bool:
        """Whether it only names the active profile and changes none, like the files of `use_here`."""
        return bool(self.active) and not any(fields.keys() - {"name"} for fields in self.profiles.values())

    @property
    def overrides(self) -> bool:
        """Whether the CLI would lay something over the profile here."""
        return bool(self.profiles or self.active or self.problem)


def project_in(folder: str, home: Home) -> Project:
    """Examine a working folder.

    Args:
        folder: where the program will run.
        home: the home.
    """
    path = os.path.join(folder, ".codemie", CLI.config_name)
    if not os.path.isabs(folder):
        return Project(path)  # the working folder has been removed, so it adds nothing
    env_path, steering, problem = _dotenv(folder)
    is_home = os.path.realpath(os.path.dirname(path)) == os.path.realpath(home.path)
    try:
        data, _ = read_whole(path, limit_bytes=LARGEST_FILE_BYTES)
    except OSError as error:
        if error.errno not in (errno.ENOENT, errno.ENOTDIR, errno.EACCES, errno.EISDIR):
            problem = problem or f"{path} can't be read: {error.strerror}"
        return Project(path, problem=problem, env_path=env_path, steering=steering)
    profiles, active = _profiles(data)
    return Project(path, profiles, active, problem, env_path, is_home, steering)


def check_project(
    project: Project, profile: Profile, *, by_variables: bool, allowed: bool
) -> tuple[str, ...]:
    """Check whether a profile may be used in this folder; return warnings for the user.

    Args:
        project: what the folder adds.
        profile: the profile.
        by_variables: whether variables replace every reference, and the program reads them.
        allowed: whether the user accepts the project's harmless settings.

    Raises:
        ProjectOverrides: its settings would mix with the profile's. This applies even if no token is stored,
            because the CLI's own login or an exported token would be sent to the project's address.
    """
    notes = []
    if project.steering:
        notes.append(
            f"ignoring {', '.join(project.steering)} of {project.env_path}, because the profile decides. "
            "Export the variables you want to use."
        )
    if not project.overrides:
        return tuple(notes)
    if project.problem:
        raise ProjectOverrides(f"{project.problem}. Start the program in another folder.")
    if project.is_home:
        if project.active == profile.name and by_variables:
            return tuple(notes)  # the CLI lays the profile over itself, and then applies the variables
        raise ProjectOverrides(
            f"In this folder the CLI reads {project.config_path} as a project's settings, and would mix "
            f"them with profile {profile.name!r}. Start the program in another folder."
        )
    if project.only_chooses and not project.problem:
        if project.active == profile.name:
            return tuple(notes)
        raise ProjectOverrides(
            f"{project.config_path} makes {project.active!r} the active profile in this folder, so "
            f"{profile.name!r} can't be used here. Use --profile {command_word(project.active)}, start the "
            "program in another folder, or run: codemie-tray profile use-here --undo"
        )
    if not allowed:
        raise ProjectOverrides(
            f"{project.config_path} would override profile {profile.name!r} in this folder, and could send "
            "its token elsewhere. Start the program in another folder, or use --with-project to accept the "
            "project's settings except addresses, accounts and hooks."
        )
    if project.active and project.active != profile.name:
        raise ProjectOverrides(
            f"{project.config_path} makes {project.active!r} the active profile in this folder, so "
            f"{profile.name!r} can't be used here. Start the program in another folder, or use the option "
            f"--profile {project.active}"
        )
    if wrong := sorted(set(_not_harmless(project, profile))):
        raise ProjectOverrides(
            f"{project.config_path} sets {', '.join(wrong)}, which --with-project does not accept: the token "
            f"of {profile.name!r} is for its own settings. Start the program in another folder."
        )
    return (*notes, f"{project.config_path} also applies in this folder.")


def without_steering(environment: Mapping[str, str], project: Project) -> dict[str, str]:
    """Return the environment with an empty text for each name that the project's `.env` must not set."""
    return {**dict.fromkeys(project.steering, ""), **environment}


def _not_harmless(project: Project, profile: Profile) -> Iterator[str]:
    for fields in project.profiles.values():
        for name, value in fields.items():
            if name not in _HARMLESS and value != profile.fields.get(name):
                yield name


def _profiles(data: bytes) -> tuple[dict[str, Mapping[str, JsonValue]], str]:
    # As in the CLI: version 2 with profiles and an active one, or the older form with a single provider. It
    # ignores what it can't parse.
    try:
        content = json.loads(data.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return {}, ""
    if not isinstance(content, dict):
        return {}, ""
    found = content.get("profiles")
    # In JavaScript, an empty object is truthy, but an empty string and zero are not.
    if content.get("version") == 2 and (found or found in ({}, [])) and content.get("activeProfile"):
        profiles = found if isinstance(found, dict) else {}
        return (
            {name: fields for name, fields in profiles.items() if isinstance(fields, dict)},
            str(content["activeProfile"]),
        )
    if not content.get("version") and any(content.get(name) for name in ("provider", "baseUrl", "apiKey")):
        return {"default": content}, ""
    return {}, ""


def _dotenv(folder: str) -> tuple[str, tuple[str, ...], str]:
    path = os.path.join(folder, ".env")
    try:
        data, _ = read_whole(path, limit_bytes=LARGEST_FILE_BYTES)
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.ENOTDIR, errno.EACCES, errno.EISDIR):
            return path, (), ""
        return path, (), f"{path} can't be read: {error.strerror}"
    names = set(_DOTENV_NAME.findall(data.decode("utf-8", "replace")))
    return path, tuple(sorted(name for name in names if _STEERING.fullmatch(name))), ""
