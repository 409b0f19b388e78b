"""The interface of each system's way of watching."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from codemie_tray.background.watch.what_to_watch import How


class Key(NamedTuple):
    """One path as it was when it was requested; another file may take its name later."""

    path: str
    device: int
    inode: int
    how: How


Hear = Callable[[str | None], None]
"""Called with the name of what changed in the folder; None if anything may have changed."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of an update."""

    added: frozenset[Key] = frozenset()
    """What is watched now but was not before."""
    refused: OSError | None = None
    """Why something can't be watched; None if everything is."""


class Watches(Protocol):
    """The interface of a backend."""

    def __init__(self, on_mount: Callable[[], None]) -> None:
        """`on_mount` is called on a thread of the backend when something was mounted or unmounted."""

    def start(self) -> None:
        """Begin. Never raises if the system refuses: `update` reports it."""

    def stop(self) -> None:
        """End; no callback runs after this."""

    def update(self, wanted: Mapping[Key, Hear]) -> Outcome:
        """Watch exactly what is wanted. Whatever was refused is tried again at the next update."""
