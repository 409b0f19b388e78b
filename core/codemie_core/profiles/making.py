"""Creates and changes profiles from what the user typed, with tokens in the credential store."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from codemie_core.config.edits import edits
from codemie_core.config.model.config import Config
from codemie_core.config.model.layout import CLASSIC, Layout
from codemie_core.config.model.profile import FieldPath, Profile, field_at
from codemie_core.config.secret_detection.stand_ins import REFERENCE_PREFIX
from codemie_core.config.store import ConfigLoader
from codemie_core.credentials.secret import Secret
from codemie_core.credentials.store import CredentialStore
from codemie_core.errors import ProfileInvalid, ProfileNotFound
from codemie_core.files.json.document import JsonDocument, JsonValue
from codemie_core.profiles.provider import Provider
from codemie_core.profiles.providers import provider_of
from codemie_core.profiles.tokens.allowed_address import origins_after_use
from codemie_core.profiles.tokens.handover.child_profile import references_in
from codemie_core.profiles.tokens.origin import origins_of
from codemie_core.profiles.tokens.reference import reference_to

Changes = Mapping[FieldPath, JsonValue]
"""Maps a field's path to its new value; None removes the field."""


@dataclass(frozen=True, slots=True)
class TokenPlace:
    """Where a token was put."""

    field: str
    """The field of the profile, parts joined by dots."""
    credential: str | None
    """The credential's name in the store; None if it is in the configuration, in clear text."""


def with_defaults(provider: Provider, given: Mapping[str, str]) -> dict[str, str]:
    """Return the given texts of a provider's fields, by name, with defaults for the missing ones."""
    texts = {name: text.strip() for name, text in given.items()}
    for field in provider.fields:
        if not texts.get(field.name) and field.default:
            texts[field.name] = filled(field.default, texts)
    return {name: text for name, text in texts.items() if text}


def filled(text: str, texts: Mapping[str, str]) -> str:
    """Return a text with `{name}` replaced by that field's text; empty if there is none."""
    for name, value in texts.items():
        text = text.replace(f"{{{name}}}", value.rstrip("/"))
    return "" if "{" in text else text


def fields_for(provider: Provider, texts: Mapping[str, str], *, has_token: bool) -> dict[str, JsonValue]:
    """Return the fields of a new profile.

    Args:
        provider: the provider.
        texts: the text of each field, by name.
        has_token: whether a token will be set; if not, the provider's placeholder is used.
    """
    changes: dict[FieldPath, JsonValue] = {("provider",): provider.name}
    changes |= {tuple(name.split(".")): text for name, text in texts.items()}
    changes |= {(name,): text for name, text in provider.fixed.items()}
    if provider.token and provider.token.placeholder and not has_token:
        changes[provider.token.path] = provider.token.placeholder
    return merged({}, changes)


def merged(fields: Mapping[str, JsonValue], changes: Changes) -> dict[str, JsonValue]:
    """Return the top-level fields that change; inner fields that don't change are kept.

    Raises:
        ProfileInvalid: a path leads through a value that has no fields.
    """
    found: dict[str, JsonValue] = {}
    for path, value in changes.items():
        top = path[0]
        if len(path) == 1:
            found[top] = value
            continue
        whole = found.get(top, fields.get(top))
        if whole is not None and not isinstance(whole, dict):
            raise _unknown_path(f"{top} has no field {'.'.join(path[1:])}.")
        inner: dict[str, JsonValue] = dict(whole or {})
        if len(path) > 2:
            raise _unknown_path(f"{'.'.join(path)} has more than two levels.")
        if value is None:
            inner.pop(path[1], None)
        else:
            inner[path[1]] = value
        found[top] = inner or None
    return found


def _unknown_path(reason: str) -> ProfileInvalid:
    error = ProfileInvalid("", reason)
    error.advice = "Nothing was changed. For example: --set jwtConfig.tokenEnvVar=MY_TOKEN"
    return error


def change_profile(loader: ConfigLoader, name: str, changes: Changes) -> Config:
    """Change fields of an existing profile.

    Raises:
        ProfileNotFound: there is no profile with this name.
        ProfileInvalid: a profile can't have such a path or value.
        ConfigError, StoreError: as `ConfigLoader.switch_profile`.
    """

    def edit(config: Config) -> JsonDocument:
        try:
            fields = config.profile(name).fields
        except ProfileNotFound:
            return config.document  # another program removed it after our change: leave it removed
        return edits.save(config, name, merged(fields, changes))

    def exists(config: Config) -> None:
        config.profile(name)

    return loader.rewrite(edit, precondition=exists)


