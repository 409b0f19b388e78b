"""The problems of a state as rows of the menu, each followed by its remedies. Pure, like the view."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from codemie_tray.text.language import _, ngettext
from codemie_tray.text.language.formats import number
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
        action = Do.OPEN_CONFIG if config.editable else Do.OPEN_FOLDER
        fields = {"file": config_name(config.path), "line": config.line, "reason": config.reason}
        label = "{file}: {reason}" if config.line is None else _("{file}, line {line}: {reason}")
        says = Item(plain(label.format(**fields), LIMIT), action)
        yield Problem(says, _restore(state.restorable))
    if not isinstance(config, Ready):
        return
    name = config_name(config.path)
    if config.profiles and config.active_row is None:
        active = plain(config.active or "")
        label = (
            _("The active profile “{name}” does not exist: choose one").format(name=active)
            if active
            else _("No profile is active: choose one")
        )
        yield Problem(_explained(label, _("Choose one of the profiles in the menu.")))
    if config.read_only:
        label = plain(f"{name}: {config.read_only}", LIMIT)
        title = _("{file} can't be changed").format(file=name)
        yield Problem(Item(label, Explain(title, _sentence(config.read_only))))
    elif config.in_danger:
        safe = _("Keep {file} safe from the CLI").format(file=name)
        yield Problem(
            _explained(
                _("The CLI would empty {file} when it starts next").format(file=name),
                _(
                    "The CLI keeps your profiles only if the file has a version number and an active "
                    "profile. “{row}” in the menu adds what is missing."
                ).format(row=safe),
            ),
            (Item(safe, Do.MIGRATE_CONFIG),),
        )
    if config.overlooked:
        overlooked, text, move = overlooked_words(config)
        yield Problem(_explained(overlooked, text), (Item(move, Do.MOVE_TOKENS_FOR_CLI),))
    if state.restorable and state.restorable.lost:
        restore = _restore(state.restorable)
        keep = Item(_("Keep this change"), Do.ACCEPT_LOSS)
        yield Problem(
            _explained(
                _("Another program removed {names}").format(names=names(state.restorable.lost)),
                _(
                    "“{restore}” in the menu brings back what is missing from {file}. If it is meant "
                    "to be gone, choose “{keep}”."
                ).format(restore=restore[0].label, file=name, keep=keep.label),
            ),
            (*restore, keep),
        )


def _of_the_rest(state: State) -> Iterator[Problem]:
    if state.credentials.problem:
        yield Problem(Item(plain(state.credentials.problem, LIMIT), Do.OPEN_FOLDER))
    if trouble := plain(state.trouble or "", LIMIT):
        yield Problem(Item(trouble, Explain(_("Your last action failed"), _sentence(state.trouble or ""))))
    for note in state.notes:
        if text := plain(note, LIMIT):
            yield Problem(Item(text, Do.OPEN_FOLDER))
    if isinstance(state.config, Ready) and warns_about_tokens(state):
        yield _clear_tokens(state, state.config)


def overlooked_words(config: Ready) -> tuple[str, str, str]:
    """Return what is wrong if the CLI does not find tokens, an explanation, and the label of the remedy."""
    count = len(config.overlooked)
    title = ngettext(
        "The CLI does not find the token of {names}", "The CLI does not find the tokens of {names}", count
    )
    move = ngettext("Move it to where the CLI looks", "Move them to where the CLI looks", count)
    text = ngettext(
        "{file} has it under a field name that the CLI does not read. To fix this, choose “{row}” in "
        "the menu.",
        "{file} has them under a field name that the CLI does not read. To fix this, choose “{row}” in "
        "the menu.",
        count,
    )
    file = config_name(config.path)
    return title.format(names=names(config.overlooked)), text.format(file=file, row=move), move


def _clear_tokens(state: State, config: Ready) -> Problem:
    count = config.tokens.in_clear
    rows = tuple(tokens_rows(state))
    return Problem(
        _explained(
            ngettext(
                "Any program you run can read {count} token in {file}",
                "Any program you run can read {count} tokens in {file}",
                count,
            ).format(count=number(count), file=config_name(config.path)),
            ngettext(
                "So can whoever gets a copy of the file, such as a backup. “{row}” in the menu encrypts it.",
                "So can whoever gets a copy of the file, such as a backup. “{row}” in the menu encrypts "
                "them.",
                count,
            ).format(row=rows[0].label),
        ),
        (*rows, Item(ngettext("Leave it there", "Leave them there", count), Do.LEAVE_TOKENS_IN_CLEAR)),
    )


def _explained(label: str, text: str) -> Item:
    """Return a row that explains itself on a click. It is not grey, which would make it look unimportant."""
    label = plain(label, LIMIT)
    return Item(label, Explain(label, text))


def _restore(restorable: Restorable | None) -> tuple[Item, ...]:
    if restorable is None:
        return ()
    return (Item(restore_label(restorable), RestoreVersion(restorable.version)),)


def restore_label(restorable: Restorable) -> str:
    """Return the row that restores a version."""
    return _("Restore the version of {time}").format(time=restorable.when)


def _sentence(reason: str) -> str:
    """Return all of a reason that a row may have cut."""
    whole = plain(reason, 10 * LIMIT)
    return whole if whole.endswith(".") else f"{whole[:1].upper()}{whole[1:]}."
