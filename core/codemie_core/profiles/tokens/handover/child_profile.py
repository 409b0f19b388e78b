"""The only profile that a program started by `run` sees, as a configuration with references resolved."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace

from codemie_core.config.model.config import Config
from codemie_core.config.model.layout import CLASSIC, CLI
from codemie_core.config.model.profile import Profile
from codemie_core.config.secret_detection.stand_ins import REFERENCE_PREFIX
from codemie_core.credentials.secret import Secret
from codemie_core.errors import CredentialNotFound
from codemie_core.files.json.document import JsonValue

_SHARED_KEYS = ("userEmail", "codemieSkills", "codemieAssistants")
"""Keys in the CLI's file that don't belong to a profile."""

_CARRIED_BY_VARIABLES = (("apiKey",), ("authToken",), ("jwtConfig", "token"))


def references_in(profile: Profile) -> tuple[str, ...]:
    """Return the distinct names of the credentials that a profile's fields refer to."""
    return tuple(dict.fromkeys(text.removeprefix(REFERENCE_PREFIX) for text in _references(profile.fields)))


def refers_beside_api_key(profile: Profile) -> bool:
    """Return whether a field other than `apiKey` refers to a credential.

    `CODEMIE_API_KEY` overrides that field wherever the CLI found it; the CLI keeps all other fields.
    """
    return any(True for name, value in profile.fields.items() if name != "apiKey" for _ in _references(value))


def resolved(profile: Profile, secrets: Mapping[str, Secret]) -> Profile:
    """Return a profile with the references in all of its fields replaced by the secrets.

    Raises:
        CredentialNotFound: a reference names a credential that does not exist.
    """
    fields = {name: _resolved(value, secrets) for name, value in profile.fields.items()}
    return replace(profile, fields=fields)


def config_texts(config: Config, profile: Profile, *, with_every_token: bool) -> dict[str, str]:
    """Return configuration files, by name, with this profile as the only and active one.

    Args:
        config: the configuration the profile is from.
        profile: the profile, with references resolved.
        with_every_token: if False, leave out tokens that the environment also contains, so that no file has
            them; if the CLI is given `--profile`, it does not read them from the environment.
    """
    fields = dict(profile.fields)
    if not fields.get(CLI.token_field) and isinstance(fields.get(CLASSIC.token_field), str):
        fields[CLI.token_field] = fields[CLASSIC.token_field]
    if not with_every_token:
        fields = _without(fields)
    shared = config.document.value(config.document.root)
    shared = shared if isinstance(shared, dict) else {}
    cli: dict[str, JsonValue] = {
        "version": 2,
        "activeProfile": profile.name,
        "profiles": {profile.name: {"name": profile.name, **fields}},
        **{key: shared[key] for key in _SHARED_KEYS if key in shared and not _holds_reference(shared[key])},
    }
    texts = {CLI.config_name: _json(cli)}
    if config.layout is not CLI:
        texts[config.layout.config_name] = _json(
            {"version": 2, "activeProfile": profile.name, "profiles": {profile.name: fields}}
        )
    return texts


def _json(value: JsonValue) -> str:
    return json.dumps(value, indent=2) + "\n"


def _resolved(value: JsonValue, secrets: Mapping[str, Secret]) -> JsonValue:
    if isinstance(value, str) and value.startswith(REFERENCE_PREFIX):
        name = value.removeprefix(REFERENCE_PREFIX)
        if name not in secrets:
            raise CredentialNotFound(name)
        return secrets[name].reveal()
    if isinstance(value, dict):
        return {key: _resolved(inner, secrets) for key, inner in value.items()}
    if isinstance(value, list):
        return [_resolved(inner, secrets) for inner in value]
    return value


def _references(value: object) -> Iterator[str]:
    if isinstance(value, str):
        if value.startswith(REFERENCE_PREFIX):
            yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _references(inner)


def _holds_reference(value: JsonValue) -> bool:
    return any(True for _ in _references(value))


def _without(fields: dict[str, JsonValue]) -> dict[str, JsonValue]:
    left: dict[str, JsonValue] = dict(fields)
    for path in _CARRIED_BY_VARIABLES:
        if len(path) == 1:
            left.pop(path[0], None)
        elif isinstance(inner := left.get(path[0]), dict):
            left[path[0]] = {key: value for key, value in inner.items() if key != path[1]}
    return left
