"""Checks what the user typed, and finds problems in a profile. Nothing is sent anywhere."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from codemie_core.config.model.profile import FieldPath, Profile, field_at, is_placeholder
from codemie_core.config.secret_detection.classifier import is_secret, shown
from codemie_core.config.secret_detection.stand_ins import ACCESS_KEY_ID, REFERENCE_PREFIX
from codemie_core.files.json.document import JsonValue
from codemie_core.profiles.provider import Field, Kind, Provider
from codemie_core.profiles.providers import is_known, provider_of
from codemie_core.profiles.tokens.origin import addresses_of, origin_of, origins_of
from codemie_core.system.command_word import command_word

LONGEST_TEXT = 1000
"""Maximum length of a field, in characters."""

_ORIGIN = re.compile(r"https?://(?:[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?|\[[0-9a-f:.]+\])(?::([0-9]{1,5}))?")
_LOCAL = re.compile(r"http://(?:localhost|127\.[0-9.]+|\[::1\]|[a-z0-9.-]+\.localhost)(?::[0-9]+)?")
COMMON_FIELDS: dict[FieldPath, type] = {
    ("timeout",): float,
    ("debug",): bool,
    ("maxOutputTokens",): float,
    ("maxThinkingTokens",): float,
}
"""Fields of any provider's profile whose values are numbers or booleans, as the CLI writes them."""
_FORMS = {
    Kind.REGION: re.compile(r"[a-z]{2}(?:-[a-z]+)+-[0-9]{1,2}"),
    Kind.VARIABLE: re.compile(r"[A-Za-z_][A-Za-z0-9_]*"),
    Kind.ACCESS_KEY_ID: ACCESS_KEY_ID,
}


class Severity(Enum):
    """How bad a problem is."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem in a profile."""

    severity: Severity
    field: str
    """The field's name, parts joined by dots; empty for the profile as a whole."""
    sentence: str


def why_not(field: Field, text: str) -> str:
    """Return, as a sentence, why a field can't have this text; empty if it can."""
    if not text:
        return f"{field.asks} is required." if field.needed else ""
    if not text.isprintable():
        return f"{field.asks} must not contain control characters."
    if len(text) > LONGEST_TEXT:
        return f"{field.asks} can have at most {LONGEST_TEXT} characters."
    return _why_not_this_kind(field, text)


def _why_not_this_kind(field: Field, text: str) -> str:
    if field.kind is Kind.TEXT:
        secret = is_secret(field.path, text)
        return (
            f"{field.asks} looks like a token. Tokens can't be arguments; use `profile set-token`."
            if secret
            else ""
        )
    if field.kind is Kind.ADDRESS:
        return (
            "" if is_address(text) else f"{field.asks} must begin with https:// or http:// and name a host."
        )
    return "" if _FORMS[field.kind].fullmatch(text) else f"{field.asks} must be {field.kind.value}."


def why_not_common(path: FieldPath, value: JsonValue) -> str:
    """Return, as a sentence, why a field that any profile may have can't have this value; empty if it can."""
    kind = COMMON_FIELDS.get(path)
    if kind is None or value is None:
        return ""
    if kind is bool:
        return "" if isinstance(value, bool) else f"{path[-1]} must be true or false."
    if isinstance(value, int | float) and not isinstance(value, bool) and value >= 0:
        return ""
    return f"{path[-1]} must be a number."


def is_address(text: str) -> bool:
    """Return whether all programs would find the same host in an address."""
    match = _ORIGIN.fullmatch(origin_of(text))
    return match is not None and int(match[1] or 1) in range(1, 1 << 16)


def shown_origins(profile: Profile) -> tuple[str, ...]:
    """Return where a profile's token is sent, without any logins in addresses, so that it can be shown."""
    return tuple(
        one if is_address(one) or "://" not in one else shown(("baseUrl",), one)
        for one in origins_of(profile)
    )


def is_unencrypted(address: str) -> bool:
    """Return whether others on the network can read what is sent to an address."""
    origin = origin_of(address)
    return origin.startswith("http://") and not _LOCAL.fullmatch(origin)


def why_no_token(text: str) -> str:
    """Return, as a sentence, why a text can't be a token; empty if it can."""
    if not text.strip():
        return "The token is empty."
    if any(char.isspace() for char in text):
        return "The token contains a space or a line break, probably copied by mistake."
    if not text.isprintable():
        return "The token contains a control character."
    if text.startswith(REFERENCE_PREFIX) or is_placeholder(text):
        return "This is a placeholder, not a token."
    return ""


def problems_of(profile: Profile) -> Iterator[Problem]:
    """Yield the problems of a profile that can be found by its fields alone."""
    if profile.problem:
        yield Problem(Severity.ERROR, "", f"It can't be used: {profile.problem}.")
        return
    if not profile.provider:
        yield Problem(Severity.ERROR, "provider", "It has no provider.")
        return
    provider = provider_of(profile.fields)
    if not is_known(provider.key):
        yield Problem(Severity.WARNING, "provider", f"{provider.name!r} is not a known provider.")
    yield from _problems_of_fields(provider, profile.fields)
    yield from _problems_of_addresses(profile)
    yield from _problems_of_token(provider, profile)


def token_of(provider: Provider, fields: Mapping[str, JsonValue]) -> str:
    """Return the content of a provider's token field: the token, a reference or a placeholder."""
    if provider.token is None:
        return ""
    paths = (
        [provider.token.path, ("authToken",)] if provider.token.path == ("apiKey",) else [provider.token.path]
    )
    texts = (field_at(fields, path) for path in paths)
    return next((text for text in texts if isinstance(text, str) and text), "")


def _problems_of_fields(provider: Provider, fields: Mapping[str, JsonValue]) -> Iterator[Problem]:
    for field in provider.fields:
        value = field_at(fields, field.path)
        if value is not None and not isinstance(value, str):
            yield Problem(Severity.ERROR, field.name, f"{field.name} must be text.")
        elif reason := why_not(field, value or ""):
            yield Problem(Severity.ERROR, field.name, reason)
    for path in COMMON_FIELDS:
        if reason := why_not_common(path, field_at(fields, path)):
            yield Problem(Severity.ERROR, path[-1], reason)


def _problems_of_addresses(profile: Profile) -> Iterator[Problem]:
    for name, address in addresses_of(profile.fields):
        if is_unencrypted(address):
            yield Problem(
                Severity.WARNING, name, f"{name}: http:// sends the token unencrypted. Use https://."
            )


def _problems_of_token(provider: Provider, profile: Profile) -> Iterator[Problem]:
    if provider.token is None:
        return
    token, name = token_of(provider, profile.fields), ".".join(provider.token.path)
    if not token or is_placeholder(token):
        if provider.token.needed:
            yield Problem(
                Severity.ERROR,
                name,
                "It has no token. Set one: codemie-tray profile set-token " + command_word(profile.name),
            )
    elif not token.startswith(REFERENCE_PREFIX) and (reason := why_no_token(token)):
        yield Problem(Severity.ERROR, name, reason)
