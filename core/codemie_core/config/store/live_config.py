"""Reads the live configuration of a home, and keeps what other programs wrote in its history."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Mapping

from codemie_core.config.commit.keeping import keep_read, mark_of, origin_of
from codemie_core.config.history import Fingerprints, History, Offer, Origin, Version, offer_of
from codemie_core.config.history.losses import renamed_between
from codemie_core.config.history.outline import outline_from
from codemie_core.config.history.restore import restored
from codemie_core.config.migrations.schema import check_writable
from codemie_core.config.model.config import Config
from codemie_core.config.model.layout import Layout
from codemie_core.config.reader import ConfigReader, Read, is_unchanged
from codemie_core.errors import CodeMieError, ConfigError, SettingInvalid, StoreBusy, StoreError, store_error
from codemie_core.files.json.document import JsonDocument
from codemie_core.files.lock import DEFAULT_TIMEOUT_SECONDS, StoreLock, note_in
from codemie_core.files.write_mark import WriteMark
from codemie_core.home import Home

TYPE_CHECKING = False  # as `typing` has it, whose import every command would pay for
if TYPE_CHECKING:
    from codemie_core.config.store.arrangement_store import ArrangementStore

KEEP_TIMEOUT_SECONDS = 1.0
"""Lock timeout for recording a foreign change; whoever holds the lock records it too."""

_KEEP_ATTEMPTS = 20
_COARSE_NS = 10_000_000
_READER_TIMEOUT_SECONDS = 0.05
"""Like `KEEP_TIMEOUT_SECONDS`, for a command that only reads."""


class LiveConfig:
    """The live configuration of one home, for reading.

    Args:
        home: which home.
        lock_timeout_seconds: how long to wait for another writer.
    """

    def __init__(self, home: Home, *, lock_timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS) -> None:
        self.home = home
        self.history = History(home)
        self._reader = ConfigReader(home)
        self._lock_timeout_seconds = lock_timeout_seconds
        self._last_read: Read | None = None
        self._settled: tuple[str, WriteMark] | None = None
        self.trouble: StoreError | None = None
        """Why the last change, or what was read, could not be kept in the history; None if it was."""
        self.not_carried: CodeMieError | None = None
        """Why the place and note of a renamed or added profile could not be updated; None if they were."""

    @property
    def layout(self) -> Layout:
        """The layout in effect in this home, found by looking at the folder."""
        return self._reader.layout

    # ---- reading -----------------------------------------------------------------------------------

    def load(self, *, to_change: bool = False) -> Config:
        """Read the configuration.

        Args:
            to_change: a change follows, so wait longer for a program that is writing the file.

        Raises:
            ConfigMissing: there is none yet.
            ConfigUnreadable: it can't be read.
            ConfigCorrupt: it is not a configuration, even after `TORN_PATIENCE_SECONDS`; if `to_change`,
                `CHANGE_PATIENCE_SECONDS`.
        """
        self._settled = None
        self._last_read = self._reader.read(to_change=to_change)
        return self._last_read.config

    def is_as_written(self) -> bool:
        """Whether the file is still as our last change wrote it, with nothing loaded since; reads nothing.

        With this, a folder watch tells the echo of our own write from a foreign one. It compares the file's
        identity and time stamp: the content was compared when the change had settled, and any later writer
        left another time stamp. False if time stamps are too coarse to tell.
        """
        if self._settled is None:
            return False
        path, written = self._settled
        # Compare the path, too: the CLI takes a file over by renaming it, and then reads it differently.
        counts = self.home.join(self.layout.config_name)
        return counts == path and mark_of(path) == written.mark and not _is_coarse(written)

    def load_and_keep(
        self, *, lock_timeout_seconds: float = _READER_TIMEOUT_SECONDS, to_change: bool = False
    ) -> Config:
        """Read the configuration, and add it to the history if it is new there.

        If it can't be kept (the disk is full, the home is read-only or another user's), the configuration is
        still returned, and `trouble` says why.

        Args:
            lock_timeout_seconds: how long to wait for another writer, who would keep it, too.
            to_change: as for `load`.

        Raises:
            ConfigError: as `load`.
        """
        self.trouble = None
        config = self.load(to_change=to_change)
        if self._is_ours():
            try:
                self._keep_seen(lock_timeout_seconds, self._last_read)
            except StoreBusy:
                pass  # whoever holds the lock records it
            except StoreError as error:
                self.trouble = error
        return config

    # ---- the history -------------------------------------------------------------------------------

    def keep_seen(self) -> Version | None:
        """Keep the present state in the history if another program wrote it and it is new.

        A state is kept once two reads in a row agree: then a program that writes in place has finished.

        Returns:
            The newest version if it equals the file; None if there is nothing to keep (no file, or not a
            configuration).

        Raises:
            StoreError: it can't be kept, or the lock timed out.
        """
        return self._keep_seen(KEEP_TIMEOUT_SECONDS)

    def _keep_seen(self, timeout_seconds: float, read: Read | None = None) -> Version | None:
        for _ in range(_KEEP_ATTEMPTS):
            try:
                read = read or self._reader.read()
            except ConfigError:
                return None
            if newest := self.history.holds_as_newest(read.data, read.config.layout):
                return newest
            kept = None
            with StoreLock(self.home.lock, timeout_seconds=timeout_seconds) as lock:
                if is_unchanged(read):
                    kept = keep_read(self.history, lock.note(), read)
            if kept is not None:
                if kept.origin is Origin.OTHER:
                    self._carry_renamed()
                return kept
            read = None
        return None  # it is written all the time: the next call will keep it

    def carry(self, names: Mapping[str, str]) -> None:
        """Give the places and notes of renamed profiles, new names by old ones, to their new names.

        If the settings can't be changed, `not_carried` says why, and they stay with the old names.
        """
        self._arrange(lambda arrangement: arrangement.rename(names))

    def forget(self, names: Iterable[str]) -> None:
        """Remove the places and notes that earlier profiles of these names left; as `carry`."""
        self._arrange(lambda arrangement: arrangement.forget(names))

    def _arrange(self, change: Callable[[ArrangementStore], object]) -> None:
        # Here, because a switch does without it.
        from codemie_core.config.store.arrangement_store import ArrangementStore

        self.not_carried = None
        try:
            change(ArrangementStore(self.home))
        except (SettingInvalid, StoreError) as error:
            self.not_carried = error
        except OSError as error:
            self.not_carried = store_error(self.home.tray, error)

    def _carry_renamed(self) -> None:
        """Do so for the profiles that another program renamed in the newest version."""
        from codemie_core.config.store.arrangement_store import ArrangementStore

        arrangement = ArrangementStore(self.home).load()
        entries = self.history.entries()
        if len(entries) < 2 or not (arrangement.order or arrangement.notes):
            return
        renamed = renamed_between(self.history.contents(entries[1]), self.history.contents(entries[0]))
        if renamed:
            self.carry(renamed)

    def _is_ours(self) -> bool:
        """Whether the home is this user's: files that root creates in it would lock its owner out."""
        try:
            return sys.platform == "win32" or os.stat(self.home.path).st_uid == os.geteuid()
        except OSError:
            return False

    def offer(self, present: Config | ConfigError) -> Offer | None:
        """Return the version to offer if something was lost. Nothing is written.

        Args:
            present: what `load` returned or raised; it counts as the newest state, whether kept or not.
        """
        read = self._last_read
        if read is None or read.config is not present or read.status is None:
            return offer_of(self.history.entries(), self.history.contents, present=present)
        entries = self.history.with_newest(
            read.data,
            layout=read.config.layout,
            profiles=len(read.config.profiles),
            origin=origin_of(read.status, note_in(self.home.lock)),
            made_at_microseconds=read.status.st_mtime_ns // 1000,
        )
        names = [profile.name for profile in read.config.profiles]
        now = Fingerprints(names, lambda: outline_from(read.config))
        return offer_of(
            entries,
            lambda entry: now if entry is entries[0] else self.history.contents(entry),
            present=present,
        )

    def planned_restore(self, entry: Version) -> tuple[Config, JsonDocument]:
        """Return the present configuration and what `restore` would make of it; nothing is written.

        If there is no usable configuration, the first is one without profiles.

        Raises:
            VersionNotFound, ConfigUnreadable, SchemaTooNew: as `restore`.
        """
        version = self.history.version(entry)
        present = self._reader.read_or_stand_in(entry.layout).config
        check_writable(present)
        return present, restored(version, present)

    def accept(self) -> None:
        """Accept what another program wrote: what it removed no longer counts as lost.

        Raises:
            StoreError: the history can't be written.
        """
        with self._lock():
            newest = self.history.newest()
            if newest and newest.origin is Origin.OTHER:
                self.history.accept(newest)

    def _lock(self) -> StoreLock:
        return StoreLock(self.home.lock, timeout_seconds=self._lock_timeout_seconds)


def _is_coarse(written: WriteMark) -> bool:
    """Whether the time stamp may be coarser than the time we watch the file (FAT: 2 s)."""
    return int(written.mark.rpartition(".")[2]) % _COARSE_NS == 0
