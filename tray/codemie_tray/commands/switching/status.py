"""`codemie-tray status`: shows which profile is active, and what the user should know about it."""

from __future__ import annotations

import os
import time

from codemie_core import Config, ConfigError, ConfigLoader, ConfigMissing, Home
from codemie_core.config.history import Offer
from codemie_core.config.migrations.schema import in_danger, unread_by_cli
from codemie_core.config.model.token_field import profiles_without_a_token_for_the_cli
from codemie_core.config.secret_detection.classifier import shown
from codemie_core.files.json.document import JsonValue
from codemie_core.profiles.folder import Choice, profile_in, working_folder
from codemie_core.profiles.tokens.handover.environment import overrides_in
from codemie_core.profiles.tokens.home_trust import worst_distrust
from codemie_tray.commands.console.advice import advice_for
from codemie_tray.commands.console.output import Bold, print_error, print_error_text, print_json, print_line
from codemie_tray.commands.console.tray_host import print_tray_host, tray_host_value
from codemie_tray.commands.switching.here import as_value, lines_of
from codemie_tray.text.exit_codes import ExitCode, exit_code_of
from codemie_tray.text.moments import moment
from codemie_tray.text.plain_text import names, plain, whole


def run(home: Home, *, as_json: bool) -> ExitCode:
    """Print the status; the exit code says whether there is a usable profile."""
    loader = ConfigLoader(home)
    try:
        config = loader.load_and_keep()
    except ConfigError as error:
        _print_error(home, loader, error, as_json=as_json)
        return exit_code_of(error)
    overrides = overrides_in(os.environ, config.active_profile)
    offer = loader.offer(config)
    distrust = worst_distrust(home)
    choice = profile_in(working_folder(), home, config)
    if as_json:
        print_json(
            {
                **_as_json(home, config, overrides, offer),
                "changeableByOthers": distrust is not None,
                "here": as_value(choice),
                "trayHost": tray_host_value(),
            }
        )
    else:
        _print(config, overrides, offer, choice)
        if distrust is not None:
            print_line(f"{distrust.sentence}: your tokens could be sent anywhere.")
            print_line(f"  To fix it: {distrust.command}")
        print_tray_host()
        if loader.trouble:
            print_error(f"codemie-tray: could not save this version to the history: {loader.trouble}")
    return ExitCode.OK if config.active_profile else ExitCode.NO_SUCH_PROFILE


def _as_json(home: Home, config: Config, overrides: list[str], offer: Offer | None) -> dict[str, JsonValue]:
    return {
        "state": "ready",
        "home": home.path,
        "config": config.path,
        "layout": config.layout.name,
        "active": config.active,
        "activeExists": config.active_profile is not None,
        "profiles": len(config.profiles),
        "tokensReadableByOthers": _readable_by_others(config),
        "tokensTheCliDoesNotFind": list(profiles_without_a_token_for_the_cli(config)),
        "singleProvider": config.single_provider,
        "cliWouldEmptyIt": in_danger(config) or bool(unread_by_cli(config)),
        "lostProfiles": list(offer.lost) if offer else [],
        "restorable": offer.version.id if offer else None,
        "overrides": list(overrides),
    }


def _print(config: Config, overrides: list[str], offer: Offer | None, choice: Choice) -> None:
    profile = config.active_profile
    if profile is not None:
        known = (shown(("provider",), profile.provider), shown(("model",), profile.model))
        details = " · ".join(part for part in known if part)
        print_line(Bold(whole(profile.name)), f"  {plain(details, 100)}".rstrip())
    elif not config.profiles:
        print_line("There is no profile yet. To create one, run `codemie-tray profile add`.")
    else:
        print_line(
            f"The active profile {config.active!r} does not exist. Choose another with `codemie-tray switch "
            "NAME`."
        )
    count = len(config.profiles)
    form = ", in the old single-provider format" if config.single_provider else ""
    print_line(f"{count} profile{'' if count == 1 else 's'} in {config.path}{form}")
    if in_danger(config):
        print_line(
            "The CLI would empty this file on its first start. To keep it safe, run `codemie-tray migrate "
            "up`."
        )
    if why := unread_by_cli(config):
        print_line(
            f"The CLI treats this file as empty, and would overwrite it: {why}. For what to do, run "
            "`codemie-tray doctor`."
        )
    if offer:
        what = f"Another program removed {names(offer.lost)}; " if offer.lost else ""
        print_line(f"{what}`codemie-tray history restore` brings back the version of {_when(offer)}.")
    if _readable_by_others(config):
        print_line(
            "This file holds a token in the clear, and other users of this machine can read it. Run "
            "`codemie-tray doctor`."
        )
    if overlooked := profiles_without_a_token_for_the_cli(config):
        print_line(
            f"The CLI does not find the token of {names(overlooked)}. To fix this, run `codemie-tray doctor "
            "--fix`."
        )
    for line in lines_of(choice, config):
        print_line(line)
    if overrides:
        print_line(f"Set in this shell, overriding the profile: {', '.join(overrides)}")


def _readable_by_others(config: Config) -> bool:
    """Whether others can read a token: by the file's own mode, and by those of the folders above it."""
    if not config.exposed:
        return False
    from codemie_core.files.trust.walk import reachable_by_others

    return reachable_by_others(os.path.realpath(config.path))


def _print_error(home: Home, loader: ConfigLoader, error: ConfigError, *, as_json: bool) -> None:
    offer = loader.offer(error)
    if not as_json:
        print_error(f"codemie-tray: {error}")
        if offer:
            print_error(f"`codemie-tray history restore` brings back the version of {_when(offer)}.")
        elif advice := advice_for(error):
            print_error_text(advice)
        return
    print_json(
        {
            "state": "missing" if isinstance(error, ConfigMissing) else "broken",
            "home": home.path,
            "config": error.path,
            "layout": loader.layout.name,
            "reason": error.reason,
            "line": error.line,
            "column": error.column,
            "restorable": offer.version.id if offer else None,
        }
    )


def _when(offer: Offer) -> str:
    return moment(offer.version.at_microseconds, now_seconds=time.time())
