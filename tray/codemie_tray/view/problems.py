"""The problems of a state as rows of the menu, each followed by its remedies. Pure, like the view."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from codemie_tray.text.amounts import plural
from codemie_tray.text.plain_text import names, plain
from codemie_tray.view.actions import Do, Explain, RestoreVersion
from codemie_tray.view.menu import Item
from codemie_tray.view.rows.credential_rows import tokens_rows, warns_about_tokens
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
    name = config_name(config.path)
    if config.profiles and config.active_row is None:
        active = plain(config.active or "")
        why = f"The active profile “{active}” does not exist" if active else "No profile is active"
        yield Problem(_explained(f"{why}: choose one", "Choose one of the profiles in the menu."))
    if config.read_only:
        label = plain(f"{name}: {config.read_only}", LIMIT)
        yield Problem(Item(label, Explain(f"{name} can't be changed", _sentence(config.read_only))))
    elif config.in_danger:
        safe = f"Keep {name} safe from the CLI"
        yield Problem(
            _explained(
                f"The CLI would empty {name} when it starts next",
                "The CLI keeps your profiles only if the file has a version number and an active profile. "
                f"“{safe}” in the menu adds what is missing.",
            ),
            (Item(safe, Do.MIGRATE_CONFIG),),
        )
    if config.overlooked:
        several = len(config.overlooked) > 1
        it = "them" if several else "it"
        move = f"Move {it} to where the CLI looks"
        yield Problem(
            _explained(
                f"The CLI does not find the token{'s' if several else ''} of {names(config.overlooked)}",
                f"{name} has {it} under a field name that the CLI does not read. To fix this, choose "
                f"“{move}” in the menu.",
            ),
            (Item(move, Do.MOVE_TOKENS_FOR_CLI),),
        )
    if state.restorable and state.restorable.lost:
        restore = _restore(state.restorable)
        keep = Item("Keep this change", Do.ACCEPT_LOSS)
        yield Problem(
            _explained(
                f"Another program removed {names(state.restorable.lost)}",
                f"“{restore[0].label}” in the menu brings back what is missing from {name}. If it is meant "
                f"to be gone, choose “{keep.label}”.",
            ),
            (*restore, keep),
        )


def _of_the_rest(state: State) -> Iterator[Problem]:
    if state.credentials.problem:
        yield Problem(Item(plain(state.credentials.problem, LIMIT), Do.OPEN_FOLDER))
    if trouble := plain(state.trouble or "", LIMIT):
        yield Problem(Item(trouble, Explain("Your last action failed", _sentence(state.trouble or ""))))
    for note in state.notes:
        if text := plain(note, LIMIT):
            yield Problem(Item(text, Do.OPEN_FOLDER))
    if isinstance(state.config, Ready) and warns_about_tokens(state):
        yield _clear_tokens(state, state.config)


def _clear_tokens(state: State, config: Ready) -> Problem:
    number = config.tokens.in_clear
    it = "it" if number == 1 else "them"
    rows = tuple(tokens_rows(state))
    return Problem(
        _explained(
            f"Any program you run can read {plural(number, 'token')} in {config_name(config.path)}",
            "So can whoever gets a copy of the file, such as a backup. "
            f"“{rows[0].label}” in the menu encrypts {it}.",
        ),
        (*rows, Item(f"Leave {it} there", Do.LEAVE_TOKENS_IN_CLEAR)),
    )


def _explained(label: str, text: str) -> Item:
    """Return a row that explains itself on a click. It is not grey, which would make it look unimportant."""
    label = plain(label, LIMIT)
    return Item(label, Explain(label, text))


def _restore(restorable: Restorable | None) -> tuple[Item, ...]:
    if restorable is None:
        return ()
    return (Item(f"Restore the version of {restorable.when}", RestoreVersion(restorable.version)),)


def _sentence(reason: str) -> str:
    """Return all of a reason that a row may have cut."""
    whole = plain(reason, 10 * LIMIT)
    return whole if whole.endswith(".") else f"{whole[:1].upper()}{whole[1:]}."
