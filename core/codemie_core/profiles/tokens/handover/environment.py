"""A profile as the environment variables that the CLI reads.

The source of CodeMie CLI 0.14 shows which it reads and which it only writes. Those it only writes (models of
the tiers, AWS fields, the project, ...) can't hand anything over: the CLI takes these values from its
configuration alone, which `private_home` provides.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping

from codemie_core.config.model.profile import Profile, field_at
from codemie_core.errors import ProfileInvalid
from codemie_core.files.json.document import JsonValue

API_KEY = "CODEMIE_API_KEY"
JWT_TOKEN = "CODEMIE_JWT_TOKEN"  # noqa: S105 - a name
_JWT_FIELD = ("jwtConfig", "token")

VARIABLES: dict[str, tuple[tuple[str, ...], ...]] = {
    "CODEMIE_PROVIDER": (("provider",),),
    "CODEMIE_BASE_URL": (("baseUrl",),),
    API_KEY: (("apiKey",), ("authToken",)),
    "CODEMIE_MODEL": (("model",),),
    "CODEMIE_TIMEOUT": (("timeout",),),
    "CODEMIE_DEBUG": (("debug",),),
    "CODEMIE_ALLOWED_DIRS": (("allowedDirs",),),
    "CODEMIE_IGNORE_PATTERNS": (("ignorePatterns",),),
    "CODEMIE_URL": (("codeMieUrl",),),
    "CODEMIE_AUTH_METHOD": (("authMethod",),),
    "CODEMIE_INTEGRATION_ID": (("codeMieIntegration", "id"),),
    "CODEMIE_INTEGRATION_ALIAS": (("codeMieIntegration", "alias"),),
}
"""Maps a variable to its possible fields; the first with a value wins (`authToken`: classic layout)."""

OVERRIDES = (*VARIABLES, JWT_TOKEN)
"""All variables that override a profile in the CLI; the token's may have another name (`jwt_variable`)."""

OUTPUTS = (
    "CODEMIE_HAIKU_MODEL",
    "CODEMIE_SONNET_MODEL",
    "CODEMIE_OPUS_MODEL",
    "CODEMIE_REASONING_EFFORT",
    "CODEMIE_PROJECT",
    "CODEMIE_AWS_PROFILE",
    "CODEMIE_AWS_REGION",
    "CODEMIE_AWS_SECRET_ACCESS_KEY",
    "CODEMIE_MAX_OUTPUT_TOKENS",
    "CODEMIE_MAX_THINKING_TOKENS",
    "CODEMIE_PROFILE_NAME",
    "CODEMIE_PROFILE_CONFIG",
    "CODEMIE_SYNC_API_URL",
    "CODEMIE_MODEL_SOURCE",
    "CODEMIE_PROXY_PORT",
    "CODEMIE_CLI_VERSION",
    "CODEMIE_AGENT",
    "CODEMIE_SESSION_ID",
    "CODEMIE_DEV_API_URL",
    "CODEMIE_DEV_API_KEY",
)
"""Variables that the CLI writes for its agents and hooks; if an older session left them, they belong to
another profile."""

SECRET_VARIABLES = (API_KEY, JWT_TOKEN, "CODEMIE_AWS_SECRET_ACCESS_KEY")
"""Variables that hold a secret; the CLI writes the last one for its agents."""

_VARIABLE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_NOT_FOR_A_TOKEN = re.compile(
    r"(?i)(PATH|HOME|SHELL|USER|TERM|IFS|ENV|BASH_ENV|COMSPEC|SYSTEMROOT|NODE_OPTIONS|(LD_|DYLD_|PYTHON).*)"
)


