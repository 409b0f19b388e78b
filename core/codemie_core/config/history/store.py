"""The history in `<home>/tray/history/`: every valid state of the configuration that we have seen.

Each version is a file created with mode 0600 in a folder with mode 0700, written completely and then renamed
into place, so no version is ever incomplete. Content that the history already has is not written again; its
file is renamed to the new time. Writers hold the home's lock.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Sequence

from codemie_core.config.history.pruning import dropped
from codemie_core.config.history.reader import HistoryReader
from codemie_core.config.history.version import Origin, Version, version_of
from codemie_core.config.model.config import Config
from codemie_core.config.model.layout import Layout
from codemie_core.errors import store_error
from codemie_core.files.atomic_file import make_durable, sync_folder
from codemie_core.home import Home
from codemie_core.system.sha256 import sha256


def _now() -> int:
    return time.time_ns() // 1000


class History(HistoryReader):
    """The versions of one home.

    Args:
        home: which home.
        now: the clock, in microseconds since 1970.
    """

    def __init__(self, home: Home, *, now: Callable[[], int] = _now) -> None:
        super().__init__(home)
        self._now = now
        self._digests: tuple[tuple[bytes, str], ...] = ()
        """Of the last two states, replaced as a whole: threads may share this object."""
        self._listed: tuple[list[Version], list[str]] | None = None

    # ---- keeping; the caller holds the home's lock ------------------------------------------------

    def keep(
        self,
        data: bytes,
        *,
        layout: Layout,
        profiles: int,
        origin: Origin,
        made_at_microseconds: int | None = None,
        durable: bool = True,
        listed: bool = False,
    ) -> Version:
        """Keep a state as the newest version; do nothing if it already is.

        Args:
            data: the file's bytes.
            layout: whose file it is.
            profiles: how many profiles it has.
            origin: who made it.
            made_at_microseconds: when it was made (the file's timestamp); default: now. An impossible time
                (before the newest version, or in the future) is corrected.
            durable: return only once it survives a power cut; otherwise call `make_durable` later.
            listed: the lock has been held since the last call, so the folder need not be listed again.

        Raises:
            StoreError: it could not be written; earlier versions are intact.
        """
        entry = self._entry_of(data, layout=layout, profiles=profiles, origin=origin)
        known, self._listed = self._listed if listed else None, None
        entries, orphans = known or self._files.listing()
        newest = entries[0] if entries else None
        if newest and _alike(newest, entry) and self._files.has_content(newest, data):
            self._listed = entries, orphans
            return newest
        entry = entry.with_time(self._time_for(made_at_microseconds, newest), origin)
        before = self._found(entry, data, entries)
        if before is None:
            self._files.write(entry, data, durable=durable)
        else:
            self._files.rename(before, entry, durable=durable)
            entries.remove(before)
        self._listed = self._prune([entry, *entries], orphans), []
        return entry

    def with_newest(
        self, data: bytes, *, layout: Layout, profiles: int, origin: Origin, made_at_microseconds: int
    ) -> list[Version]:
        """Return the entries as `keep` with these arguments would leave them; writes nothing."""
        entries = self.entries()
        newest = entries[0] if entries else None
        entry = self._entry_of(data, layout=layout, profiles=profiles, origin=origin)
        if newest and _alike(newest, entry) and self._files.has_content(newest, data):
            return entries
        if before := self._found(entry, data, entries):
            entries.remove(before)
        return [entry.with_time(self._time_for(made_at_microseconds, newest), origin), *entries]

    def accept(self, entry: Version) -> None:
        """Record that the user accepts what another program wrote; only the newest version can be accepted.

        Raises:
            StoreError: it could not be recorded.
        """
        self._files.rename(entry, entry.with_time(entry.at_microseconds, Origin.ACCEPTED), durable=False)

    def make_durable(self, entry: Version) -> None:
        """Try to make a version kept with `durable=False` survive a power cut; does not need the lock."""
        with contextlib.suppress(OSError):
            make_durable(self._files.path_of(entry))

    def holding_tokens(self, config: Config) -> list[Version]:
        """Return the versions with a token in clear text that `config` does not have.

        They include versions that are not configurations, because they may contain anything.
        """
        from codemie_core.config.history.old_tokens import holding_tokens  # here to keep `switch` fast

        return holding_tokens(self, config)

    def forget(self, entries: Sequence[Version]) -> None:
        """Remove versions permanently. The caller holds the home's lock.

        Raises:
            StoreError: one could not be removed; those before it were.
        """
        try:
            for entry in entries:
                os.unlink(self._files.path_of(entry))
            if entries:
                sync_folder(self.folder)
        except OSError as error:
            raise store_error(self.folder, error) from error

    def sweep(self) -> int:
        """Remove files left by killed writers; returns how many. The caller holds the home's lock."""
        removed = 0
        for path in self._files.listing()[1]:
            with contextlib.suppress(OSError):
                os.unlink(path)
                removed += 1
        return removed

    # ---- inside ------------------------------------------------------------------------------------

    def _found(self, entry: Version, data: bytes, entries: Sequence[Version]) -> Version | None:
        """Return the entry that already has these bytes."""
        return next(
            (old for old in entries if _alike(old, entry) and self._files.has_content(old, data)), None
        )

    def _entry_of(self, data: bytes, *, layout: Layout, profiles: int, origin: Origin) -> Version:
        # A state that is replaced is usually the one that was written last, and often comes back next.
        known = self._digests
        digest = next((digest for one, digest in known if one == data), None) or sha256(data).hexdigest()
        self._digests = (*[pair for pair in known if pair[0] != data][-1:], (data, digest))
        return version_of(
            data,
            at_microseconds=0,
            origin=origin,
            layout=layout,
            profiles=profiles,
            digest=digest,
        )

    def _time_for(self, made_at: int | None, newest: Version | None) -> int:
        now = self._now()
        before = newest.at_microseconds if newest else 0
        at = made_at if made_at is not None and before < made_at <= now else now
        return max(at, before + 1)

    def _prune(self, entries: Sequence[Version], orphans: Sequence[str]) -> list[Version]:
        """Remove what need not be kept; return the other entries."""
        # A version that can't be removed now only takes up space; a later call retries it.
        gone = dropped(entries, now_microseconds=self._now())
        for path in [*map(self._files.path_of, gone), *orphans]:
            with contextlib.suppress(OSError):
                os.unlink(path)
        return [entry for entry in entries if entry not in gone] if gone else list(entries)


def _alike(one: Version, other: Version) -> bool:
    """Whether two versions may have the same bytes, which must then be compared."""
    return (
        one.size_bytes == other.size_bytes
        and one.layout is other.layout
        # An earlier release used CRC-32; to compare with its versions, only the bytes will do.
        and (one.digest == other.digest or len(one.digest) != len(other.digest))
        and (one.origin is Origin.BROKEN) == (other.origin is Origin.BROKEN)
    )
