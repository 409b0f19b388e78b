"""Checks whether a program's arguments would override the profile that we give it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence

from codemie_core.config.model.profile import Profile
from codemie_core.errors import CommandOverrides
from codemie_core.profiles.tokens.origin import origin_of, origins_of
from codemie_core.system.command_word import command_word

_PROGRAMS = re.compile(r"codemie(-[a-z]+)*(\.(js|mjs|cmd|ps1|exe))?")


def check_command(command: Sequence[str], profile: Profile, *, any_program: bool = False) -> None:
    """Refuse arguments that would make the CLI deviate from the profile.

    Args:
        command: the program and its arguments.
        profile: the profile that it is given.
        any_program: check `--profile` of any program, not only of the CLI.

    Raises:
        CommandOverrides: `--profile` names another profile, or `--base-url` another address.
    """
    for name in _values(command, "--profile", any_program=any_program):
        if name != profile.name:
            raise CommandOverrides(
                f"{command[0]} gets only profile {profile.name!r} and can't see {name!r}. "
                f"Use: codemie-tray run --profile {command_word(name)} -- {command[0]}"
            )
    for address in _values(command, "--base-url"):
        if origin_of(address) not in origins_of(profile):
            raise CommandOverrides(
                f"--base-url {address} is not an address of profile {profile.name!r}, whose token would go "
                "there. Create a profile with this address and its own token."
            )


def reads_configuration_alone(command: Sequence[str]) -> bool:
    """Return whether the program will read its token from its configuration instead of variables.

    The CLI does so if it is given `--profile`, whatever the name.
    """
    return any(True for _ in _values(command, "--profile"))


def _values(command: Sequence[str], option: str, *, any_program: bool = False) -> Iterator[str]:
    words = list(command)
    words = words[: words.index("--")] if "--" in words else words
    if not any_program:
        # Another program may start it: `npx codemie-claude`, `node .../codemie-claude.js`.
        at = next((at for at, word in enumerate(words) if _is_cli(word)), len(words))
        words = words[at + 1 :]
    for word, following in zip(words, [*words[1:], ""], strict=False):
        if word == option:
            yield following
        elif word.startswith(f"{option}="):
            yield word.partition("=")[2]


def _is_cli(word: str) -> bool:
    name = os.path.basename(word.replace("\\", "/")).lower()
    return bool(_PROGRAMS.fullmatch(name)) and not name.startswith("codemie-tray")
