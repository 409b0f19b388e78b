"""Decides which tokens may be moved to the credential store: only those that `run` can hand over again.

A token that was moved but no longer reaches any program is as good as lost.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from codemie_core.config.model.config import Config
from codemie_core.config.model.profile import FieldPath, Profile
from codemie_core.errors import ProfileInvalid
from codemie_core.profiles.tokens.handover.environment import check_jwt_variable
from codemie_core.profiles.tokens.reference import TokenField, token_fields

_READ_BY_NO_PROGRAM = (("awsSessionToken",), ("ssoConfig", "cookiesEncrypted"))
"""Fields that the CLI (0.14) declares or people add, but nothing reads, so no program could get them."""


@dataclass(frozen=True, slots=True)
class Staying:
    """A token in clear text that is not moved."""

    profile: str
    field: str
    """The field's name, parts joined by dots."""
    reason: str
    """The reason, as the end of a sentence."""


def why_it_stays(profile: Profile, path: FieldPath) -> str:
    """Return why the token in a field can't be moved into the store; empty if it can.

    Args:
        profile: the profile.
        path: the field, one of `SECRET_FIELDS`.
    """
    if path in _READ_BY_NO_PROGRAM:
        return "the CLI does not read this field, so `run` could not pass it to a program"
    if path == ("jwtConfig", "token"):
        try:
            check_jwt_variable(profile)
        except ProfileInvalid as error:
            return f"`run` could not pass it on: {error.reason}"
    return ""


def movable_tokens(config: Config) -> tuple[TokenField, ...]:
    """Return a configuration's clear-text tokens that can be moved."""
    return tuple(token for token, reason in _in_clear(config) if not reason)


def staying_tokens(config: Config) -> tuple[Staying, ...]:
    """Return a configuration's clear-text tokens that can't be moved."""
    return tuple(
        Staying(token.profile, ".".join(token.field_path), reason)
        for token, reason in _in_clear(config)
        if reason
    )


def _in_clear(config: Config) -> Iterator[tuple[TokenField, str]]:
    for token in token_fields(config):
        if token.in_clear:
            yield token, why_it_stays(config.profile(token.profile), token.field_path)
