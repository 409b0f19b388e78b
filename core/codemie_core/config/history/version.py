"""A version, as described by its file name. The file's content is the configuration, byte for byte.

The name has everything that listing and pruning need, so neither opens a file; see docs/history.md.
"""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

from codemie_core.config.model.layout import CLASSIC, CLI, Layout
from codemie_core.system.sha256 import sha256


class Origin(StrEnum):
    """Who wrote a state."""

    OWN = "own"
    """Written by this product."""
    OTHER = "other"
    """Written by another program."""
    ACCEPTED = "accepted"
    """Written by another program and accepted by the user."""
    BROKEN = "broken"
    """Not a configuration, and replaced by a restore; kept so that nothing the user typed is lost."""


@dataclass(frozen=True, slots=True)
class Version:
    """A state in the history."""

    at_microseconds: int
    """When it was made, since 1970 in UTC; unique, and later than that of any earlier version."""
    origin: Origin
    layout: Layout
    profiles: int
    """Number of profiles; 0 if it is broken."""
    size_bytes: int
    digest: str
    """SHA-256 of the content in 64 hexadecimal digits, or CRC-32 in 8 if an earlier release wrote it."""

    @property
    def id(self) -> str:
        """The id shown to users: eight hexadecimal digits that never change."""
        return self.digest[:8]

    @property
    def file_name(self) -> str:
        """The name of its file in the history's folder."""
        return (
            f"{self.at_microseconds:016d}-{self.origin}-{self.layout.name}"
            f"-{self.profiles}-{self.size_bytes}-{self.digest}.json"
        )

    @property
    def has_sha256(self) -> bool:
        """Whether the digest can't be forged."""
        return len(self.digest) == _DIGITS

    @property
    def key(self) -> tuple[str, str]:
        """A key for its content; the whole file name if the digest is a CRC-32, which can be forged."""
        return self.layout.name, self.digest if self.has_sha256 else self.file_name

    def with_time(self, at_microseconds: int, origin: Origin) -> Version:
        """Return the same version with a later time."""
        return replace(self, at_microseconds=at_microseconds, origin=origin)

    def holds(self, data: bytes) -> bool:
        """Whether `data` matches its digest."""
        if len(data) != self.size_bytes:
            return False
        if self.has_sha256:
            return sha256(data).hexdigest() == self.digest
        return f"{binascii.crc32(data):08x}" == self.digest


_DIGITS = 64
_LAYOUTS = {layout.name: layout for layout in (CLASSIC, CLI)}
_NAME = re.compile(
    rf"([0-9]{{16}})-({'|'.join(Origin)})-({'|'.join(_LAYOUTS)})-([0-9]{{1,6}})-([0-9]{{1,9}})"
    rf"-([0-9a-f]{{8}}|[0-9a-f]{{{_DIGITS}}})\.json"
)


def version_of(
    data: bytes,
    *,
    at_microseconds: int,
    origin: Origin,
    layout: Layout,
    profiles: int,
    digest: str | None = None,
) -> Version:
    """Return the version for `data`; `digest` is its SHA-256 if that is known."""
    return Version(at_microseconds, origin, layout, profiles, len(data), digest or sha256(data).hexdigest())


@lru_cache(maxsize=128)
def version_named(file_name: str) -> Version | None:
    """Parse a file name; None if it is not a version's."""
    found = _NAME.fullmatch(file_name)
    if found is None:
        return None
    at, origin, layout, profiles, size, digest = found.groups()
    return Version(int(at), Origin(origin), _LAYOUTS[layout], int(profiles), int(size), digest)