def environment_of(profile: Profile, inherited: Mapping[str, str]) -> dict[str, str]:
    """Return the environment for a program that is to use this profile and no other.

    Variables without a value in the profile are set to an empty text, which the CLI treats as unset: a `.env`
    in the working folder could add a variable that is missing, but can't replace one that exists.

    Args:
        profile: the profile, with references resolved.
        inherited: the environment to add to.

    Raises:
        ProfileInvalid: a field contains what a variable can't (a NUL, or a lone surrogate), or
            `jwtConfig.tokenEnvVar` is not a suitable variable name.
    """
    cleared = {*VARIABLES, *OUTPUTS}
    environment = {name: value for name, value in inherited.items() if _spelled(name) not in cleared}
    for name, paths in VARIABLES.items():
        texts = ((path, _text(field_at(profile.fields, path))) for path in paths)
        path, text = next(((path, text) for path, text in texts if text), (paths[0], ""))
        environment[name] = _passable(text, profile, path)
    _set_jwt(environment, profile)
    return environment


def jwt_variable(profile: Profile) -> str:
    """Return the variable from which the CLI reads this profile's JSON Web Token."""
    name = field_at(profile.fields, ("jwtConfig", "tokenEnvVar"))
    return name if isinstance(name, str) else JWT_TOKEN


def check_jwt_variable(profile: Profile) -> None:
    """Raise `ProfileInvalid` if the variable named for this profile's JSON Web Token can't carry it."""
    _name_for_a_token(jwt_variable(profile), profile)


def overrides_in(environ: Mapping[str, str], profile: Profile | None) -> list[str]:
    """Return the set variables that override the profile's own fields in the CLI."""
    names = list(OVERRIDES)
    if profile is not None and (own := jwt_variable(profile)) not in names:
        names[-1] = own  # a profile that names its own variable does not read the default one
    return [name for name in names if environ.get(name)]


def _set_jwt(environment: dict[str, str], profile: Profile) -> None:
    name, token = jwt_variable(profile), _text(field_at(profile.fields, _JWT_FIELD))
    if name != JWT_TOKEN:
        # The CLI's agents read this one, too; don't combine another profile's token with this address.
        environment[JWT_TOKEN] = ""
    if token:
        environment[_name_for_a_token(name, profile)] = _passable(token, profile, _JWT_FIELD)
    elif name == JWT_TOKEN and not _uses_jwt(profile):
        environment[JWT_TOKEN] = ""
    # Otherwise the user set it: the CLI's setup asks users to export it, and stores only its name.


def _uses_jwt(profile: Profile) -> bool:
    fields = profile.fields
    if fields.get("authMethod") == "jwt" or fields.get("provider") == "bearer-auth" or "jwtConfig" in fields:
        return True
    return not any(_text(fields.get(field)) for field in ("apiKey", "authToken", "awsSecretAccessKey"))


def _name_for_a_token(name: str, profile: Profile) -> str:
    ours = name != JWT_TOKEN and name.upper().startswith("CODEMIE_") and _spelled(name) in _RESERVED
    if not _VARIABLE_NAME.fullmatch(name) or _NOT_FOR_A_TOKEN.fullmatch(name) or ours:
        reason = f"jwtConfig.tokenEnvVar of {profile.name!r} is not a valid name for a token's variable."
        raise ProfileInvalid(profile.name, f"{reason} Use a name such as {JWT_TOKEN}.")
    return name


_RESERVED = {*VARIABLES, *OUTPUTS, "CODEMIE_HOME", "CODEMIE_TRAY_HOME", "CODEMIE_TRAY_PRIVATE_HOME"}


def _spelled(name: str) -> str:
    return name.upper() if os.name == "nt" else name


def _passable(text: str, profile: Profile, path: tuple[str, ...]) -> str:
    try:
        if b"\0" not in os.fsencode(text):
            return text
    except UnicodeEncodeError:
        pass
    raise ProfileInvalid(
        profile.name, f"{'.'.join(path)} of {profile.name!r} contains a character that a variable can't hold."
    )


def _text(value: JsonValue) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, (str, int, float)):
        return str(value)
    if isinstance(value, list):
        # The CLI splits them at commas; lists with commas in a value come from the configuration alone.
        parts = [part for part in value if isinstance(part, str)]
        return ",".join(parts) if all("," not in part for part in parts) else ""
    return ""
