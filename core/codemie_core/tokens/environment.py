"""A profile as the environment variables the CLI and its agents read."""

from __future__ import annotations

import os
from collections.abc import Mapping

from codemie_core.config.profile import SECRET_FIELDS, Profile, field_at
from codemie_core.errors import ProfileInvalid
from codemie_core.files.json_document import JsonValue

VARIABLES: dict[str, tuple[str, ...]] = {
    "CODEMIE_PROVIDER": ("provider",),
    "CODEMIE_BASE_URL": ("baseUrl",),
    "CODEMIE_MODEL": ("model",),
    "CODEMIE_HAIKU_MODEL": ("haikuModel",),
    "CODEMIE_SONNET_MODEL": ("sonnetModel",),
    "CODEMIE_OPUS_MODEL": ("opusModel",),
    "CODEMIE_REASONING_EFFORT": ("reasoningEffort",),
    "CODEMIE_TIMEOUT": ("timeout",),
    "CODEMIE_DEBUG": ("debug",),
    "CODEMIE_URL": ("codeMieUrl",),
    "CODEMIE_PROJECT": ("codeMieProject",),
    "CODEMIE_AUTH_METHOD": ("authMethod",),
    "CODEMIE_INTEGRATION_ID": ("codeMieIntegration", "id"),
    "CODEMIE_INTEGRATION_ALIAS": ("codeMieIntegration", "alias"),
    "CODEMIE_AWS_PROFILE": ("awsProfile",),
    "CODEMIE_AWS_REGION": ("awsRegion",),
}
"""Variable to the field it is set from."""

SECRET_VARIABLES: dict[str, tuple[tuple[str, ...], ...]] = {
    "CODEMIE_API_KEY": (("apiKey",), ("authToken",)),
    "CODEMIE_JWT_TOKEN": (("jwtConfig", "token"),),
    "CODEMIE_AWS_SECRET_ACCESS_KEY": (("awsSecretAccessKey",),),
}
"""Variable to the fields it may come from, the first that is there (`authToken` is the classic layout's)."""


def environment_of(
    profile: Profile, tokens: Mapping[tuple[str, ...], str], inherited: Mapping[str, str]
) -> dict[str, str]:
    """Return the environment for a program that is to use this profile.

    Every variable that could choose another provider, address or token is taken out first: a token must not
    be sent to the address that an older session left in the shell.

    Args:
        profile: the profile.
        tokens: its tokens by the path of their field, references resolved.
        inherited: the environment to add to.

    Raises:
        ProfileInvalid: a field holds what no variable can: a NUL, or half a surrogate pair.
    """
    ours = {*VARIABLES, *SECRET_VARIABLES}
    environment = {name: value for name, value in inherited.items() if name not in ours}
    for name, path in VARIABLES.items():
        text = _text(field_at(profile.fields, path))
        if text:
            environment[name] = _passable(text, profile, path)
    for name, paths in SECRET_VARIABLES.items():
        path = next((path for path in paths if tokens.get(path)), ())
        if path:
            environment[name] = _passable(tokens[path], profile, path)
    return environment


def _passable(text: str, profile: Profile, path: tuple[str, ...]) -> str:
    try:
        if b"\0" not in os.fsencode(text):
            return text
    except UnicodeEncodeError:
        pass
    raise ProfileInvalid(
        profile.name, f"{'.'.join(path)} of {profile.name!r} holds a character that can't be passed on."
    )


def variables_of(path: tuple[str, ...]) -> str | None:
    """Return the variable that carries the secret of this field; None: no variable does."""
    return next((name for name, paths in SECRET_VARIABLES.items() if path in paths), None)


def unsupported(profile: Profile) -> tuple[str, ...]:
    """Return the profile's secret fields that no variable can carry (names joined by dots)."""
    return tuple(
        ".".join(path)
        for path in SECRET_FIELDS
        if _text(field_at(profile.fields, path)) and variables_of(path) is None
    )


def _text(value: JsonValue) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, (str, int, float)):
        return str(value)
    return ""
