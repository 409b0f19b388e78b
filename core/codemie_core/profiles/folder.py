"""Finds and sets the profile of a folder, in the CLI's own way.

A folder's `.codemie/codemie-cli.config.json` names the active profile for programs started in it. The CLI
reads only the working folder's file, not those of the folders above. If the file exists, `codemie profile
switch` updates it; `use_here` creates the same file.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from codemie_core.config.model.config import Config, parse_config
from codemie_core.config.model.layout import CLI
from codemie_core.config.model.limits import SIZE_LIMIT_BYTES
from codemie_core.config.model.profile import Profile
from codemie_core.errors import ConfigCorrupt, StoreDenied, StoreError, store_error, store_read_error
from codemie_core.files.atomic_file import FileVersion, TargetChanged, read_whole, replace_whole
from codemie_core.files.json.document import JsonDocument, JsonValue, encode_string
from codemie_core.home import Home
from codemie_core.profiles.tokens.handover.project_override import Project, project_in

FOLDER_NAME = ".codemie"
_OLD_FORMAT = "default"
"""The profile that a file in the old single-provider format contains."""
_URL = "codeMieUrl"
_OF_A_TEAM = ("codeMieProject", "codeMieIntegration", _URL)


class Source(Enum):
    """Why a profile applies."""

    CONFIG = "config"
    """It is the configuration's active profile."""
    FOLDER = "folder"
    """The folder's own file names it."""
    NONE = "none"
    """No profile applies."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The profile that applies in a folder."""

    profile: Profile | None
    source: Source
    project: Project
    """What the folder adds."""
    missing: str = ""
    """The name in the folder's file if no profile has it."""
    laid_over: Mapping[str, JsonValue] = field(default_factory=dict, repr=False)
    """The fields that the CLI takes from the folder in place of the profile's."""


def working_folder() -> str:
    """Return the working folder; `.` if it has been removed, so that nothing is found in it."""
    try:
        return os.getcwd()
    except OSError:
        return os.curdir


def profile_in(folder: str, home: Home, config: Config) -> Choice:
    """Return the profile for a program started in a folder.

    Args:
        folder: the working folder.
        home: the home.
        config: its configuration.
    """
    project = project_in(folder, home)
    if project.is_home:
        return Choice(config.active_profile, Source.CONFIG if config.active_profile else Source.NONE, project)
    name = project.active or config.active or ""
    base = next((profile for profile in config.profiles if profile.name == name), None)
    laid_over = _laid_over(project, base.fields if base else {})
    if base is None and name not in project.profiles:
        return Choice(None, Source.NONE, project, missing=project.active)
    profile = Profile(name, {**(base.fields if base else {}), **laid_over}, base.problem if base else None)
    return Choice(profile, Source.FOLDER if project.active else Source.CONFIG, project, laid_over=laid_over)


def _laid_over(project: Project, base: Mapping[str, JsonValue]) -> Mapping[str, JsonValue]:
    """Return the fields that the CLI takes from a folder's file, as its `ConfigLoader.load` does.

    If the file makes a profile active that it does not contain, but contains exactly one, the CLI takes the
    team's project from that: unless the profile has its own, or belongs to another CodeMie.
    """
    if not project.active:
        return project.profiles.get(_OLD_FORMAT, {})
    if project.active in project.profiles:
        return project.profiles[project.active]
    if len(project.profiles) != 1 or base.get("codeMieProject") or base.get("codeMieIntegration"):
        return {}
    (team,) = project.profiles.values()
    addresses = [str(url).rstrip("/").lower() for url in (base.get(_URL), team.get(_URL)) if url]
    if len(set(addresses)) > 1:
        return {}
    return {name: team[name] for name in _OF_A_TEAM if name in team}


def use_here(folder: str, home: Home, name: str) -> str:
    """Use a profile in a folder; returns the path of the file that names it.

    If the file exists, only its `activeProfile` changes.

    Args:
        folder: the folder.
        home: the home; the folder that contains it can't have its own profile.
        name: the profile's name.

    Raises:
        StoreDenied: the folder contains the home.
        ConfigCorrupt: the file exists but is not one of the CLI's; nothing was changed.
        StoreError: it can't be read or written.
    """
    path = _path(folder, home)
    for _ in range(_TRIES):
        data, status = _read(path)
        if status is None:
            text = json.dumps({"version": 2, "activeProfile": name, "profiles": {}}, indent=2)
        else:
            text = _naming(path, data, name).text
        if text.encode() == data:
            return path
        try:
            _make_folder(os.path.dirname(path))
            expected = None if status is None else FileVersion.of(status)
            replace_whole(path, text.encode(), mode=0o644, expected=expected, like=status)
        except TargetChanged:
            continue
        except OSError as error:
            raise store_error(path, error) from error
        return path
    raise StoreError(
        path, "another program keeps changing it; nothing was changed; try again", advice="Try again."
    )


def use_here_no_more(folder: str, home: Home) -> str | None:
    """Use the configuration's active profile in a folder again.

    Returns:
        The path of the file that was removed; None if there was none.

    Raises:
        StoreDenied: the file has other settings, too, or the folder contains the home.
        StoreError: it can't be read or removed.
    """
    path = _path(folder, home)
    _, status = _read(path)
    if status is None:
        return None
    if not project_in(folder, home).only_chooses:
        raise StoreDenied(
            path,
            "does more than choose a profile, so it was not removed",
            advice="Remove it yourself if you no longer need it.",
        )
    try:
        os.unlink(path)
    except OSError as error:
        raise store_error(path, error) from error
    with contextlib.suppress(OSError):
        os.rmdir(os.path.dirname(path))  # ours if it is empty
    return path


_TRIES = 20


def _path(folder: str, home: Home) -> str:
    path = os.path.join(folder, FOLDER_NAME, CLI.config_name)
    if os.path.realpath(os.path.dirname(path)) == os.path.realpath(home.path):
        raise StoreDenied(
            os.path.dirname(path),
            "is the home itself, so this folder can't have its own profile",
            advice="Use `codemie-tray switch NAME`, or go to a project's folder.",
        )
    return path


def _read(path: str) -> tuple[bytes, os.stat_result | None]:
    if os.path.islink(path) or os.path.islink(os.path.dirname(path)):
        raise StoreDenied(path, "is a link, and was not followed", advice="Remove the link first.")
    try:
        return read_whole(path, limit_bytes=SIZE_LIMIT_BYTES)
    except (FileNotFoundError, NotADirectoryError):
        return b"", None
    except OSError as error:
        raise store_read_error(path, error) from error


def _make_folder(path: str) -> None:
    os.makedirs(path, exist_ok=True)


def _naming(path: str, data: bytes, name: str) -> JsonDocument:
    try:
        document = parse_config(data, path=path, layout=CLI).document
    except ConfigCorrupt as error:
        error.advice = "Nothing was changed. Fix the file in an editor, or remove it."
        raise
    root = document.decoded
    if not isinstance(root, Mapping) or root.get("version") != 2 or "profiles" not in root:
        raise ConfigCorrupt(
            path,
            "is not a configuration of the CLI with profiles; nothing was changed",
            advice="Move it away, and try again.",
        )
    if root.get("activeProfile") == name:
        return document
    return document.set_key(document.root, "activeProfile", encode_string(name))
