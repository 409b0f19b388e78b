"""What another program took away, and which version has it: pure, but for the reading it is handed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from codemie_core.config.history.version import Kept, Origin
from codemie_core.config.migrations.schema import too_new
from codemie_core.config.model import Config
from codemie_core.errors import ConfigCorrupt, ConfigError, ConfigMissing

Contents = Mapping[str, int]
"""The names of a state's profiles, each with a fingerprint of its fields."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A version that is worth having back."""

    version: Kept
    lost: tuple[str, ...] = ()
    """Profiles that another program removed; empty where the configuration is broken, gone or empty."""


def offer_of(
    entries: Sequence[Kept], contents: Callable[[Kept], Contents], *, present: Config | ConfigError
) -> Offer | None:
    """Return the version to offer, where something was lost.

    Args:
        entries: the history, newest first.
        contents: reads a state; empty where it can't be.
        present: what stands there now, or why it can't be used.
    """
    if isinstance(present, ConfigError):
        # What can't be read can't be kept, so it is not replaced either.
        return _newest_with_profiles(entries) if isinstance(present, ConfigMissing | ConfigCorrupt) else None
    if too_new(present):
        return None
    loss = loss_of(entries, contents)
    return loss if loss or present.profiles else _newest_with_profiles(entries)


def loss_of(entries: Sequence[Kept], contents: Callable[[Kept], Contents]) -> Offer | None:
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
    return Offer(best[1], tuple(gone)) if best else None


def _newest_with_profiles(entries: Sequence[Kept]) -> Offer | None:
    return next((Offer(entry) for entry in entries if entry.profiles), None)


def _shared(then: Contents, now: Contents) -> set[int]:
    """Return the fingerprints of profiles that kept their names: twins of those were not renamed to them."""
    return {fields for name, fields in now.items() if name in then}
