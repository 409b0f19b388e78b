"""`codemie-tray switch NAME`: what a click does, for scripts and fingers."""

from __future__ import annotations

from codemie_core import Config, ConfigLoader, Home, ProfileNotFound
from codemie_core.config.typed_name import meant_by
from codemie_tray.commands.output import print_json, print_line, warn_if_not_kept
from codemie_tray.text.exit_codes import ExitCode

_NAMES = 20
"""So many names are told where none fits."""


def run(home: Home, name: str, *, as_json: bool) -> ExitCode:
    """Make `name` the active profile and say what that means."""
    loader = ConfigLoader(home)
    try:
        config = loader.switch_profile(name)
    except ProfileNotFound as error:
        present = loader.load()
        meant = meant_by(name, [profile.name for profile in present.profiles])
        if meant is None:
            raise ProfileNotFound(name, f"{error.reason} {_who_there_is(present)}") from None
        name = meant
        config = loader.switch_profile(name)
    if not loader.changed:
        loader.load_and_keep()
    if as_json:
        print_json({"active": config.active, "config": config.path})
    elif not loader.changed:
        print_line(_already(config))
    else:
        print_line(f"Switched to {name}. New sessions use it; running ones keep theirs.")
    warn_if_not_kept(loader)
    return ExitCode.OK


def _already(config: Config) -> str:
    why = f", the only profile in the old format of {config.path}" if config.single_provider else ""
    return f"{config.active} is already active{why}."


def _who_there_is(config: Config) -> str:
    names = [profile.name for profile in config.profiles]
    more = len(names) - _NAMES
    left = f" and {more:,} more (`codemie-tray profiles` lists them)" if more > 0 else ""
    return f"Available: {', '.join(names[:_NAMES]) or 'none'}{left}."
