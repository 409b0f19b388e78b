"""What can be said about stored and removed secrets without them."""

from __future__ import annotations

from dataclasses import dataclass

from codemie_core.credentials.entries.contents import Opened


@dataclass(frozen=True, slots=True)
class CredentialInfo:
    """What `list` returns about a secret, without the secret."""

    name: str
    changed_ms: int
    """When it was last set, milliseconds since 1970."""


@dataclass(frozen=True, slots=True)
class RemovedInfo:
    """What `removed` returns about a secret that can be restored, without the secret."""

    name: str
    removed_ms: int
    """When it was removed, milliseconds since 1970."""


def stored_in(opened: Opened | None) -> tuple[CredentialInfo, ...]:
    """Return the secrets of a state, sorted by name."""
    entries = opened.entries if opened else {}
    return tuple(CredentialInfo(name, entry.changed_ms) for name, entry in sorted(entries.items()))


def removed_in(opened: Opened | None) -> tuple[RemovedInfo, ...]:
    """Return the removed secrets of a state that can be restored, most recently removed first."""
    return tuple(RemovedInfo(one.name, one.removed_ms) for one in reversed(opened.removed if opened else ()))
