"""What `status` says about the current folder: which profile is in effect there, and why."""

from __future__ import annotations

from collections.abc import Iterator

from codemie_core import Config
from codemie_core.files.json.document import JsonValue
from codemie_core.profiles.folder import Choice, Source
from codemie_tray import PROGRAM
from codemie_tray.text.plain_text import plain, whole


def lines_of(choice: Choice, config: Config) -> Iterator[str]:
    """Yield sentences; none if the active profile is in effect there."""
    project = choice.project
    if project.is_home:
        return
    if project.problem:
        yield f"Can't determine the profile of this folder: {project.problem}"
    elif choice.missing:
        yield (
            f"{project.config_path} names {whole(choice.missing)!r} as the profile for this folder, but "
            f"it does not exist. Choose another: {PROGRAM} profile use-here NAME"
        )
    elif choice.source is Source.FOLDER and choice.profile:
        instead = (
            "" if choice.profile.name == config.active else f" instead of {whole(config.active or 'none')}"
        )
        yield f"In this folder, {whole(choice.profile.name)} applies{instead}, as {project.config_path} says."
    if fields := _overridden(choice):
        yield (
            f"{project.config_path} overrides {', '.join(map(plain, fields))} of the profile; `run` refuses "
            "that without --with-project."
        )
    if project.steering:
        yield f"The CLI also reads {project.env_path}, which sets {', '.join(project.steering)}."


def as_value(choice: Choice) -> dict[str, JsonValue]:
    """Return the same for `--json`."""
    project = choice.project
    from_folder = choice.source is Source.FOLDER or bool(choice.missing)
    return {
        "profile": choice.profile.name if choice.profile else None,
        "source": choice.source.value,
        "file": project.config_path if from_folder else None,
        "missing": choice.missing or None,
        "fields": [*_overridden(choice)],
        "envFile": project.env_path if project.steering else None,
        "variables": list(project.steering),
        "problem": project.problem or None,
    }


def _overridden(choice: Choice) -> tuple[str, ...]:
    return tuple(sorted(choice.laid_over.keys() - {"name"}))
