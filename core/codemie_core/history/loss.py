"""What another program took away: the newest states compared. Pure, but for the reading it is handed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from codemie_core.history.kept import Kept, Origin

Contents = Mapping[str, int]
"""The names of a state's profiles, each with a fingerprint of its fields."""


@dataclass(frozen=True, slots=True)
class Loss:
    """Profiles that were there, and the version that has most of them."""

    names: tuple[str, ...]
    version: Kept


def loss_of(entries: Sequence[Kept], contents: Callable[[Kept], Contents]) -> Loss | None:
    """Return what other programs removed since this product last wrote; None: nothing.

    Whatever the person did here, or said to keep, is no loss, and what was before it is settled. A profile
    that has another name now and the same fields was renamed.

    Args:
        entries: the history, newest first; the newest is the state that counts now.
        contents: reads a state; empty where it can't be.
    """
    if not entries or entries[0].origin is not Origin.OTHER:
        return None
    now = contents(entries[0])
    fingerprints = set(now.values())
    gone: dict[str, None] = {}
    best: tuple[int, Kept] | None = None
    for entry in entries[1:]:
        if entry.origin is not Origin.BROKEN:
            then = contents(entry)
            missing = [
                name
                for name, fields in then.items()
                if name not in now and (fields not in fingerprints or fields in _shared(then, now))
            ]
            gone.update(dict.fromkeys(missing))
            if missing and (best is None or len(missing) > best[0]):
                best = (len(missing), entry)
        if entry.origin in (Origin.OWN, Origin.ACCEPTED):
            break
    return Loss(tuple(gone), best[1]) if best else None


def newest_with_profiles(entries: Sequence[Kept]) -> Kept | None:
    """Return the version to offer where the configuration is broken, empty or gone."""
    return next((entry for entry in entries if entry.profiles), None)


def _shared(then: Contents, now: Contents) -> set[int]:
    """Return the fingerprints of profiles that kept their names: twins of those were not renamed to them."""
    return {fields for name, fields in now.items() if name in then}
