"""`codemie-tray profile set-token`: a token at a prompt or from standard input, into the encrypted store."""

from __future__ import annotations

import argparse

from codemie_core import ConfigLoader, Home
from codemie_core.credentials import CredentialStore
from codemie_core.errors import AddressNotAllowed
from codemie_core.profiles.checks import shown_origins
from codemie_core.profiles.making import set_token, token_path
from codemie_core.profiles.providers import provider_of
from codemie_core.profiles.tokens.home_trust import check_trusted
from codemie_core.profiles.tokens.origin import origin_of
from codemie_core.system.command_word import command_word
from codemie_core.system.process.core_dumps import forbid_core_dumps
from codemie_tray import PROGRAM
from codemie_tray.commands.console.output import print_json, print_line, warn_if_not_kept
from codemie_tray.commands.profile.add import as_value, place_of
from codemie_tray.commands.profile.questions import read_token
from codemie_tray.commands.switching.names import resolve
from codemie_tray.text.exit_codes import ExitCode
from codemie_tray.text.plain_text import plain, whole


def run(home: Home, options: argparse.Namespace) -> ExitCode:
    """Give a profile a new token."""
    check_trusted(home)
    forbid_core_dumps()
    loader = ConfigLoader(home)
    config = loader.load_and_keep(to_change=True)
    profile = config.profile(resolve(config, options.name))
    token_path(profile, config.layout)  # refuses a provider without tokens before anything is typed
    rule = provider_of(profile.fields).token
    asks = rule.asks if rule else "Token"
    where = ", ".join(shown_origins(profile))
    goes_to = f", for {plain(where, 120)}" if where else ""
    token = read_token(f"{asks} of {whole(profile.name)}{goes_to} (not shown): ")
    held_clear = profile.has_secret
    try:
        place = set_token(
            loader,
            CredentialStore(home),
            profile.name,
            token,
            in_config=options.token_in_config,
            allowed=[origin_of(address) for address in options.allow_address],
        )
    except AddressNotAllowed as error:
        allow = " ".join(f"--allow-address {origin}" for origin in shown_origins(profile))
        refused = AddressNotAllowed(
            f"The old token of {whole(profile.name)!r} was stored for a different address; the new one would "
            f"go to {', '.join(shown_origins(profile))}. Nothing was changed."
        )
        refused.advice = (
            f"If you trust that address: {PROGRAM} profile set-token {command_word(profile.name)} {allow}"
        )
        raise refused from error
    if options.json:
        print_json({"profile": profile.name, "config": config.path, "token": as_value(place)})
        return ExitCode.OK
    print_line(f"The token of {whole(profile.name)} was set. It is {place_of(place)}.")
    if held_clear and place.credential:
        print_line(
            "Earlier versions in the history still hold the old token. To remove those versions, run "
            f"`{PROGRAM} history forget-tokens`."
        )
    warn_if_not_kept(loader)
    return ExitCode.OK
