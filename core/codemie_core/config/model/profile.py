"""One profile as a configuration holds it, and which of its fields are secrets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from codemie_core.config.secret_detection.stand_ins import (
    ACCESS_KEY_ID,
    PLACEHOLDERS,
    REFERENCE_PREFIX,
    TOKEN_FIELDS,
    is_of_aws,
)
from codemie_core.errors import ProfileInvalid
from codemie_core.files.json.document import JsonValue

TYPE_CHECKING = False  # as `typing` has it, whose import every command would pay for

SECRET_FIELDS: tuple[tuple[str, ...], ...] = (
    ("authToken",),
    ("apiKey",),
    ("awsSecretAccessKey",),
    ("awsSessionToken",),
    ("jwtConfig", "token"),
    ("ssoConfig", "cookiesEncrypted"),
)
"""Paths of the fields that hold a secret, in either layout; two levels at most."""

FieldPath = tuple[str, ...]
"""The names that lead to a field of a profile, the outermost first."""


@dataclass(frozen=True, slots=True)
class Profile:
    """A named set of fields."""

    name: str
    fields: Mapping[str, JsonValue] = field(repr=False)
    """Every field as decoded, secrets among them: never printed, not even by repr."""
    problem: str | None = None
    """Why it can't be selected, in words for the user; None if it can."""

    if TYPE_CHECKING:
        # For `"work" in config.profiles`: else a type checker says that no text can be among profiles.
        def __eq__(self, other: object) -> bool: ...

        def __hash__(self) -> int: ...

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
        """Whether any field holds a secret in clear text."""
        from codemie_core.config.secret_detection.search import secrets_in_fields  # not for a mere switch

        return next(secrets_in_fields(self.fields), None) is not None

    @property
    def references(self) -> int:
        """How many of its tokens are references to the credential store."""
        return sum(text.startswith(REFERENCE_PREFIX) for _, text in texts_in(self.fields))

    def _text(self, key: str) -> str:
        value = self.fields.get(key)
        return value if isinstance(value, str) else ""


def is_placeholder(text: str) -> bool:
    """Return whether `text` is one of the words used in place of a key."""
    return text in PLACEHOLDERS


def is_secret(fields: Mapping[str, JsonValue], path: FieldPath, text: str) -> bool:
    """Return whether the text of a secret's field is a secret in clear text.

    References to the credential store and placeholders are not secrets. Nor is an AWS access key id, which
    the CLI keeps in `apiKey`: AWS itself shows it in logs, and it is useless without `awsSecretAccessKey`.

    Args:
        fields: the profile's.
        path: the field's, one of `SECRET_FIELDS`.
        text: what it holds.
    """
    if not text or text.startswith(REFERENCE_PREFIX):
        return False
    if path not in TOKEN_FIELDS:
        return True
    return not (is_placeholder(text) or (is_of_aws(fields) and ACCESS_KEY_ID.fullmatch(text)))


def secrets_in(fields: Mapping[str, JsonValue]) -> Iterator[str]:
    """Yield each secret in clear text in a profile's fields."""
    return (text for path, text in texts_in(fields) if is_secret(fields, path, text))


def texts_in(fields: Mapping[str, JsonValue]) -> Iterator[tuple[FieldPath, str]]:
    """Yield each of `SECRET_FIELDS` that holds a text, secret or not, and that text."""
    for path in SECRET_FIELDS:
        value = field_at(fields, path)
        if isinstance(value, str) and value:
            yield path, value


def field_at(fields: Mapping[str, JsonValue], path: FieldPath) -> JsonValue:
    """Return the value of a field; None where there is none."""
    value: JsonValue = fields.get(path[0])
    for key in path[1:]:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def check_name(name: str) -> None:
    """Refuse a name that a profile must not be given.

    Names that are in a file already are shown whatever they are; this is for new ones.

    Raises:
        ProfileInvalid: empty (the CLI takes an empty `activeProfile` for none), padded with spaces,
            longer than 200 characters, or with control characters or half a surrogate pair in it.
    """
    if reason := _why_no_name(name):
        error = ProfileInvalid(name, reason)
        error.advice = "Choose another name."
        raise error


def _why_no_name(name: str) -> str:
    if not name.strip():
        return "A profile needs a name."
    if name == "-":
        return "A profile can't be named -, which stands for the previous profile."
    if name != name.strip():
        return "A profile's name must not begin or end with a space."
    if len(name) > 200:
        return "A profile's name can have at most 200 characters."
    if any(ord(char) < 0x20 or 0x7F <= ord(char) < 0xA0 or 0xD800 <= ord(char) < 0xE000 for char in name):
        return "A profile's name must not contain control characters."
    return ""
