"""Watches the order in which a thread takes the store's locks; see `codemie_core.home.LOCK_ORDER`."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from codemie_core.files.lock import StoreLock
from codemie_core.home import LOCK_ORDER


@contextmanager
def lock_order_watched() -> Iterator[list[str]]:
    """Yield a list that gets an entry for each lock taken after one that should follow it."""
    held = threading.local()
    reversed_order: list[str] = []
    acquire, release = StoreLock.acquire, StoreLock.release

    def watched_acquire(self: StoreLock) -> None:
        mine = _names(held)
        name = os.path.basename(self.path)
        if name in LOCK_ORDER:
            reversed_order.extend(
                f"{name} taken while {other} is held"
                for other in mine
                if LOCK_ORDER.index(other) >= LOCK_ORDER.index(name)
            )
        acquire(self)
        if name in LOCK_ORDER:
            mine.append(name)

    def watched_release(self: StoreLock) -> None:
        was_held = self._fd is not None
        release(self)
        name = os.path.basename(self.path)
        if was_held and name in _names(held):
            _names(held).remove(name)

    StoreLock.acquire, StoreLock.release = watched_acquire, watched_release  # type: ignore[method-assign]
    try:
        yield reversed_order
    finally:
        StoreLock.acquire, StoreLock.release = acquire, release  # type: ignore[method-assign]


def _names(held: threading.local) -> list[str]:
    names: list[str] = held.__dict__.setdefault("names", [])
    return names
