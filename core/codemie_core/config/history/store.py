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

from codemie_core.config.history.folder import HistoryFolder
from codemie_core.config.history.losses import Contents, Fingerprints
from codemie_core.config.history.outline import (
    LARGE_BYTES,
    Outline,
    outline_from,
    outline_of,
)
from codemie_core.config.history.pruning import dropped
from codemie_core.config.history.version import Origin, Version, version_of
from codemie_core.config.model.config import Config, parse_config
from codemie_core.config.model.layout import Layout
from codemie_core.config.model.limits import SIZE_LIMIT_BYTES, megabytes
from codemie_core.errors import ConfigCorrupt, ConfigTooLarge, VersionNotFound, store_error
from codemie_core.files.atomic_file import make_durable, sync_folder
from codemie_core.home import Home

TYPE_CHECKING = False  # defined here because importing `typing` would slow down every command
if TYPE_CHECKING:
    from codemie_core.config.history.old_tokens import OldTokenSearch

_REMEMBERED = 200


def _now() -> int:
    return time.time_ns() // 1000


class History:
    """The versions of one home.

    Args:
        home: which home.
        now: the clock, in microseconds since 1970.
    """

    def __init__(self, home: Home, *, now: Callable[[], int] = _now) -> None:
        self.folder = home.history
        self._files = HistoryFolder(home.history)
        self._now = now
        self._contents: dict[tuple[str, str], Contents] = {}

    # ---- reading; needs no lock --------------------------------------------------------------------

    def entries(self) -> list[Version]:
        """Return the versions, newest first; none if the folder can't be read."""
        return self._files.listing()[0]

    def newest(self) -> Version | None:
        """Return the newest version without examining all of them."""
        return self._files.newest()

    def path_of(self, entry: Version) -> str:
        """Return the path of a version's file."""
        return self._files.path_of(entry)

    def find(self, start_of_id: str) -> Version:
        """Return the only version whose id starts with this text.

        Raises:
            VersionNotFound: none does, or more than one.
        """
        start = start_of_id.lower()
        found = [entry for entry in self.entries() if entry.digest.startswith(start)] if start else []
        if not found:
            raise VersionNotFound(
                start_of_id,
                f"The history has no version {start_of_id!r}.",
                advice="Run `codemie-tray history list` to see all versions.",
            )
        if len(found) > 1 and start != found[0].digest:
            digests = ", ".join(sorted(entry.digest for entry in found))
            raise VersionNotFound(
                start_of_id,
                f"More than one version begins with {start_of_id!r}.",
                advice=f"Choose one: {digests}",
            )
        return found[0]

    def read(self, entry: Version) -> bytes:
        """Return the bytes of a version.

        Raises:
            VersionNotFound: it is gone or damaged.
        """
        data = self._files.read(entry)
        if data is None:
            raise VersionNotFound(
                entry.id,
                f"Version {entry.id} is gone or damaged.",
                advice="Run `codemie-tray history list` to see the others.",
            )
        return data

    def version(self, entry: Version) -> Config:
        """Return a version as a configuration.

        Raises:
            VersionNotFound: it is gone, was not a configuration, or is too large.
        """
        path = self._files.path_of(entry)
        if entry.size_bytes > SIZE_LIMIT_BYTES:
            raise VersionNotFound(
                entry.id,
                f"Version {entry.id} is too large ({megabytes(entry.size_bytes)}); its text is in {path}.",
            )
        try:
            return parse_config(self.read(entry), path=path, layout=entry.layout)
        except ConfigTooLarge as error:
            raise VersionNotFound(
                entry.id, f"Version {entry.id} is too large: it {error.reason}. Its text is in {path}."
            ) from None
        except ConfigCorrupt:
            raise VersionNotFound(
                entry.id, f"Version {entry.id} is not a valid configuration; its text is in {path}."
            ) from None

    def active(self, entry: Version) -> str | None:
        """Return a version's active profile; None if it has none or can't be read."""
        if entry.origin is Origin.BROKEN:
            return None
        try:
            return self.outline(entry).active
        except VersionNotFound:
            return None

    def outline(self, entry: Version) -> Outline:
        """Return the profiles of a kept version. Raises as `version`.

        A large version is neither decoded nor checked against its digest; restoring it does both.
        """
        return self._large(entry) or outline_from(self.version(entry))

    def _large(self, entry: Version) -> Outline | None:
        if not LARGE_BYTES <= entry.size_bytes <= SIZE_LIMIT_BYTES:
            return None
        data = self._files.read_unchecked(entry)
        return None if data is None else outline_of(data)

    def holds_as_newest(self, data: bytes, layout: Layout) -> Version | None:
        """Return the newest version if it equals this state byte for byte, else None."""
        newest = self._files.newest()
        if newest is None or newest.layout is not layout or newest.origin is Origin.BROKEN:
            return None
        return newest if self._files.read(newest) == data else None

    def contents(self, entry: Version) -> Contents:
        """Return what `loss_of` compares; empty if the version can't be read. Reads each version once."""
        if entry.key not in self._contents:
            if len(self._contents) > _REMEMBERED:
                self._contents.clear()
            try:
                names = self.outline(entry).profiles
            except VersionNotFound:
                return {}
            self._contents[entry.key] = Fingerprints(names, lambda: self.outline(entry))
        return self._contents[entry.key]

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

        Raises:
            StoreError: it could not be written; earlier versions are intact.
        """
        entry = version_of(data, at_microseconds=0, origin=origin, layout=layout, profiles=profiles)
        newest = self._files.newest()  # the usual case, before a state is replaced: check only the newest
        if newest and _alike(newest, entry) and self._files.read(newest) == data:
            return newest
        entries, orphans = self._files.listing()
        entry = entry.with_time(self._time_for(made_at_microseconds, newest), origin)
        before = self._found(entry, data, entries)
        if before is None:
            self._files.write(entry, data, durable=durable)
        else:
            self._files.rename(before, entry, durable=durable)
            entries.remove(before)
        self._prune([entry, *entries], orphans)
        return entry

    def with_newest(
        self, data: bytes, *, layout: Layout, profiles: int, origin: Origin, made_at_microseconds: int
    ) -> list[Version]:
        """Return the entries as `keep` with these arguments would leave them; writes nothing."""
        entries = self.entries()
        newest = entries[0] if entries else None
        entry = version_of(data, at_microseconds=0, origin=origin, layout=layout, profiles=profiles)
        if newest and _alike(newest, entry) and self._files.read(newest) == data:
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
        from codemie_core.config.history.old_tokens import OldTokenSearch  # here to keep `switch` fast

        search = OldTokenSearch(config)
        return [entry for entry in self.entries() if self._holds_old_token(entry, search)]

    def _holds_old_token(self, entry: Version, search: OldTokenSearch) -> bool:
        if (
            LARGE_BYTES <= entry.size_bytes <= SIZE_LIMIT_BYTES
            and (data := self._files.read_unchecked(entry)) is not None
        ):
            answer = search.in_large(data)
            if answer is not None:
                return answer
        try:
            outline = self._large(entry)
            if outline is None:
                return search.in_pieces([self.version(entry).document.text])
            return search.in_outline(outline)
        except VersionNotFound:
            return True

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
        return next((old for old in entries if _alike(old, entry) and self._files.read(old) == data), None)

    def _time_for(self, made_at: int | None, newest: Version | None) -> int:
        now = self._now()
        before = newest.at_microseconds if newest else 0
        at = made_at if made_at is not None and before < made_at <= now else now
        return max(at, before + 1)

    def _prune(self, entries: Sequence[Version], orphans: Sequence[str]) -> None:
        # A version that can't be removed now only takes up space; the next call retries it.
        gone = [self._files.path_of(entry) for entry in dropped(entries, now_microseconds=self._now())]
        for path in [*gone, *orphans]:
            with contextlib.suppress(OSError):
                os.unlink(path)


def _alike(one: Version, other: Version) -> bool:
    """Whether two versions may have the same bytes, which must then be compared."""
    return (
        one.size_bytes == other.size_bytes
        and one.layout is other.layout
        # An earlier release used CRC-32; to compare with its versions, only the bytes will do.
        and (one.digest == other.digest or len(one.digest) != len(other.digest))
        and (one.origin is Origin.BROKEN) == (other.origin is Origin.BROKEN)
    )
