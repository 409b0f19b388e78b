"""`credential:NAME` in place of a token: finds these references and resolves them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from codemie_core.config.model.config import Config
from codemie_core.config.model.profile import FieldPath, Profile, is_secret, texts_in
from codemie_core.config.secret_detection.stand_ins import REFERENCE_PREFIX
from codemie_core.credentials.secret import Secret
from codemie_core.errors import CredentialNotFound


@dataclass(frozen=True, slots=True)
class TokenField:
    """A field of a profile that is meant for a secret, with its value."""

    profile: str
    field_path: FieldPath
    value: Secret = field(repr=False)
    """The text in the file."""
    in_clear: bool
    """Whether it is a secret rather than a reference, a placeholder or an AWS access key id."""

    @property
    def reference(self) -> str | None:
        """The name of the credential that it refers to; None if it is not a reference."""
        text = self.value.reveal()
        return text.removeprefix(REFERENCE_PREFIX) if text.startswith(REFERENCE_PREFIX) else None


def reference_to(name: str) -> str:
    """Return the text that replaces the secret `name` in a profile."""
    return REFERENCE_PREFIX + name


def token_fields(config: Config) -> Iterator[TokenField]:
    """Yield the secret fields of all profiles that contain a text, in file order."""
    for profile in config.profiles:
        yield from token_fields_of(profile)


def token_fields_of(profile: Profile) -> Iterator[TokenField]:
    """Yield a profile's secret fields that contain a text."""
    for path, text in texts_in(profile.fields):
        yield TokenField(profile.name, path, Secret(text), is_secret(profile.fields, path, text))


def tokens_of(profile: Profile, secrets: Mapping[str, Secret]) -> dict[FieldPath, Secret]:
    """Return the texts of a profile's secret fields, with references resolved.

    Args:
        profile: the profile.
        secrets: the store's contents; may be empty if the profile has no references.

    Raises:
        CredentialNotFound: a reference names a credential that does not exist.
    """
    tokens: dict[FieldPath, Secret] = {}
    for token in token_fields_of(profile):
        name = token.reference
        if name is not None and name not in secrets:
            raise CredentialNotFound(name)
        tokens[token.field_path] = token.value if name is None else secrets[name]
    return tokens
