"""`credential:NAME` in place of a token: what it names, and the profile with its tokens put in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from codemie_core.config.model import Config
from codemie_core.config.profile import REFERENCE_PREFIX, SECRET_FIELDS, Profile
from codemie_core.credentials.secret import Secret
from codemie_core.errors import CredentialNotFound
from codemie_core.files.json_document import JsonValue

FieldPath = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TokenField:
    """One field of one profile that holds a token or a reference to one."""

    profile: str
    field_path: FieldPath
    value: Secret = field(repr=False)
    """As it stands in the file."""

    @property
    def reference(self) -> str | None:
        """The credential's name it refers to; None: the token itself stands there."""
        text = self.value.reveal()
        return text.removeprefix(REFERENCE_PREFIX) if text.startswith(REFERENCE_PREFIX) else None


def reference_to(name: str) -> str:
    """Return the text that stands in a profile in place of the secret `name`."""
    return REFERENCE_PREFIX + name


def token_fields(config: Config) -> Iterator[TokenField]:
    """Yield every field of every profile that holds a token or a reference, in the order of the file."""
    for profile in config.profiles:
        yield from token_fields_of(profile)


def token_fields_of(profile: Profile) -> Iterator[TokenField]:
    """Yield the fields of one profile that hold a token or a reference."""
    for path in SECRET_FIELDS:
        value = _at(profile.fields, path)
        if isinstance(value, str) and value:
            yield TokenField(profile.name, path, Secret(value))


def tokens_of(profile: Profile, secrets: Mapping[str, Secret]) -> dict[FieldPath, Secret]:
    """Return a profile's tokens, each reference replaced by what it refers to.

    Args:
        profile: the profile.
        secrets: the store's content; may be empty where the profile refers to nothing.

    Raises:
        CredentialNotFound: a reference to a credential that is not there.
    """
    tokens: dict[FieldPath, Secret] = {}
    for token in token_fields_of(profile):
        name = token.reference
        if name is not None and name not in secrets:
            raise CredentialNotFound(name)
        tokens[token.field_path] = token.value if name is None else secrets[name]
    return tokens


def _at(fields: Mapping[str, JsonValue], path: FieldPath) -> JsonValue:
    value: JsonValue = fields.get(path[0])
    for key in path[1:]:
        value = value.get(key) if isinstance(value, dict) else None
    return value
