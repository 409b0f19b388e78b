"""Changes to a store's contents, each a pure function of its opened state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from codemie_core.credentials.entries.contents import Entries, Entry, Opened, Removed
from codemie_core.credentials.file.format import LARGEST_FILE_BYTES
from codemie_core.credentials.secret import Secret
from codemie_core.errors import CredentialInvalid, CredentialNotFound
from codemie_core.system.command_word import command_word

REMOVED_KEPT_DAYS = 7
"""How long a removed secret can be restored; the first change after that removes it permanently."""
REMOVED_KEPT = 100
"""Maximum number of removed secrets to keep."""
_DAY_MS = 86_400_000


def with_secrets(
    opened: Opened, secrets: Mapping[str, Secret], origins: Mapping[str, tuple[str, ...]], now_ms: int
) -> Opened:
    """Return the state with some secrets set. Known origins of a name are kept."""
    entries: Entries = dict(opened.entries)
    for name, secret in secrets.items():
        known = entries[name].origins if name in entries else ()
        entries[name] = Entry(secret, now_ms, known or origins.get(name, ()))
    return replace(opened, entries=entries)


def with_origins(opened: Opened, origins: Mapping[str, tuple[str, ...]]) -> Opened:
    """Set where secrets may be sent to.

    Raises:
        CredentialNotFound: one of them does not exist.
    """
    entries: Entries = dict(opened.entries)
    for name, allowed in origins.items():
        if name not in entries:
            raise not_found(opened, name)
        entries[name] = replace(entries[name], origins=allowed)
    return replace(opened, entries=entries)


def without(opened: Opened, names: tuple[str, ...], now_ms: int, *, for_good: bool) -> Opened:
    """Return the state without some secrets; raises `CredentialNotFound`."""
    entries: Entries = dict(opened.entries)
    gone = []
    for name in dict.fromkeys(names):
        earlier = any(one.name == name for one in opened.removed)
        if name in entries:
            gone.append(Removed(name, entries.pop(name), now_ms))
        elif not (for_good and earlier):
            raise CredentialNotFound(name, removed=earlier)
    if for_good:
        return replace(
            opened, entries=entries, removed=tuple(one for one in opened.removed if one.name not in names)
        )
    # Keep a secret that is removed again only once.
    kept = [one for one in opened.removed if not any(_same(one, other) for other in gone)]
    return replace(opened, entries=entries, removed=(*kept, *gone))


def restored(opened: Opened, name: str) -> Opened:
    """Return the state with a removed secret restored; raises `CredentialInvalid`, `CredentialNotFound`."""
    last = next((one for one in reversed(opened.removed) if one.name == name), None)
    if name in opened.entries:
        error = CredentialInvalid(f"a credential named {name!r} already exists; nothing was changed")
        error.advice = f"Remove it first: codemie-tray credentials remove {command_word(name)}"
        raise error
    if last is None:
        gone = CredentialNotFound(name)
        gone.advice = "List those that can be restored: codemie-tray credentials list --removed"
        raise gone
    return replace(
        opened,
        entries={**opened.entries, name: last.entry},
        removed=tuple(one for one in opened.removed if one is not last),
    )


def pruned(opened: Opened, now_ms: int) -> Opened:
    """Return the state without removed secrets that have expired."""
    # `abs`, so that they still expire if the clock was set back.
    kept = [one for one in opened.removed if abs(now_ms - one.removed_ms) < REMOVED_KEPT_DAYS * _DAY_MS]
    kept = kept[-REMOVED_KEPT:]
    # Removed secrets must not use up the space of live ones.
    room = LARGEST_FILE_BYTES // 2 - sum(len(entry.secret) for entry in opened.entries.values())
    while kept and sum(len(one.entry.secret) for one in kept) > room:
        kept.pop(0)
    return replace(opened, removed=tuple(kept))


def _same(one: Removed, other: Removed) -> bool:
    return one.name == other.name and one.entry.secret == other.entry.secret


def not_found(opened: Opened | None, name: str) -> CredentialNotFound:
    """Return the error for a name that is not in a state."""
    return CredentialNotFound(
        name, removed=opened is not None and any(one.name == name for one in opened.removed)
    )
