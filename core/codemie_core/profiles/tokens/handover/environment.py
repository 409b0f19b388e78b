"""A profile as the environment variables the CLI reads.

Which it reads and which it only writes was seen in CodeMie CLI 0.14's source. What it writes (the models of
the tiers, AWS fields, the project, ...) hands nothing over: it takes those from its configuration alone, and
`private_home` gives it one.
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
"""Variable to the fields it may come from, the first that is there (`authToken` is the classic layout's)."""

OVERRIDES = (*VARIABLES, JWT_TOKEN)
"""Every variable by which the CLI overrides a profile; the token's may have another name (`jwt_variable`)."""

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
"""Variables that the CLI writes for its agents and hooks: left by an older session, they are another
profile's."""

SECRET_VARIABLES = (API_KEY, JWT_TOKEN, "CODEMIE_AWS_SECRET_ACCESS_KEY")
"""Those that hold a secret; the CLI writes the last one for its agents."""

_VARIABLE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_NOT_FOR_A_TOKEN = re.compile(
    r"(?i)(PATH|HOME|SHELL|USER|TERM|IFS|ENV|BASH_ENV|COMSPEC|SYSTEMROOT|NODE_OPTIONS|(LD_|DYLD_|PYTHON).*)"
)


def environment_of(profile: Profile, inherited: Mapping[str, str]) -> dict[str, str]:
    """Return the environment for a program that is to use this profile and no other.

    What the profile leaves open is set to an empty text, which the CLI takes for not set: a variable that is
    missing could be added by a `.env` in the folder it runs in, and one that is there can't.

    Args:
        profile: the profile, its references resolved.
        inherited: the environment to add to.

    Raises:
        ProfileInvalid: a field holds what no variable can (a NUL, or half a surrogate pair), or
            `jwtConfig.tokenEnvVar` is no name for one.
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
    """Raise `ProfileInvalid` where this profile's JSON Web Token names no variable that could carry it."""
    _name_for_a_token(jwt_variable(profile), profile)


def overrides_in(environ: Mapping[str, str], profile: Profile | None) -> list[str]:
    """Return the variables that are set and that the CLI takes before the profile's own fields."""
    names = list(OVERRIDES)
    if profile is not None and (own := jwt_variable(profile)) not in names:
        names[-1] = own  # a profile with a name of its own does not read the other
    return [name for name in names if environ.get(name)]


def _set_jwt(environment: dict[str, str], profile: Profile) -> None:
    name, token = jwt_variable(profile), _text(field_at(profile.fields, _JWT_FIELD))
    if name != JWT_TOKEN:
        # The CLI's agents read this one, too: another profile's must not come with this profile's address.
        environment[JWT_TOKEN] = ""
    if token:
        environment[_name_for_a_token(name, profile)] = _passable(token, profile, _JWT_FIELD)
    elif name == JWT_TOKEN and not _uses_jwt(profile):
        environment[JWT_TOKEN] = ""
    # Else it is the person's: the CLI's setup tells people to export it, and stores its name alone.


def _uses_jwt(profile: Profile) -> bool:
    fields = profile.fields
    if fields.get("authMethod") == "jwt" or fields.get("provider") == "bearer-auth" or "jwtConfig" in fields:
        return True
    return not any(_text(fields.get(field)) for field in ("apiKey", "authToken", "awsSecretAccessKey"))


def _name_for_a_token(name: str, profile: Profile) -> str:
    ours = name != JWT_TOKEN and name.upper().startswith("CODEMIE_") and _spelled(name) in _RESERVED
    if not _VARIABLE_NAME.fullmatch(name) or _NOT_FOR_A_TOKEN.fullmatch(name) or ours:
        reason = f"jwtConfig.tokenEnvVar of {profile.name!r} is not a name for a token's variable."
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
        profile.name, f"{'.'.join(path)} of {profile.name!r} holds a character that can't be passed on."
    )


def _text(value: JsonValue) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, (str, int, float)):
        return str(value)
    if isinstance(value, list):
        # As the CLI takes them apart again; one that holds a comma comes from the configuration alone.
        parts = [part for part in value if isinstance(part, str)]
        return ",".join(parts) if all("," not in part for part in parts) else ""
    return ""
