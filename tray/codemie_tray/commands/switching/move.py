"""`codemie-tray profile move`: changes the user's own order of the profiles, not the configuration."""

from __future__ import annotations

import argparse

from codemie_core import ConfigLoader, Home
from codemie_core.config.store.arrangement_store import ArrangementStore
from codemie_tray import PROGRAM
from codemie_tray.commands.console.output import print_json, print_line
from codemie_tray.commands.console.wrong_usage import WrongUsage
from codemie_tray.commands.switching.names import resolve
from codemie_tray.text.exit_codes import ExitCode
from codemie_tray.text.plain_text import whole


def run(home: Home, options: argparse.Namespace) -> ExitCode:
    """Move a profile to another place."""
    config = ConfigLoader(home).load_and_keep()
    store = ArrangementStore(home)
    name = resolve(config, options.name)
    others = [one.name for one in store.load().sorted(config.profiles) if one.name != name]
    after = bool(options.after or options.last)
    if other := options.before or options.after:
        anchor = resolve(config, other)
        if anchor == name:
            raise WrongUsage(f"{whole(name)} can't be moved next to itself", prog=f"{PROGRAM} profile move")
    elif others:
        anchor = others[-1] if after else others[0]
    else:
        anchor = name
    present = [one.name for one in config.profiles]
    ordered = store.move(present, name, anchor, after=after).sorted(config.profiles)
    names = [one.name for one in ordered]
    if options.json:
        print_json({"profile": name, "order": [*names]})
    else:
        print_line(f"{whole(name)} is number {names.index(name) + 1} of {len(names)} now.")
    return ExitCode.OK
