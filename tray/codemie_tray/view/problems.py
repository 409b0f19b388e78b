"""The problems of a state as rows of the menu, each followed by its remedies. Pure, like the view."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from codemie_tray.text.plain_text import names, plain
from codemie_tray.view.actions import Do, RestoreVersion
from codemie_tray.view.menu import Item
from codemie_tray.view.state import Broken, Ready, Restorable, State, config_name

LIMIT = 96
"""Characters of a row."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong."""

    says: Item
    """What is wrong; a click on it may lead there."""
    helps: tuple[Item, ...] = ()
    """Possible remedies, each a click."""


def problems_of(state: State) -> tuple[Problem, ...]:
    """Return what is wrong, the most important first."""
    return (*_of_config(state), *_of_the_rest(state))


def rows_of(state: State) -> tuple[Item, ...]:
    """Return the rows at the top of the menu: problems, their remedies, and a version to restore."""
    rows = [row for problem in problems_of(state) for row in (problem.says, *problem.helps)]
    # An empty or missing configuration may be what the user wants: offered, but not called wrong.
    rows += [row for row in _restore(state.restorable) if row not in rows]
    return tuple(rows)


def _of_config(state: State) -> Iterator[Problem]:
    config = state.config
    if isinstance(config, Broken):
        line = "" if config.line is None else f", line {config.line}"
        action = Do.OPEN_CONFIG if config.editable else Do.OPEN_FOLDER
        says = Item(plain(f"{config_name(config.path)}{line}: {config.reason}", LIMIT), action)
        yield Problem(says, _restore(state.restorable))
    if not isinstance(config, Ready):
        return
    if config.profiles and config.active_row is None:
        name = plain(config.active or "")
        why = f"The active profile “{name}” does not exist" if name else "No profile is active"
        yield Problem(Item(f"{why}: choose one", enabled=False))
    if config.read_only:
        yield Problem(Item(plain(f"{config_name(config.path)}: {config.read_only}", LIMIT), enabled=False))
    if config.overlooked:
        several = len(config.overlooked) > 1
        what = f"The CLI does not find the token{'s' if several else ''} of {names(config.overlooked)}"
        yield Problem(
            Item(plain(what, LIMIT), enabled=False),
            (Item(f"Move {'them' if several else 'it'} to where the CLI looks", Do.MOVE_TOKENS_FOR_CLI),),
        )
    if state.restorable and state.restorable.lost:
        says = Item(plain(f"Another program removed {names(state.restorable.lost)}", LIMIT), enabled=False)
        keep = Item("Keep this change", Do.ACCEPT_LOSS)
        yield Problem(says, (*_restore(state.restorable), keep))


def _of_the_rest(state: State) -> Iterator[Problem]:
    if state.credentials.problem:
        yield Problem(Item(plain(state.credentials.problem, LIMIT), Do.OPEN_FOLDER))
    if trouble := plain(state.trouble or "", LIMIT):
        yield Problem(Item(trouble, enabled=False))
    for note in state.notes:
        if text := plain(note, LIMIT):
            yield Problem(Item(text, Do.OPEN_FOLDER))


def _restore(restorable: Restorable | None) -> tuple[Item, ...]:
    if restorable is None:
        return ()
    return (Item(f"Restore the version of {restorable.when}", RestoreVersion(restorable.version)),)
