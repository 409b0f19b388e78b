"""Moves profiles in the user's own order. A move can be undone even if another window moved others since."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from codemie_core import ConfigLoader
from codemie_core.config.model.arrangement import Arrangement
from codemie_core.config.store.arrangement_store import ArrangementStore
from codemie_tray.text.language import _
from codemie_tray.text.language.formats import number
from codemie_tray.text.plain_text import plain


@dataclass(frozen=True, slots=True)
class Move:
    """Puts a profile next to another one."""

    name: str
    anchor: str
    after: bool
    """Directly after the anchor; otherwise directly before it."""


@dataclass(frozen=True, slots=True)
class UndoMove:
    """How to undo a move."""

    before: Arrangement
    after: Arrangement
    back: Move
    """Puts the profile back next to its former neighbour, if the order has changed since."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A move that was written."""

    sentence: str
    undo: UndoMove | None


def carry_out(loader: ConfigLoader, move: Move) -> Moved:
    """Move a profile, in our settings alone.

    Raises:
        ProfileNotFound: another program has removed one of the two; nothing was changed.
        SettingInvalid, StoreError: the settings can't be changed; nothing was.
        ConfigError: the configuration can't be read.
    """
    config, store = loader.load(), ArrangementStore(loader.home)
    before = store.load()
    present = [one.name for one in config.profiles]
    old = [one.name for one in before.sorted(config.profiles)]
    after = store.move(present, move.name, move.anchor, after=move.after)
    new = [one.name for one in after.sorted(config.profiles)]
    sentence = _("{name} is number {number} of {count} now.").format(
        name=plain(move.name), number=number(new.index(move.name) + 1), count=number(len(new))
    )
    return Moved(sentence, UndoMove(before, after, back_of(old, move.name)) if old != new else None)


def take_back(loader: ConfigLoader, undo: UndoMove) -> None:
    """Undo a move; raises as `carry_out`."""
    store = ArrangementStore(loader.home)
    if not store.replace(undo.after, undo.before):
        present = [one.name for one in loader.load().profiles]
        store.move(present, undo.back.name, undo.back.anchor, after=undo.back.after)


def back_of(names: Sequence[str], name: str) -> Move:
    """Return the move that puts a profile back where it is in `names`, which has at least one other."""
    at = names.index(name)
    return Move(name, names[at - 1], after=True) if at else Move(name, names[1], after=False)
