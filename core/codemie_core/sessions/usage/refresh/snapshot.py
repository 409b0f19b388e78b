"""A file at one moment: its fingerprint covers what is counted, even while others write to it."""

from __future__ import annotations

import io
import os
from collections.abc import Callable

from codemie_core.sessions.jsonl.blocks import Source as Bytes
from codemie_core.sessions.jsonl.tally import KEPT_PLACES, Tally
from codemie_core.sessions.usage.index.file_state import FileState
from codemie_core.sessions.usage.sources.fingerprint import WHOLE_BYTES, Beginnings, reading_at
from codemie_core.sessions.usage.sources.version import Version, version_of_status

SETTLED_NS = 2_500_000_000
"""A file written more recently than this is read again even if its time is the same: a second edit within one
tick of the file system's clock (2 s on FAT) leaves no other trace. git does the same with its index."""


class Snapshot:
    """An open file as it is now.

    Args:
        file: the file.
    """

    def __init__(self, file: io.FileIO) -> None:
        self.status = os.fstat(file.fileno())
        self.size = self.status.st_size
        self.small: bytes | None = None
        """The whole file, if it is small."""
        self._file = file
        self._read_at: Callable[[int, int], bytes] = reading_at(file.fileno())
        if self.size <= WHOLE_BYTES:
            self.small = self._read_at(self.size, 0)
            self.size = len(self.small)
        # Checked before the new lines are read, and after.
        self._beginnings = Beginnings(self.read_at)

    @property
    def source(self) -> Bytes:
        """Where to read it."""
        return self._file if self.small is None else io.BytesIO(self.small)

    def fingerprint(self, length: int) -> str:
        """Return the fingerprint of its beginning."""
        return self._beginnings.fingerprint(length)

    def read_at(self, count: int, offset: int) -> bytes:
        """Return this many bytes from an offset."""
        if self.small is not None:
            return self.small[offset : offset + count]
        return self._read_at(count, offset)

    def continues(self, known: Version, state: FileState) -> bool:
        """Whether it is the file that was read before, with nothing but lines added at its end."""
        now = version_of_status(self.status)
        if now[:2] != known[:2] or now[2] < known[2]:
            return False
        if now[2] == known[2] and (now[3] != abs(known[3]) or now[4] != known[4]):
            return False
        if self.fingerprint(state.offset) != state.fingerprint:
            return False
        # Without its newline, the last counted record may turn out to be the beginning of another.
        return not state.open_end or self.read_at(1, state.offset) in (b"", b"\n")


def version_to_keep(status: os.stat_result, now_ns: int) -> Version:
    """Return the version that was read, or one unlike any file's if it can still change unnoticed."""
    version = version_of_status(status)
    if now_ns - status.st_mtime_ns < SETTLED_NS:
        return (*version[:3], -version[3], version[4])
    return version


def add_tally(state: FileState, tally: Tally, begun: int) -> None:
    """Add the tally of one read that began at an offset."""
    state.good += tally.good
    state.salvaged += tally.salvaged
    # A torn line may yet become a record, so it is reported but not remembered.
    state.bad += tally.bad - tally.torn
    state.overlong += tally.overlong
    state.torn = tally.torn
    state.open_end = tally.open_end if tally.end_offset > begun else state.open_end
    state.offset = tally.end_offset
    state.places += [(bad.offset, bad.reason) for bad in tally.places if bad.offset < tally.end_offset]
    del state.places[KEPT_PLACES:]
