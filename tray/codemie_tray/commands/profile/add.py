"""`codemie-tray profile add`: from options, or by asking at the terminal."""

from __future__ import annotations

import argparse
from collections.abc import Collection

from codemie_core import ConfigLoader, ConfigMissing, Home, Secret
from codemie_core.config.model.layout import CLI
from codemie_core.config.model.profile import check_name
from codemie_core.config.model.typed_name import meant_by
from codemie_core.config.store.arrangement_store import ArrangementStore, checked_note
from codemie_core.credentials import CredentialStore
from codemie_core.errors import ProfileExists, ProfileInvalid
from codemie_core.files.json.document import JsonValue
from codemie_core.profiles.making import TokenPlace, add_profile, fields_for, filled, merged, with_defaults
from codemie_core.profiles.provider import Provider
from codemie_core.profiles.providers import is_known, provider_named
from codemie_core.profiles.tokens.home_trust import check_trusted
from codemie_core.system.command_word import command_word
from codemie_core.system.process.core_dumps import forbid_core_dumps
from codemie_tray import PROGRAM
from codemie_tray.commands.console.output import print_error, print_json, print_line, warn_if_not_kept
from codemie_tray.commands.console.prompt_line import ask_line, can_ask
from codemie_tray.commands.console.wrong_usage import WrongUsage
from codemie_tray.commands.profile.questions import (
    ask_fields,
    ask_token,
    choose_provider,
    given,
    missing,
    read_token,
    unknown_provider,
)
from codemie_tray.text.exit_codes import ExitCode
from codemie_tray.text.plain_text import plain, whole


def run(home: Home, options: argparse.Namespace) -> ExitCode:
    """Add a profile, and its token to the store."""
    asks = can_ask() and not options.json
    loader = ConfigLoader(home)
    taken = _names_in(loader)
    name, provider, texts, others = _filled_in(options, taken, asks=asks)
    check_name(name)
    note = checked_note(name, options.note or "")
    token = _token(provider, name, options, asks=asks)
    if token is not None:
        check_trusted(home)
    before = loader.history.newest()
    fields = fields_for(provider, texts, has_token=token is not None)
    fields |= merged(fields, others)
    place = add_profile(loader, CredentialStore(home), name, fields, token, in_config=options.token_in_config)
    if options.use:
        loader.switch_profile(name)
    config = loader.load_and_keep()
    if note:
        ArrangementStore(home).set_note([one.name for one in config.profiles], name, note)
    if options.json:
        print_json(
            {"profile": name, "config": config.path, "active": config.active, "token": as_value(place)}
        )
        return ExitCode.OK
    print_line(f"Added {whole(name)} to {config.path}.")
    if place:
        print_line(f"Its token is {place_of(place)}.")
    if not asks and not is_known(provider.key):
        print_error(f"{PROGRAM}: {unknown_provider(provider.key)} Its fields were not checked.")
    if place and place.credential and config.layout is CLI:
        print_line(
            "`codemie` by itself does not find that token. Use "
            f"`{PROGRAM} run --profile {command_word(name)} -- codemie ...`."
        )
    if provider.token and provider.token.needed and token is None:
        print_line(f"It has no token yet. Set it with: {PROGRAM} profile set-token {command_word(name)}")
    if provider.afterwards:
        print_line(filled(provider.afterwards, texts) or provider.afterwards)
    if config.active == name:
        print_line("It is the active profile.")
    else:
        print_line(f"To use it: {PROGRAM} switch {command_word(name)}")
    if before is not None:
        warn_if_not_kept(loader)
    return ExitCode.OK


def place_of(place: TokenPlace) -> str:
    """Return where a token was stored, as part of a sentence."""
    if place.credential is None:
        return "in the configuration, in the clear"
    return f"in the encrypted store, as {plain(place.credential, 80)}"


def as_value(place: TokenPlace | None) -> JsonValue:
    """Return the same for `--json`."""
    return None if place is None else {"field": place.field, "credential": place.credential}


_FilledIn = tuple[str, Provider, dict[str, str], dict[tuple[str, ...], JsonValue]]


def _names_in(loader: ConfigLoader) -> Collection[str]:
    """Return the names that are taken.

    Raises:
        ConfigError, StoreError: the configuration can't be used; better now than after all the questions.
    """
    try:
        return [profile.name for profile in loader.load_and_keep(to_change=True).profiles]
    except ConfigMissing:
        return ()


def _filled_in(options: argparse.Namespace, taken: Collection[str], *, asks: bool) -> _FilledIn:
    """Return the name, the provider, the texts of its fields, and the other fields given.

    Raises:
        ProfileExists, ProfileInvalid: before anything is asked: the name given is taken or not valid.
        WrongUsage: something is missing or not valid, and nobody can be asked.
    """
    name, key = options.name, options.provider
    if asks:
        if name:
            check_name(name)
            if meant_by(name, taken) is not None:
                raise ProfileExists(name, f"There is already a profile named {name!r}.")
        name = name or ask_line("Name of the profile", problem=lambda typed: _why_no_name(typed, taken))
        key = key or choose_provider()
        if not is_known(key):
            print_error(f"{PROGRAM}: {unknown_provider(key)}")
    absent = [what for what, text in (("NAME", name), ("--provider", key)) if not text]
    provider = provider_named(key or "")
    changes = given(options, provider)
    texts = {field.name: str(changes.pop(field.path)) for field in provider.fields if field.path in changes}
    texts = ask_fields(provider, texts) if asks else with_defaults(provider, texts)
    absent += missing(provider, texts) if key else []
    if not asks and key and _lacks_token(provider, options):
        absent.append("--token-stdin (or --no-token)")
    if absent:
        reason = f"missing: {', '.join(absent)}"
        if key and not is_known(key):
            reason = f"{unknown_provider(key)} To use it anyway, add {', '.join(absent)}."
        raise WrongUsage(
            reason,
            prog=f"{PROGRAM} profile add",
            advice=f"`{PROGRAM} help profile add` lists all options. On a terminal, you are asked for "
            "missing values.",
        )
    return name, provider, texts, changes


def _lacks_token(provider: Provider, options: argparse.Namespace) -> bool:
    needed = provider.token is not None and provider.token.needed
    return needed and not options.token_stdin and not options.no_token


def _token(provider: Provider, name: str, options: argparse.Namespace, *, asks: bool) -> Secret | None:
    if options.no_token:
        return None
    if options.token_stdin and provider.token is None:
        raise WrongUsage(f"{provider.title} takes no token", advice="Leave --token-stdin out.")
    if provider.token is None or not (asks or options.token_stdin):
        return None
    forbid_core_dumps()
    if options.token_stdin:
        return read_token(f"{provider.token.asks} of {whole(name)} (not shown): ")
    return ask_token(f"{provider.token.asks} (not shown; Enter for none): ")


def _why_no_name(name: str, taken: Collection[str]) -> str:
    try:
        check_name(name)
    except ProfileInvalid as error:
        return error.reason
    return f"There is already a profile named {name!r}." if meant_by(name, taken) is not None else ""
