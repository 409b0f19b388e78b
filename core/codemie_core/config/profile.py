"""One profile as a configuration holds it, and which of its fields are secrets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from codemie_core.errors import ProfileInvalid
from codemie_core.files.json_document import JsonValue

SECRET_FIELDS = (
    ("authToken",),
    ("apiKey",),
    ("awsSecretAccessKey",),
    ("awsSessionToken",),
    ("jwtConfig", "token"),
    ("ssoConfig", "cookiesEncrypted"),
)
"""Paths of the fields that hold a secret, in either layout; two levels at most."""

REFERENCE_PREFIX = "credential:"
"""A token of this form names an entry of the credential store and is no secret itself."""


@dataclass(frozen=True, slots=True)
class Profile:
    """A named set of fields."""

    name: str
    fields: Mapping[str, JsonValue] = field(repr=False)
    """Every field as decoded, secrets among them: never printed, not even by repr."""
    problem: str | None = None
    """Why it can't be switched to, in words for a person; None: it can."""

    @property
    def provider(self) -> str:
        """The provider's name, or an empty string."""
        return self._text("provider")

    @property
    def model(self) -> str:
        """The model's name, or an empty string."""
        return self._text("model")

    @property
    def base_url(self) -> str:
        """The service's address, or an empty string."""
        return self._text("baseUrl")

    @property
    def has_secret(self) -> bool:
        """Whether a token stands in it in the clear."""
        return any(True for _ in secrets_in(self.fields))

    @property
    def references(self) -> int:
        """How many of its tokens are references to the credential store."""
        return sum(text.startswith(REFERENCE_PREFIX) for text in _token_texts(self.fields))

    def _text(self, key: str) -> str:
        value = self.fields.get(key)
        return value if isinstance(value, str) else ""


def secrets_in(fields: Mapping[str, JsonValue]) -> Iterator[str]:
    """Yield each secret that stands in a profile's fields in the clear."""
    for text in _token_texts(fields):
        if not text.startswith(REFERENCE_PREFIX):
            yield text


def _token_texts(fields: Mapping[str, JsonValue]) -> Iterator[str]:
    for path in SECRET_FIELDS:
        value = fields.get(path[0])
        if len(path) > 1:
            value = value.get(path[1]) if isinstance(value, dict) else None
        if isinstance(value, str) and value:
            yield value


def check_name(name: str) -> None:
    """Refuse a name that a profile must not be given.

    Names that are in a file already are shown whatever they are; this is for new ones.

    Raises:
        ProfileInvalid: empty (the CLI takes an empty `activeProfile` for none), padded with spaces,
            longer than 200 characters, or with control characters or half a surrogate pair in it.
    """
    if not name.strip():
        raise ProfileInvalid(name, "A profile needs a name.")
    if name != name.strip():
        raise ProfileInvalid(name, "A profile's name must not begin or end with a space.")
    if len(name) > 200:
        raise ProfileInvalid(name, "A profile's name may have 200 characters at most.")
    if any(ord(char) < 0x20 or 0x7F <= ord(char) < 0xA0 or 0xD800 <= ord(char) < 0xE000 for char in name):
        raise ProfileInvalid(name, "A profile's name must not contain control characters.")
