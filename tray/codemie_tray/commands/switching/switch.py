"""`codemie-tray switch [NAME]`: does what a click does, at a prompt and in scripts."""

from __future__ import annotations

import os

from codemie_core import Config, ConfigLoader, Home, ProfileNotFound
from codemie_core.config.model.layout import CLI
from codemie_core.config.model.typed_name import meant_by
from codemie_tray import PROGRAM
from codemie_tray.commands.console.output import print_json, print_line, warn_if_not_kept
from codemie_tray.text.exit_codes import ExitCode

_THE_ONE_BEFORE = "-"


def run(home: Home, name: str | None, *, as_json: bool) -> ExitCode:
    """Make a profile the active one, and report the effect.

    Args:
        home: the home.
        name: the profile's name; `-` for the one that was active before; None lets the user choose.
        as_json: print JSON.
    """
    loader = ConfigLoader(home)
    config = _switched(home, loader, name, as_json=as_json)
    if not loader.changed:
        loader.load_and_keep()
    if as_json:
        print_json({"active": config.active, "config": config.path, "changed": loader.changed})
    elif not loader.changed:
        print_line(_already(config))
    else:
        print_line(f"Switched to {config.active}. New sessions use it; running ones keep theirs.")
    if not as_json and os.path.lexists(os.path.join(".codemie", CLI.config_name)):
        _say_what_applies_here(home, config)
    warn_if_not_kept(loader)
    return ExitCode.OK


def _switched(home: Home, loader: ConfigLoader, name: str | None, *, as_json: bool) -> Config:
    if name is None:
        from codemie_tray.commands.switching.names import pick

        name = pick(
            home, loader.load_and_keep(to_change=True), as_json=as_json, usage=f"{PROGRAM} switch NAME"
        )
    try:
        return loader.switch_profile(name)
    except ProfileNotFound:
        present = loader.load_and_keep(to_change=True)
        if name == _THE_ONE_BEFORE:
            return loader.switch_profile(_the_one_before(loader, present))
        meant = meant_by(name, [profile.name for profile in present.profiles])
        if meant is None:
            from codemie_tray.commands.switching.names import not_found

            raise not_found(present, name) from None
        return loader.switch_profile(meant)


def _say_what_applies_here(home: Home, config: Config) -> None:
    """Say if another profile applies in this folder; the CLI's own `profile switch` would change that one."""
    from codemie_core.profiles.folder import Source, profile_in, working_folder
    from codemie_core.system.command_word import command_word
    from codemie_tray.text.plain_text import whole

    here = profile_in(working_folder(), home, config)
    if here.source is Source.FOLDER and here.profile and here.profile.name != config.active:
        print_line(
            f"In this folder, {whole(here.profile.name)} still applies, as {here.project.config_path} says. "
            f"To change that: {PROGRAM} profile use-here {command_word(config.active or '')}"
        )


def _the_one_before(loader: ConfigLoader, present: Config) -> str:
    """Return the last usable profile that was active before this one, whoever switched."""
    usable = {profile.name for profile in present.profiles if not profile.problem} - {present.active}
    for version in loader.history.entries():
        active = loader.history.active(version)
        if active in usable:
            return active
    raise ProfileNotFound(
        _THE_ONE_BEFORE,
        f"The history has no previously active profile. Choose one: {PROGRAM} switch NAME",
    )


def _already(config: Config) -> str:
    why = f", the only profile in the old format of {config.path}" if config.single_provider else ""
    return f"{config.active} is already active{why}."
