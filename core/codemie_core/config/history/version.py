"""One kept state: what its file's name says. The file's content is the configuration's, byte for byte.

The name alone carries what listing and pruning need, so that neither opens a file; docs/history.md has it.
"""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass, replace
from enum import StrEnum

from codemie_core.config.model.layout import CLASSIC, CLI, Layout
from codemie_core.system.sha256 import sha256


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
class Version:
    """A state in the history."""

    at_microseconds: int
    """When it came to be, since 1970 in UTC; unique, and later than of all that were kept before it."""
    origin: Origin
    layout: Layout
    profiles: int
    """How many profiles it has; 0 where it is broken."""
    size_bytes: int
    digest: str
    """SHA-256 of the content, 64 hexadecimal digits; in names that an earlier release gave, CRC-32 in 8."""

    @property
    def id(self) -> str:
        """What a person calls it by: eight hexadecimal digits that stay the same."""
        return self.digest[:8]

    @property
    def file_name(self) -> str:
        """Name of its file in the history's folder."""
        return (
            f"{self.at_microseconds:016d}-{self.origin}-{self.layout.name}"
            f"-{self.profiles}-{self.size_bytes}-{self.digest}.json"
        )

    @property
    def key(self) -> tuple[str, str]:
        """What tells its content from another's; of a CRC-32, which can be forged, the file's whole name."""
        return self.layout.name, self.digest if len(self.digest) == _DIGITS else self.file_name

    def with_time(self, at_microseconds: int, origin: Origin) -> Version:
        """Return it as of a later time."""
        return replace(self, at_microseconds=at_microseconds, origin=origin)

    def holds(self, data: bytes) -> bool:
        """Return whether `data` is its content, as far as its name tells."""
        if len(data) != self.size_bytes:
            return False
        if len(self.digest) == _DIGITS:
            return sha256(data).hexdigest() == self.digest
        return f"{binascii.crc32(data):08x}" == self.digest


_DIGITS = 64
_LAYOUTS = {layout.name: layout for layout in (CLASSIC, CLI)}
_NAME = re.compile(
    rf"([0-9]{{16}})-({'|'.join(Origin)})-({'|'.join(_LAYOUTS)})-([0-9]{{1,6}})-([0-9]{{1,9}})"
    rf"-([0-9a-f]{{8}}|[0-9a-f]{{{_DIGITS}}})\.json"
)


def version_of(
    data: bytes, *, at_microseconds: int, origin: Origin, layout: Layout, profiles: int
) -> Version:
    """Return what is kept for `data`."""
    return Version(at_microseconds, origin, layout, profiles, len(data), sha256(data).hexdigest())


def version_named(file_name: str) -> Version | None:
    """Return what a file name tells; None: it is not the history's."""
    found = _NAME.fullmatch(file_name)
    if found is None:
        return None
    at, origin, layout, profiles, size, digest = found.groups()
    return Version(int(at), Origin(origin), _LAYOUTS[layout], int(profiles), int(size), digest)
