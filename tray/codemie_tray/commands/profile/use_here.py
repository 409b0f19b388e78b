"""`codemie-tray profile use-here`: selects a profile for the current folder, in the CLI's own way."""

from __future__ import annotations

import argparse
import contextlib
import os

from codemie_core import ConfigError, ConfigLoader, Home
from codemie_core.profiles.folder import use_here, use_here_no_more, working_folder
from codemie_tray import PROGRAM
from codemie_tray.commands.console.output import print_json, print_line
from codemie_tray.commands.console.wrong_usage import WrongUsage
from codemie_tray.commands.switching.names import pick, resolve
from codemie_tray.text.exit_codes import ExitCode
from codemie_tray.text.plain_text import whole


def run(home: Home, options: argparse.Namespace) -> ExitCode:
    """Select a profile for this folder, or go back to the active one."""
    folder = working_folder()
    if not os.path.isabs(folder):
        raise WrongUsage("the current folder no longer exists", advice="Go to another folder.")
    if options.undo:
        if options.name is not None:
            raise WrongUsage("--undo takes no name", prog=f"{PROGRAM} profile use-here")
        return _undo(home, folder, as_json=options.json)
    config = ConfigLoader(home).load_and_keep(to_change=True)
    typed = options.name
    name = (
        pick(home, config, as_json=options.json, usage=f"{PROGRAM} profile use-here NAME")
        if typed is None
        else resolve(config, typed)
    )
    path = use_here(folder, home, name)
    if options.json:
        print_json({"profile": name, "file": path, "active": config.active})
    else:
        print_line(
            f"{whole(name)} is now the profile of {folder}, for the CLI and for `{PROGRAM} run`: {path}"
        )
        print_line(f"To undo: {PROGRAM} profile use-here --undo")
    return ExitCode.OK


def _undo(home: Home, folder: str, *, as_json: bool) -> ExitCode:
    removed = use_here_no_more(folder, home)
    active = None
    with contextlib.suppress(ConfigError):  # needed only for the message
        active = ConfigLoader(home).load_and_keep(to_change=True).active
    if as_json:
        print_json({"profile": None, "file": removed, "active": active})
    elif removed is None:
        print_line("This folder has no profile of its own. Nothing was changed.")
    else:
        print_line(f"Removed {removed}. The active profile applies here again: {whole(active or 'none')}")
    return ExitCode.OK
