"""One profile as environment variables for a shell, as printed by `env`.

`run` gives a program a home with one profile in it. A shell keeps the real home and gets only variables. The
CLI takes whatever they leave open from the active profile, or from the settings of a project folder that the
user changes to. So a profile is printed only if nothing of another one can mix with it, and a token only
together with the address that it belongs to.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from codemie_core.config.model.config import Config
from codemie_core.config.model.profile import Profile, is_placeholder
from codemie_core.errors import HandoverRefused
from codemie_core.home import Home
from codemie_core.profiles.tokens.handover.child_profile import references_in, resolved
from codemie_core.profiles.tokens.handover.environment import (
    OUTPUTS,
    SECRET_VARIABLES,
    VARIABLES,
    environment_of,
    jwt_variable,
)
from codemie_core.profiles.tokens.handover.handover import Request, secrets_for
from codemie_core.profiles.tokens.handover.project_override import project_in, without_steering
from codemie_core.system.command_word import command_word


@dataclass(frozen=True, slots=True)
class ShellVariables:
    """What the shell should set and unset."""

    values: dict[str, str] = field(repr=False)
    unset: tuple[str, ...]
    """Variables that the CLI wrote for another session."""
    secret: frozenset[str]
    """Names of variables with secret values."""


def shell_variables(
    config: Config, home: Home, request: Request, inherited: Mapping[str, str]
) -> ShellVariables:
    """Return the variables for a request that `handover.check` accepted.

    Args:
        config: the configuration.
        home: the home.
        request: which profile, in which folder.
        inherited: the shell's environment.

    Raises:
        HandoverRefused: parts of another profile would mix with this one; the message says which.
        CredentialError: the store can't be opened.
        ProfileInvalid: a field contains what a variable can't.
    """
    profile = request.profile
    _check(config, profile)
    profile = resolved(profile, secrets_for(home, request))
    values = environment_of(profile, {})
    project = project_in(request.folder, home)
    values |= {
        name: "" for name in without_steering({}, project) if not inherited.get(name) and name not in values
    }
    secret = {
        name for name in (*SECRET_VARIABLES, jwt_variable(profile)) if not _is_harmless(values.get(name, ""))
    }
    return ShellVariables(values, tuple(name for name in OUTPUTS if name in inherited), frozenset(secret))


def _check(config: Config, profile: Profile) -> None:
    name = command_word(profile.name)
    way_out = f"Use `codemie-tray run --profile {name} -- CMD` (CMD can be your shell)"
    if _refers_beside_key(profile):
        raise HandoverRefused(
            f"Variables can't carry a token of {profile.name!r} that is not in its field apiKey. {way_out}."
        )
    if mixed := sorted(set(_mixed(config.active_profile, profile))):
        raise HandoverRefused(
            f"Variables can't carry all of {profile.name!r}: the CLI would take {', '.join(mixed)} from the "
            f"active profile {config.active!r}. {way_out}, or first `codemie-tray switch {name}`."
        )
    if _has_token(profile) and not profile.base_url:
        raise HandoverRefused(
            f"{profile.name!r} names no baseUrl, so another folder's settings could decide where its token "
            f"is sent. Set it with `codemie-tray profile edit {name} --base-url URL`. Or "
            f"{way_out[:1].lower()}{way_out[1:]}."
        )


def _refers_beside_key(profile: Profile) -> bool:
    """Whether a field other than the one for `CODEMIE_API_KEY` refers to a credential."""
    key = "apiKey" if profile.fields.get("apiKey") else "authToken"
    others = {name: value for name, value in profile.fields.items() if name != key}
    return bool(references_in(Profile(profile.name, others)))


def _mixed(active: Profile | None, profile: Profile) -> Iterator[str]:
    """Yield the fields that would not be this profile's own."""
    if active is None or active.name == profile.name:
        return
    variables = environment_of(profile, {})
    carried = {path[0] for name, paths in VARIABLES.items() if variables.get(name) for path in paths}
    for name in {*active.fields, *profile.fields} - {"name"}:
        if name not in carried and active.fields.get(name) != profile.fields.get(name):
            yield name


def _has_token(profile: Profile) -> bool:
    variables = environment_of(profile, {})
    names = {*SECRET_VARIABLES, jwt_variable(profile)}
    return any(not _is_harmless(variables.get(name, "")) for name in names)


def _is_harmless(text: str) -> bool:
    return not text or is_placeholder(text)
