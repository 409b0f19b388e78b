"""The fields of a profile, from options, and from the user for missing ones."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping

from codemie_core import Secret
from codemie_core.config.model.profile import SECRET_FIELDS, FieldPath
from codemie_core.config.secret_detection.classifier import is_secret
from codemie_core.files.json.document import JsonValue
from codemie_core.profiles.checks import COMMON_FIELDS, why_no_token, why_not, why_not_common
from codemie_core.profiles.making import with_defaults
from codemie_core.profiles.provider import Field, Kind, Provider
from codemie_core.profiles.providers import PROVIDERS
from codemie_tray import PROGRAM
from codemie_tray.commands.console.prompt import ask_optional_secret, ask_secret
from codemie_tray.commands.console.prompt_line import ask_line, choose
from codemie_tray.commands.console.wrong_usage import WrongUsage
from codemie_tray.commands.switching.names import similar
from codemie_tray.text.plain_text import plain

_OPTIONS = {"model": "--model", "baseUrl": "--base-url", "provider": "--provider"}
_TRIES = 3
_HOW_TO_SET = f"Nothing was changed. `{PROGRAM} help profile add` lists the fields of each provider."


def option_for(field: Field) -> str:
    """Return the option that sets a field."""
    return _OPTIONS.get(field.name, f"--set {field.name}=VALUE")


def option_to_set(name: str) -> str:
    """Return what to type to set the field of this name."""
    return f"{_OPTIONS[name]} VALUE" if name in _OPTIONS else f"--set {name}=VALUE"


def given(options: argparse.Namespace, provider: Provider) -> dict[FieldPath, JsonValue]:
    """Return the fields set by options, checked as far as the provider knows them.

    Raises:
        WrongUsage: a text is invalid for its field, a token is among the arguments, or `FIELD=VALUE` is
            missing.
    """
    found: dict[FieldPath, JsonValue] = {}
    for name, text in (("model", options.model), ("baseUrl", options.base_url)):
        if text is not None:
            found[(name,)] = text.strip()
    for setting in options.set:
        name, equals, text = setting.partition("=")
        if not equals or not all(name.split(".")):
            raise WrongUsage(
                f"--set {setting}: expected FIELD=VALUE",
                advice="For example: --set awsRegion=eu-central-1",
            )
        path = tuple(name.split("."))
        found[path] = text if provider.field_named(name) else _value(text)
    for path, value in found.items():
        _check(provider, path, value)
    return found


def unknown_provider(key: str) -> str:
    """Say that a provider is not in the table, and which one was probably meant, or which there are."""
    known = [provider.key for provider in PROVIDERS]
    near = similar(key, known)
    return f"{plain(key)!r} is not a known provider. " + (
        f"Did you mean {near!r}?" if near else f"The known ones are {', '.join(known)}."
    )


def choose_provider() -> str:
    """Ask for the provider and return its key; raises `NotAnswered`."""
    width = max(len(provider.key) for provider in PROVIDERS)
    shown = [f"{one.key:<{width}}  {one.title}" for one in PROVIDERS]
    return PROVIDERS[choose("Provider", shown, names=[one.key for one in PROVIDERS])].key


def ask_fields(
    provider: Provider, texts: dict[str, str], *, present: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Ask for each missing field; raises `NotAnswered`.

    Args:
        provider: the provider.
        texts: the texts given, by field name.
        present: the present values, which an empty line keeps.
    """
    for field in provider.fields:
        if field.name not in texts:
            default = (present or {}).get(field.name) or with_defaults(provider, texts).get(field.name, "")
            texts[field.name] = ask_line(
                field.asks if field.needed or default else f"{field.asks} (may be empty)",
                default=default,
                problem=lambda text, field=field: why_not(field, text),  # type: ignore[misc]
            )
    return {name: text for name, text in texts.items() if text}


def missing(provider: Provider, texts: dict[str, str]) -> list[str]:
    """Return the options for the required fields that have no text."""
    return [option_for(field) for field in provider.needed if not field.default and not texts.get(field.name)]


def read_token(question: str) -> Secret:
    """Return a token, typed unseen or read from standard input.

    Raises:
        CredentialInvalid: nothing was given.
        WrongUsage: it can't be a token.
    """
    token = ask_secret(question)
    _check_token(token)
    return token


def ask_token(question: str) -> Secret | None:
    """Ask for a token at the terminal; None if the user just pressed Enter."""
    for left in reversed(range(_TRIES)):
        token = ask_optional_secret(question)
        if token is None:
            return None
        try:
            _check_token(token)
        except WrongUsage as error:
            if not left:
                raise
            from codemie_tray.commands.console.output import print_error

            print_error(f"  {error}")
        else:
            return token
    return None


def _check_token(token: Secret) -> None:
    if reason := why_no_token(token.reveal()):
        raise WrongUsage(
            reason, advice=f"Nothing was changed. To try again: {PROGRAM} profile set-token NAME"
        )


def _check(provider: Provider, path: FieldPath, value: JsonValue) -> None:
    name = ".".join(path)
    field = provider.field_named(name)
    if field is None and (path in SECRET_FIELDS or is_secret(path, value)):
        raise WrongUsage(
            f"{name}: a token can't be an argument, where the shell history and other users can see it",
            advice=f"Nothing was changed. Pipe it to `{PROGRAM} profile add --token-stdin` or "
            f"`{PROGRAM} profile set-token`, or type it when they ask.",
        )
    if field is None and path[-1].lower().endswith("url"):
        field = Field(path, name, Kind.ADDRESS)
    reason = why_not_common(path, value) if field is None else ""
    if len(path) > 1 and (path[:1] in COMMON_FIELDS or provider.field_named(path[0])):
        reason = f"{path[0]} has no field {'.'.join(path[1:])}."
    if field is not None and isinstance(value, str):
        reason = why_not(field, value)
    if reason:
        raise WrongUsage(f"{_OPTIONS.get(name, f'--set {name}')}: {reason}", advice=_HOW_TO_SET)


def _value(text: str) -> JsonValue:
    """Return true, false and numbers as such, anything else as text."""
    try:
        value: JsonValue = json.loads(text)
    except ValueError:
        return text
    return value if isinstance(value, bool | int | float) else text
