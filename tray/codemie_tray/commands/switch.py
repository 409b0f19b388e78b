"""`codemie-tray switch NAME`: what a click does, for scripts and fingers."""

from __future__ import annotations

from codemie_core import ConfigLoader, Home, ProfileNotFound
from codemie_core.config.typed_name import meant_by
from codemie_tray.commands.output import print_json, print_line, warn_if_not_kept
from codemie_tray.text.exit_codes import ExitCode


def run(home: Home, name: str, *, as_json: bool) -> ExitCode:
    """Make `name` the active profile and say what that means."""
    loader = ConfigLoader(home)
    try:
        config = loader.switch_profile(name)
    except ProfileNotFound as error:
        names = [profile.name for profile in loader.load().profiles]
        meant = meant_by(name, names)
        if meant is None:
            reason = f"{error.reason} There are: {', '.join(names) or 'none'}."
            raise ProfileNotFound(name, reason) from None
        name = meant
        config = loader.switch_profile(name)
    if as_json:
        print_json({"active": config.active, "config": config.path})
    else:
        print_line(f"Switched to {name}. New sessions use it; running ones keep theirs.")
    warn_if_not_kept(loader)
    return ExitCode.OK
