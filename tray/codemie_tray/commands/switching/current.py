"""`codemie-tray current`: the profile that counts in this folder, for scripts and prompts."""

from __future__ import annotations

import re

from codemie_core import ConfigLoader, Home, Profile
from codemie_core.files.json_document import JsonValue
from codemie_core.profiles.folder import Choice, profile_in, working_folder
from codemie_core.secret_detection.classifier import shown
from codemie_tray.commands.console.output import print_bare, print_error, print_json, print_line
from codemie_tray.commands.console.wrong_usage import WrongUsage
from codemie_tray.text.exit_codes import ExitCode
from codemie_tray.text.plain_text import plain

_NAMES = ("name", "provider", "model", "source")
_LONGEST = 200


def run(home: Home, *, text: str | None, as_json: bool) -> ExitCode:
    """Print it; the exit code tells whether there is one.

    Args:
        home: which home.
        text: what to print, with `{name}` and the like; None: the name and a line end.
        as_json: for programs.
    """
    config = ConfigLoader(home).load()  # a prompt asks this often: nothing is written
    choice = profile_in(working_folder(), home, config)
    values = _values(choice, choice.profile)
    if as_json:
        found: dict[str, JsonValue] = dict(values)
        print_json(found)
    elif text is not None:
        print_bare(_filled(text, values) if choice.profile else "")
    elif choice.profile:
        print_line(values["name"])
    else:
        print_error("No profile is active. Choose one: codemie-tray switch NAME")
    return ExitCode.OK if choice.profile else ExitCode.NO_SUCH_PROFILE


def _values(choice: Choice, profile: Profile | None) -> dict[str, str]:
    return {
        "name": plain(profile.name if profile else "", _LONGEST),
        "provider": plain(shown(("provider",), profile.provider if profile else "")),
        "model": plain(shown(("model",), profile.model if profile else "")),
        "source": choice.source.value,
    }


def _filled(text: str, values: dict[str, str]) -> str:
    def value(match: re.Match[str]) -> str:
        if match[0] in ("{{", "}}"):
            return match[0][0]
        if match[1] not in values:
            names = ", ".join(f"{{{name}}}" for name in _NAMES)
            raise WrongUsage(f"--format knows {names}, and not {match[0]}", advice="Write {{ for a brace.")
        return values[match[1]]

    return re.sub(r"\{\{|\}\}|\{(\w*)\}", value, text)