def add_profile(
    loader: ConfigLoader,
    store: CredentialStore,
    name: str,
    fields: Mapping[str, JsonValue],
    token: Secret | None,
    *,
    in_config: bool = False,
) -> TokenPlace | None:
    """Add a profile, storing its token before the profile refers to it.

    Args:
        loader: the configuration.
        store: the store of the same home; not used if there is no token for it.
        name: the profile's name.
        fields: its fields, without the token.
        token: its token, if it has one.
        in_config: write the token into the configuration, in clear text.

    Raises:
        ProfileExists, ProfileInvalid: the name is taken or not valid; nothing was changed.
        CredentialError, ConfigError, StoreError: one of the files can't be read or written; nothing of the
            profile is left behind.
    """
    if token is None:
        loader.add_profile(name, fields)
        return None
    path = token_path(Profile(name, fields), loader.layout)
    if in_config:
        loader.add_profile(name, {**fields, **merged(fields, {path: token.reveal()})})
        return TokenPlace(".".join(path), None)
    with store.transaction() as stored:
        credential = _free_name(name, path, stored.get_all())
        stored.set_many({credential: token}, {credential: origins_of(Profile(name, fields))})
        try:
            loader.add_profile(name, {**fields, **merged(fields, {path: reference_to(credential)})})
        except BaseException:
            stored.remove(credential)
            raise
    return TokenPlace(".".join(path), credential)


def set_token(
    loader: ConfigLoader,
    store: CredentialStore,
    name: str,
    token: Secret,
    *,
    in_config: bool = False,
    allowed: Collection[str] = (),
) -> TokenPlace:
    """Replace a profile's token.

    In the store it replaces the old one, unless another profile refers to that, too.

    Args:
        loader: the configuration.
        store: the store of the same home.
        name: the profile's name.
        token: the new token.
        in_config: write it into the configuration, in clear text.
        allowed: additional origins that the token may be sent to; the old one was not stored for them.

    Raises:
        ProfileNotFound: there is no such profile.
        AddressNotAllowed: the old token was not stored for the profile's address; nothing was changed.
        CredentialError, ConfigError, StoreError: one of the files can't be read or written.
    """
    if in_config:
        path = token_path(loader.load().profile(name), loader.layout)
        change_profile(loader, name, {path: token.reveal()})
        return TokenPlace(".".join(path), None)
    with store.transaction() as stored:
        config = loader.load()
        profile = config.profile(name)
        path = token_path(profile, config.layout)
        entries = stored.entries()
        credential = _own_credential(config, profile, path)
        origins: tuple[str, ...] = origins_of(profile)
        if credential in entries and credential is not None:
            origins = origins_after_use(credential, entries[credential], profile, allowed=allowed)
        elif credential is None:
            credential = _free_name(name, path, stored.get_all())
        stored.set_many({credential: token}, {credential: origins})
        change_profile(loader, name, {path: reference_to(credential)})
    if allowed:
        store.set_origins({credential: origins})
    return TokenPlace(".".join(path), credential)


def token_path(profile: Profile, layout: Layout) -> FieldPath:
    """Return the field for a profile's token.

    Raises:
        ProfileInvalid: its provider takes no token.
    """
    provider = provider_of(profile.fields)
    if provider.token is None:
        error = ProfileInvalid(profile.name, f"{provider.title} takes no token; {profile.name!r} needs none.")
        error.advice = "If it should use another provider, change that first."
        raise error
    path = provider.token.path
    if path != ("apiKey",) or layout is not CLASSIC:
        return path
    present = field_at(profile.fields, path)
    return path if isinstance(present, str) and present else ("authToken",)


def _own_credential(config: Config, profile: Profile, path: FieldPath) -> str | None:
    """Return the credential that only this profile refers to; None if there is none."""
    text = field_at(profile.fields, path)
    if not isinstance(text, str) or not text.startswith(REFERENCE_PREFIX):
        return None
    name = text.removeprefix(REFERENCE_PREFIX)
    shared = any(name in references_in(other) for other in config.profiles if other.name != profile.name)
    return None if shared else name


def _free_name(profile: str, path: FieldPath, known: Mapping[str, Secret]) -> str:
    base = f"{profile}/{'.'.join(path)}"[:190].strip()
    base = "".join(char if char.isprintable() else "_" for char in base)
    number, name = 1, base
    while name in known:
        number += 1
        name = f"{base} {number}"
    return name
