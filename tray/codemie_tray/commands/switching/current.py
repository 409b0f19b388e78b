"""`codemie-tray current`: prints the profile in effect in this folder, for scripts and prompts."""

from __future__ import annotations

import re

from codemie_core import ConfigLoader, Home
from codemie_core.files.json.document import JsonValue
from codemie_core.profiles.folder import Choice, profile_in, working_folder
from codemie_tray.commands.console.output import print_bare, print_error, print_json, print_line
from codemie_tray.commands.console.wrong_usage import WrongUsage
from codemie_tray.text.exit_codes import ExitCode
from codemie_tray.text.plain_text import plain

_NAMES = ("name", "provider", "model", "source")
_LONGEST = 200


def run(home: Home, *, text: str | None, as_json: bool) -> ExitCode:
    """Print it; the exit code says whether there is one.

    Args:
        home: the home.
        text: what to print, with `{name}` and the like; None for the name and a newline.
        as_json: print JSON.
    """
    config = ConfigLoader(home).load()  # a prompt runs this often, so nothing is written
    choice = profile_in(working_folder(), home, config)
    name = plain(choice.profile.name, _LONGEST) if choice.profile else ""
    if as_json:
        values: dict[str, JsonValue] = {one: _value(one, choice, name) for one in _NAMES}
        print_json(values)
    elif text is not None:
        print_bare(_filled(text, choice, name))
    elif choice.profile:
        print_line(name)
    else:
        print_error("No profile is active. Choose one: codemie-tray switch NAME")
    return ExitCode.OK if choice.profile else ExitCode.NO_SUCH_PROFILE


def _value(what: str, choice: Choice, name: str) -> str:
    if what in ("name", "source"):
        return name if what == "name" else choice.source.value
    from codemie_core.config.secret_detection.classifier import shown  # not needed for the name alone

    return plain(shown((what,), getattr(choice.profile, what, "")))


def _filled(text: str, choice: Choice, name: str) -> str:
    def value(match: re.Match[str]) -> str:
        if match[0] in ("{{", "}}"):
            return match[0][0]
        if match[1] not in _NAMES:
            names = ", ".join(f"{{{one}}}" for one in _NAMES)
            raise WrongUsage(f"--format supports {names}, not {match[0]}", advice="Write {{ for a brace.")
        return _value(match[1], choice, name)

    found = re.sub(r"\{\{|\}\}|\{(\w*)\}", value, text)
    return found if choice.profile else ""  # after the check, so that a wrong format is always noticed
