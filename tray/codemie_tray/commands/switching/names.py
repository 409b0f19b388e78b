"""Finds the profile that a typed name means, or asks if no name was given."""

from __future__ import annotations

from codemie_core import Config, Home, ProfileNotFound
from codemie_core.config.model.typed_name import meant_by
from codemie_core.config.store.arrangement_store import ArrangementStore
from codemie_tray import PROGRAM
from codemie_tray.commands.console.prompt_line import can_ask, choose
from codemie_tray.commands.console.wrong_usage import WrongUsage
from codemie_tray.text.labels import labels

_NAMES = 20
"""At most this many names are listed if none matches."""


def resolve(config: Config, typed: str) -> str:
    """Return the name of the profile that is meant.

    Raises:
        ProfileNotFound: no profile matches; the message names the one probably meant, or those that exist.
    """
    meant = meant_by(typed, [profile.name for profile in config.profiles])
    if meant is None:
        raise not_found(config, typed)
    return meant


def not_found(config: Config, typed: str) -> ProfileNotFound:
    """Return the error for a name that no profile has."""
    if not config.profiles:
        error = ProfileNotFound(typed, f"There is no profile named {typed!r}, nor any other.")
        error.advice = f"Create the first one: {PROGRAM} profile add"
        return error
    near = similar(typed, [profile.name for profile in config.profiles])
    hint = f"Did you mean {near!r}?" if near else _who_there_is(config)
    return ProfileNotFound(typed, f"There is no profile named {typed!r}. {hint}")


def pick(home: Home, config: Config, *, as_json: bool, usage: str) -> str:
    """Return the profile that the user chooses from a list, which is in the user's own order.

    Args:
        home: the home.
        config: the configuration.
        as_json: called by a program, so nobody is asked.
        usage: what to type instead if nobody can be asked.

    Raises:
        WrongUsage: there is no terminal, or there is nothing to choose from.
        NotAnswered: nothing was chosen.
    """
    names = [profile.name for profile in ArrangementStore(home).load().sorted(config.profiles)]
    if as_json or not can_ask() or not names:
        raise WrongUsage("no profile given. " + _who_there_is(config), advice=f"Usage: {usage}")
    label_of = labels(names)
    shown = [label_of[name] for name in names]
    active = label_of.get(config.active or "", "")
    return names[choose("Profile", shown, marked=active)]


def similar(typed: str, names: list[str]) -> str | None:
    """Return the name that a typo, or the beginning of a name, probably means; None if there is none."""
    begin = [name for name in names if typed and name.casefold().startswith(typed.casefold())]
    if len(begin) == 1:
        return begin[0]
    import difflib  # only needed for typos

    same = {name.casefold(): name for name in names}
    near = difflib.get_close_matches(typed.casefold(), same, n=1)
    return same[near[0]] if near else None


def _who_there_is(config: Config) -> str:
    names = [profile.name for profile in config.profiles]
    more = len(names) - _NAMES
    left = f" and {more:,} more (`codemie-tray profiles` lists them)" if more > 0 else ""
    return f"Available: {', '.join(names[:_NAMES]) or 'none'}{left}."
