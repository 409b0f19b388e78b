"""The commands that use one profile in one terminal, for each kind of terminal."""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Callable
from dataclasses import dataclass

from codemie_tray import PROGRAM
from codemie_tray.commands.launch.quoting import fish, powershell_word
from codemie_tray.text.language import _

CLI = "codemie-claude"
_SIMPLE = re.compile(r"[A-Za-z0-9_./-]+")


@dataclass(frozen=True, slots=True)
class Command:
    """One command to copy."""

    caption: str
    """What the menu calls it."""
    text: str


def run_command(profile: str, *, windows: bool) -> str:
    """Return the command that starts the CLI with a profile, as typed.

    Args:
        profile: the profile's name, with any characters.
        windows: for cmd and PowerShell; otherwise for a POSIX shell.
    """
    words = [PROGRAM, "run", "--profile", profile, "--", CLI]
    return subprocess.list2cmdline(words) if windows else shlex.join(words)


def commands_for(profile: str, *, windows: bool) -> tuple[tuple[Command, ...], tuple[Command, ...]]:
    """Return the commands that start the CLI, and those that set up a terminal for any program.

    Args:
        profile: the profile's name, with any characters.
        windows: whether this is Windows, whose own terminals come first.
    """
    run, env = f"{PROGRAM} run --profile", f"{PROGRAM} env --profile"
    posix, in_fish, in_powershell = (_word(profile, quote) for quote in (shlex.quote, fish, powershell_word))
    starting = [
        Command(_("Start the CLI from bash or zsh"), f"{run} {posix} -- {CLI}"),
        Command(_("Start the CLI from fish"), f"{run} {in_fish} -- {CLI}"),
        Command(_("Start the CLI from PowerShell"), f"{run} {in_powershell} -- {CLI}"),
    ]
    setting = [
        Command(_("Set up a bash or zsh terminal"), f'eval "$({env} {posix} --shell sh)"'),
        Command(_("Set up a fish terminal"), f"{env} {in_fish} --shell fish | source"),
        Command(
            _("Set up a PowerShell terminal"),
            f"{env} {in_powershell} --shell powershell | Out-String | Invoke-Expression",
        ),
    ]
    if windows:
        starting.insert(
            0, Command(_("Start the CLI from Command Prompt"), run_command(profile, windows=True))
        )
        starting.insert(1, starting.pop())
        setting.insert(0, setting.pop())
    return tuple(starting), tuple(setting)


def _word(text: str, quote: Callable[[str], str]) -> str:
    return text if _SIMPLE.fullmatch(text) else quote(text)
