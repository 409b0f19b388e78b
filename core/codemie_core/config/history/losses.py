"""Finds what another program removed, and which version has it. Pure, except for the readers passed in."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from codemie_core.config.history.outline import Outline, fields_of
from codemie_core.config.history.version import Origin, Version
from codemie_core.config.migrations.schema import too_new
from codemie_core.config.model.config import Config
from codemie_core.errors import ConfigCorrupt, ConfigError, ConfigMissing, VersionNotFound
from codemie_core.system.sha256 import sha256

Contents = Mapping[str, bytes]
"""The names of a state's profiles, mapped to fingerprints of their fields, which are computed lazily."""


class Fingerprints(Contents):
    """The contents of a version; fingerprints are computed when the first is needed.

    Args:
        names: the names of its profiles.
        again: reads the profiles again; they are not kept, because they contain tokens and may be many.
    """

    def __init__(self, names: Iterable[str], again: Callable[[], Outline]) -> None:
        self._names = dict.fromkeys(names)
        self._again = again
        self._known: dict[str, bytes] | None = None

    def __getitem__(self, name: str) -> bytes:
        if self._known is None:
            try:
                self._known = {name: _digest(text) for name, text in self._again().profiles.items()}
            except VersionNotFound:  # pruned in the meantime
                self._known = {}
        return self._known.get(name, name.encode("utf-8", "surrogatepass"))

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def _digest(text: bytes) -> bytes:
    """Return the SHA-256 of a profile's fields without `name`, which only repeats its key."""
    fields = {key: value for key, value in fields_of(text).items() if key != "name"}
    return sha256(json.dumps(fields, sort_keys=True).encode("ascii")).digest()


@dataclass(frozen=True, slots=True)
class Offer:
    """A version worth restoring."""

    version: Version
    lost: tuple[str, ...] = ()
    """Profiles that another program removed; none if the configuration is broken, missing or empty."""


def offer_of(
    entries: Sequence[Version], contents: Callable[[Version], Contents], *, present: Config | ConfigError
) -> Offer | None:
    """Return the version to offer if something was lost.

    Args:
        entries: the history, newest first.
        contents: reads a state; returns an empty mapping if it can't be read.
        present: the live configuration, or why it can't be used.
    """
    if isinstance(present, ConfigError):
        # An unreadable file can't be kept in the history, so it must not be replaced either.
        return _newest_with_profiles(entries) if isinstance(present, ConfigMissing | ConfigCorrupt) else None
    if too_new(present):
        return None
    loss = loss_of(entries, contents)
    return loss if loss or present.profiles else _newest_with_profiles(entries)


def loss_of(entries: Sequence[Version], contents: Callable[[Version], Contents]) -> Offer | None:
    """Return what other programs removed since this product last wrote; None if nothing.

    Changes that the user made with this product or accepted are not losses, nor is anything before them. A
    profile whose fields now appear under another name was renamed.

    Args:
        entries: the history, newest first; the newest is the current state.
        contents: reads a state; returns an empty mapping if it can't be read.
    """
    if not entries or entries[0].origin is not Origin.OTHER:
        return None
    now = contents(entries[0])
    gone: dict[str, None] = {}
    best: tuple[int, Version] | None = None
    for entry in entries[1:]:
        if entry.origin is not Origin.BROKEN:
            missing = _missing(contents(entry), now)
            gone.update(dict.fromkeys(missing))
            if missing and (best is None or len(missing) > best[0]):
                best = (len(missing), entry)
        if entry.origin in (Origin.OWN, Origin.ACCEPTED):
            break
    return Offer(best[1], tuple(gone)) if best else None


def renamed_between(then: Contents, now: Contents) -> dict[str, str]:
    """Return the profiles that were renamed between two states: new names by old ones.

    A profile was renamed if its fields now appear under one new name, and those of no other profile did.
    """
    gone = [name for name in then if name not in now]
    new = [name for name in now if name not in then] if gone else []
    if not new:
        return {}
    before, after = Counter(then[name] for name in gone), {now[name]: name for name in new}
    several = Counter(now[name] for name in new)
    return {name: after[then[name]] for name in gone if before[then[name]] == 1 and several[then[name]] == 1}


def _newest_with_profiles(entries: Sequence[Version]) -> Offer | None:
    return next((Offer(entry) for entry in entries if entry.profiles), None)


def _missing(then: Contents, now: Contents) -> list[str]:
    """Return the names that are missing now, except those of renamed profiles."""
    names = [name for name in then if name not in now]
    new = Counter(now[name] for name in now if name not in then) if names else Counter()
    if not new:
        return names  # no new profiles, so none was renamed and no fingerprints are needed
    missing = []
    for name in names:
        fields = then[name]
        if new[fields]:
            new[fields] -= 1  # a new profile accounts for only one missing profile, even if two were equal
        else:
            missing.append(name)
    return missing
