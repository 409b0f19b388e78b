"""The contents of an open store: secrets, recently removed secrets, the key and its protectors."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from codemie_core.credentials.file.format import FIRST_VERSION, CredentialsFile
from codemie_core.credentials.file.slots import KeyringSlot, MachineSlot, RecoverySlot
from codemie_core.credentials.secret import Secret


@dataclass(frozen=True, slots=True)
class Entry:
    """One stored secret."""

    secret: Secret
    changed_ms: int
    """When it was last set, milliseconds since 1970."""
    origins: tuple[str, ...] = ()
    """Sorted origins of the addresses it may be sent to; empty if it was never used."""


Entries = dict[str, Entry]


@dataclass(frozen=True, slots=True)
class Removed:
    """A secret that was removed and can still be restored."""

    name: str
    entry: Entry
    removed_ms: int
    """When it was removed, milliseconds since 1970."""


@dataclass(frozen=True, slots=True)
class Slots:
    """The protectors that can open a state of the file."""

    machine: MachineSlot | None = None
    keyring: KeyringSlot | None = None
    recovery: RecoverySlot | None = None

    @classmethod
    def of(cls, file: CredentialsFile) -> Slots:
        """Return the slots of a file."""
        return cls(file.machine, file.keyring, file.recovery)


@dataclass(frozen=True, slots=True)
class Opened:
    """One state of the store, opened."""

    store_id: bytes = field(repr=False)
    slots: Slots
    key: bytes = field(repr=False)
    """The master key."""
    entries: Mapping[str, Entry] = field(default_factory=dict, repr=False)
    removed: tuple[Removed, ...] = field(default=(), repr=False)
    """In order of removal, the oldest first."""


def body_of(opened: Opened) -> bytes:
    """Return the plaintext of a file's body."""
    plain = {
        "secrets": {name: _list(entry) for name, entry in opened.entries.items()},
        "removed": [[one.name, one.removed_ms, _list(one.entry)] for one in opened.removed],
    }
    return json.dumps(plain, ensure_ascii=False).encode("utf-8", "surrogatepass")


def read_body(body: bytes, *, version: int) -> tuple[Entries, tuple[Removed, ...]]:
    """Parse an authenticated body into current and removed secrets."""
    plain = json.loads(body.decode("utf-8", "surrogatepass"))
    secrets, removed = (plain, []) if version == FIRST_VERSION else (plain["secrets"], plain["removed"])
    entries = {name: _entry(*fields) for name, fields in secrets.items()}
    return entries, tuple(Removed(name, _entry(*fields), at_ms) for name, at_ms, fields in removed)


def _list(entry: Entry) -> list[object]:
    return [entry.secret.reveal(), entry.changed_ms, *([list(entry.origins)] if entry.origins else [])]


def _entry(text: str, changed_ms: int, origins: Sequence[str] = ()) -> Entry:
    return Entry(Secret(text), changed_ms, tuple(origins))
