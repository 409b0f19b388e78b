"""The user's own order of the profiles, and notes about them: plain values and functions of them.

Both are in our settings, never in the configuration, which belongs to the CLI. They name profiles that may be
gone: a deleted profile keeps its place and its note, so that Undo and the history bring it back complete.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol, TypeVar

MOST_GONE = 100
"""At most so many profiles that are gone keep a note, and as many a place: the last ones."""
LONGEST_NOTE = 200
"""Characters."""


class Named(Protocol):
    """Anything with a profile's name."""

    @property
    def name(self) -> str:
        """The name."""


N = TypeVar("N", bound=Named)


@dataclass(frozen=True, slots=True)
class Arrangement:
    """What the settings say about the list of profiles."""

    order: tuple[str, ...] = ()
    """Names, first to last; profiles that it does not name come after them, in the configuration's order."""
    notes: Mapping[str, str] = field(default_factory=dict)
    """By the profile's name."""

    def note_on(self, name: str) -> str:
        """Return the note on a profile; empty if there is none."""
        return self.notes.get(name, "")

    def sorted(self, profiles: Iterable[N]) -> tuple[N, ...]:
        """Return profiles in the user's order."""
        if not self.order:
            return tuple(profiles)
        place = {name: at for at, name in enumerate(self.order)}
        last = len(place)
        return tuple(sorted(profiles, key=lambda one: place.get(one.name, last)))


NO_ARRANGEMENT = Arrangement()
"""The configuration's order, and no notes."""


def moved(
    arrangement: Arrangement, present: Sequence[str], name: str, anchor: str, *, after: bool
) -> Arrangement:
    """Return the arrangement with one profile moved next to another.

    Args:
        arrangement: the present one.
        present: all profiles, in the configuration's order.
        name: the profile to move.
        anchor: another profile.
        after: directly after it; otherwise directly before it.
    """
    if name == anchor:
        return arrangement
    placed = set(arrangement.order)
    order = [*arrangement.order, *(one for one in present if one not in placed)]
    order.remove(name)
    order.insert(order.index(anchor) + after, name)
    return replace(arrangement, order=_without_old(order, present))


def with_note(arrangement: Arrangement, present: Sequence[str], name: str, note: str) -> Arrangement:
    """Return the arrangement with another note on a profile; an empty one removes it."""
    notes = {one: text for one, text in arrangement.notes.items() if one != name}
    if note:
        notes[name] = note
    return replace(arrangement, notes={one: notes[one] for one in _without_old(tuple(notes), present)})


def renamed(arrangement: Arrangement, names: Mapping[str, str]) -> Arrangement:
    """Return the arrangement after profiles were renamed; they keep their places and notes.

    Args:
        arrangement: the present one.
        names: new names by old ones.
    """
    known = {old: new for old, new in names.items() if old in arrangement.order or old in arrangement.notes}
    if not known:
        return arrangement
    taken = set(known.values()) - set(known)
    order = tuple(known.get(one, one) for one in arrangement.order if one not in taken)
    notes = {known.get(one, one): text for one, text in arrangement.notes.items() if one not in taken}
    return Arrangement(order, notes)


def without(arrangement: Arrangement, names: Iterable[str]) -> Arrangement:
    """Return the arrangement without the places and notes of earlier profiles of these names."""
    gone = set(names)
    return Arrangement(
        tuple(one for one in arrangement.order if one not in gone),
        {one: text for one, text in arrangement.notes.items() if one not in gone},
    )


def as_note(typed: str) -> str:
    """Return a typed note as it is kept: one line, single spaces.

    Raises:
        ValueError: it is too long; says how long it may be.
    """
    note = " ".join(typed.split())
    if len(note) > LONGEST_NOTE:
        raise ValueError(f"A note can have up to {LONGEST_NOTE} characters; this one has {len(note)}.")
    return note


def _without_old(names: Sequence[str], present: Sequence[str]) -> tuple[str, ...]:
    here = set(present)
    too_many = max(0, sum(name not in here for name in names) - MOST_GONE)
    kept = []
    for name in names:
        if name not in here and too_many:
            too_many -= 1
        else:
            kept.append(name)
    return tuple(kept)
