"""What a profile of one provider consists of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum

from codemie_core.config.model.profile import FieldPath


class Kind(Enum):
    """What a field's text has to look like."""

    TEXT = "text"
    ADDRESS = "an address that begins with https:// or http://"
    REGION = "an AWS region such as eu-central-1"
    VARIABLE = "the name of a variable such as CODEMIE_JWT_TOKEN"
    ACCESS_KEY_ID = "the id of an AWS access key such as AKIAIOSFODNN7EXAMPLE"


@dataclass(frozen=True, slots=True)
class Field:
    """One field that a person fills in."""

    path: FieldPath
    asks: str
    """The words in front of the place where it is typed."""
    kind: Kind = Kind.TEXT
    needed: bool = True
    default: str = ""
    """What it has if nothing is given; `{awsRegion}` stands for the value of another field."""

    @property
    def name(self) -> str:
        """The path as it is typed: parts joined by dots."""
        return ".".join(self.path)


@dataclass(frozen=True, slots=True)
class TokenRule:
    """Where a provider's token belongs."""

    path: FieldPath
    """In the CLI's layout; the classic one keeps `apiKey` as `authToken`."""
    asks: str
    needed: bool = True
    placeholder: str = ""
    """What the CLI expects in the field of a profile that has no token."""


@dataclass(frozen=True, slots=True)
class Provider:
    """One way to set up a profile."""

    key: str
    """What is typed for it. Two ways of the same provider differ in it."""
    name: str
    """What the profile's field `provider` says."""
    title: str
    fields: tuple[Field, ...]
    token: TokenRule | None = None
    fixed: Mapping[str, str] = field(default_factory=dict)
    """Fields that always have the same text, by name."""
    afterwards: str = ""
    """What a person has to do once the profile is there, as a sentence."""

    def field_named(self, name: str) -> Field | None:
        """Return the field of this name; None: a person is not asked for it."""
        return next((one for one in self.fields if one.name == name), None)

    @property
    def needed(self) -> Iterator[Field]:
        """The fields that a profile can't do without."""
        return (one for one in self.fields if one.needed)
