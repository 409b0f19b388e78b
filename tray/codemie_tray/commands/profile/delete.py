"""`codemie-tray profile delete`: asks, and says how to undo it."""

from __future__ import annotations

import argparse

from codemie_core import ConfigLoader, Home
from codemie_core.profiles.tokens.handover.child_profile import references_in
from codemie_core.system.command_word import command_word
from codemie_tray import PROGRAM
from codemie_tray.commands.console.output import print_json, print_line, warn_if_not_kept
from codemie_tray.commands.console.prompt import confirm
from codemie_tray.commands.console.wrong_usage import WrongUsage
from codemie_tray.commands.switching.names import resolve
from codemie_tray.text.exit_codes import ExitCode
from codemie_tray.text.plain_text import whole


def run(home: Home, options: argparse.Namespace) -> ExitCode:
    """Remove a profile from the configuration; the previous state stays in the history."""
    loader = ConfigLoader(home)
    before = loader.load_and_keep(to_change=True)
    profile = before.profile(resolve(before, options.name))
    if not options.yes and (options.json or not confirm(f"Delete the profile {whole(profile.name)}?")):
        raise WrongUsage(
            "not confirmed; nothing was changed",
            advice="Use --yes to skip the question.",
            prog=f"{PROGRAM} profile delete",
        )
    config = loader.delete_profile(profile.name)
    kept = [version for version in loader.history.entries() if profile.name in _names(loader, version)]
    undo = kept[0].id if kept else None
    # A stored token stays, so that the profile works again once it is restored.
    still_used = {name for other in config.profiles for name in references_in(other)}
    left = [name for name in references_in(profile) if name not in still_used]
    if options.json:
        print_json(
            {
                "profile": profile.name,
                "config": config.path,
                "active": config.active,
                "undo": undo,
                "credentials": [*left],
            }
        )
        return ExitCode.OK
    print_line(f"Deleted {whole(profile.name)} from {config.path}.")
    if before.active == profile.name and config.active_profile:
        print_line(f"{whole(config.active_profile.name)} is now the active profile.")
    if undo:
        print_line(f"To undo: {PROGRAM} history restore {undo}")
    if left:
        words = " ".join(map(command_word, left))
        print_line(f"Its token stays in the store. To remove it: {PROGRAM} credentials remove {words}")
    warn_if_not_kept(loader)
    return ExitCode.OK


def _names(loader: ConfigLoader, version: object) -> list[str]:
    config = loader.history.version(version)  # type: ignore[arg-type]
    return [profile.name for profile in config.profiles]
