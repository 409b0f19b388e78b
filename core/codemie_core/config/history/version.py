"""One kept state: what its file's name says. The file's content is the configuration's, byte for byte.

The name alone carries what listing and pruning need, so that neither opens a file; docs/history.md has it.
"""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass, replace
from enum import StrEnum

from codemie_core.config.layout import CLASSIC, CLI, Layout


class Origin(StrEnum):
    """How a state came to be."""

    OWN = "own"
    """Written by this product."""
    OTHER = "other"
    """Written by another program."""
    ACCEPTED = "accepted"
    """Written by another program; the person was asked and keeps it."""
    BROKEN = "broken"
    """Not a configuration: what a restore replaced. Kept so that nothing typed is ever lost."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A state in the history."""

    at_microseconds: int
    """When it came to be, since 1970 in UTC; unique, and later than of all that were kept before it."""
    origin: Origin
    layout: Layout
    profiles: int
    """How many profiles it has; 0 where it is broken."""
    size_bytes: int
    checksum: int
    """CRC-32 of the content: tells a copy that a power cut left incomplete. Not against forgery."""

    @property
    def id(self) -> str:
        """What a person calls it by: eight hexadecimal digits that stay the same."""
        return f"{self.checksum:08x}"

    @property
    def file_name(self) -> str:
        """Name of its file in the history's folder."""
        return (
            f"{self.at_microseconds:016d}-{self.origin}-{self.layout.name}"
            f"-{self.profiles}-{self.size_bytes}-{self.id}.json"
        )

    @property
    def key(self) -> tuple[str, int, int]:
        """What tells its content from another's."""
        return self.layout.name, self.size_bytes, self.checksum

    def seen_again(self, at_microseconds: int, origin: Origin) -> Kept:
        """Return it as of a later time."""
        return replace(self, at_microseconds=at_microseconds, origin=origin)

    def holds(self, data: bytes) -> bool:
        """Return whether `data` can be its content."""
        return len(data) == self.size_bytes and binascii.crc32(data) == self.checksum


_LAYOUTS = {layout.name: layout for layout in (CLASSIC, CLI)}
_NAME = re.compile(
    rf"([0-9]{{16}})-({'|'.join(Origin)})-({'|'.join(_LAYOUTS)})-([0-9]{{1,6}})-([0-9]{{1,9}})-([0-9a-f]{{8}})\.json"
)


def kept_of(data: bytes, *, at_microseconds: int, origin: Origin, layout: Layout, profiles: int) -> Kept:
    """Return what is kept for `data`."""
    return Kept(at_microseconds, origin, layout, profiles, len(data), binascii.crc32(data))


def kept_named(file_name: str) -> Kept | None:
    """Return what a file name tells; None: it is not the history's."""
    found = _NAME.fullmatch(file_name)
    if found is None:
        return None
    at, origin, layout, profiles, size, checksum = found.groups()
    return Kept(int(at), Origin(origin), _LAYOUTS[layout], int(profiles), int(size), int(checksum, 16))
