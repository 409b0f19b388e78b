"""`codemie-tray profile test`: whether a profile is valid; with `--connect`, whether its server answers."""

from __future__ import annotations

import argparse

from codemie_core import ConfigLoader, Home, Profile, ProfileNotFound
from codemie_core.files.json.document import JsonValue
from codemie_core.profiles.checks import Problem, Severity, problems_of
from codemie_core.profiles.folder import profile_in, working_folder
from codemie_core.profiles.providers import provider_of
from codemie_core.system.command_word import command_word
from codemie_tray import PROGRAM
from codemie_tray.commands.console.output import print_json, print_line
from codemie_tray.commands.profile.questions import option_to_set
from codemie_tray.commands.switching.names import resolve
from codemie_tray.text.exit_codes import ExitCode
from codemie_tray.text.plain_text import plain

TYPE_CHECKING = False  # as in `typing`, whose import would slow down every command
if TYPE_CHECKING:
    from codemie_core.profiles.reachability import Answer


def run(home: Home, options: argparse.Namespace) -> ExitCode:
    """Check a profile: the named one, or the one in effect here."""
    profile = _profile(home, options.name)
    problems = list(problems_of(profile))
    answers = _answers(profile) if options.connect else []
    if options.json:
        print_json(_as_json(profile, problems, answers))
    else:
        for problem in problems:
            print_line(f"{problem.severity.value}: {problem.sentence}")
        if problems and not any(f"{PROGRAM} " in problem.sentence for problem in problems):
            print_line(_next_step(profile, problems))
        if not problems:
            print_line(f"{plain(profile.name)} looks right.")
        for answer in answers:
            how = f" (HTTP {answer.status})" if answer.status else ", as far as a connection shows"
            said = answer.problem or f"answers in {answer.milliseconds} ms{how}"
            print_line(f"{plain(answer.origin, 200)}: {said}")
        if options.connect and not answers:
            print_line("It has no address to connect to.")
    if any(problem.severity is Severity.ERROR for problem in problems):
        return ExitCode.NO_SUCH_PROFILE
    return ExitCode.FAILED if any(answer.problem for answer in answers) else ExitCode.OK


def _next_step(profile: Profile, problems: list[Problem]) -> str:
    """Return the command that fixes the first problem."""
    name = command_word(profile.name)
    field = next((problem.field for problem in problems if problem.field), "FIELD")
    token = provider_of(profile.fields).token
    if token is not None and field == ".".join(token.path):
        return f"To set its token: {PROGRAM} profile set-token {name}"
    return f"To change it: {PROGRAM} profile edit {name} {option_to_set(field)}"


def _profile(home: Home, name: str | None) -> Profile:
    config = ConfigLoader(home).load_and_keep()
    if name is not None:
        return config.profile(resolve(config, name))
    profile = profile_in(working_folder(), home, config).profile
    if profile is None:
        raise ProfileNotFound("", "No profile is active. Name one: codemie-tray profile test NAME")
    return profile


def _answers(profile: Profile) -> list[Answer]:
    from codemie_core.profiles.reachability import origins_to_try, try_origin  # not needed without --connect

    return [try_origin(origin) for origin in origins_to_try(profile)]


def _as_json(profile: Profile, problems: list[Problem], answers: list[Answer]) -> dict[str, JsonValue]:
    return {
        "profile": profile.name,
        "problems": [
            {"severity": one.severity.value, "field": one.field, "message": one.sentence} for one in problems
        ],
        "addresses": [
            {
                "address": one.origin,
                "reachable": not one.problem,
                "status": one.status,
                "milliseconds": one.milliseconds,
                "problem": one.problem or None,
            }
            for one in answers
        ],
    }
