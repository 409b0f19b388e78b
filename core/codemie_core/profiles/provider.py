"""Describes what a provider's profile consists of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum

from codemie_core.config.model.profile import FieldPath


class Kind(Enum):
    """The form that a field's text must have."""

    TEXT = "text"
    ADDRESS = "an address that begins with https:// or http://"
    REGION = "a region such as eu-central-1"
    VARIABLE = "a variable name such as CODEMIE_JWT_TOKEN"
    ACCESS_KEY_ID = "an id such as AKIAIOSFODNN7EXAMPLE"


@dataclass(frozen=True, slots=True)
class Field:
    """A field for the user to fill in."""

    path: FieldPath
    asks: str
    """The label of its input field or prompt."""
    kind: Kind = Kind.TEXT
    needed: bool = True
    default: str = ""
    """The value if none is given; `{awsRegion}` stands for the value of that other field."""

    @property
    def name(self) -> str:
        """The path as users type it: parts joined by dots."""
        return ".".join(self.path)


@dataclass(frozen=True, slots=True)
class TokenRule:
    """Where a provider's token is kept."""

    path: FieldPath
    """The field in the CLI's layout; the classic layout has `authToken` instead of `apiKey`."""
    asks: str
    needed: bool = True
    placeholder: str = ""
    """What the CLI expects in this field if the profile has no token."""


@dataclass(frozen=True, slots=True)
class Provider:
    """One way to set up a profile."""

    key: str
    """What users type to choose it; unique even if a provider can be set up in two ways."""
    name: str
    """The value of the profile's `provider` field."""
    title: str
    fields: tuple[Field, ...]
    token: TokenRule | None = None
    fixed: Mapping[str, str] = field(default_factory=dict)
    """Fields with a fixed text, by name."""
    afterwards: str = ""
    """A sentence that says what to do once the profile exists."""

    def field_named(self, name: str) -> Field | None:
        """Return the field with this name; None if the user is not asked for it."""
        return next((one for one in self.fields if one.name == name), None)

    @property
    def needed(self) -> Iterator[Field]:
        """The required fields."""
        return (one for one in self.fields if one.needed)
