"""The live configuration of a home: reading, changing and restoring it.

What a change replaces is in the history before it is replaced, durably; what it writes is there right after.
Where the history can't be written, a change that can be undone by doing the opposite (switch, rename,
duplicate) is made all the same and `trouble` says so; one that throws something away is refused.
`commit.py` makes the change beside other programs.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping

from codemie_core.config import edits
from codemie_core.config.commit.commit import SETTLE_SECONDS, Commit
from codemie_core.config.commit.keeping import keep_read, mark_of, origin_of
from codemie_core.config.commit.plan import Edit, Precondition, unconditional
from codemie_core.config.history import Fingerprints, History, Offer, Origin, Version, offer_of
from codemie_core.config.history.outline import outline_from
from codemie_core.config.history.restore import restored
from codemie_core.config.migrations.schema import check_writable
from codemie_core.config.model.config import Config
from codemie_core.config.model.layout import Layout
from codemie_core.config.reader import ConfigReader, Read, is_intact, is_unchanged
from codemie_core.errors import ConfigError, StoreBusy, StoreError
from codemie_core.files.atomic_file import sweep_temporaries
from codemie_core.files.json.document import JsonDocument
from codemie_core.files.json.value import JsonInput
from codemie_core.files.lock import DEFAULT_TIMEOUT_SECONDS, StoreLock, note_in
from codemie_core.files.write_mark import WriteMark
from codemie_core.home import Home

KEEP_TIMEOUT_SECONDS = 1.0
"""Lock timeout for recording a foreign change; whoever holds the lock records it too."""

_KEEP_ATTEMPTS = 20
_COARSE_NS = 10_000_000
_READER_TIMEOUT_SECONDS = 0.05
"""The same for a command that only reads."""


class ConfigLoader:
    """The live configuration of one home.

    Args:
        home: which home.
        lock_timeout_seconds: how long a change waits for another writer.
        settle_seconds: see `SETTLE_SECONDS`; 0 returns as soon as the change is durable.
        on_durable: called with each state that a change wrote as soon as it is durable. The change itself
            returns later: it waits for programs that may undo it. Must not raise.
    """

    def __init__(
        self,
        home: Home,
        *,
        lock_timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS,
        settle_seconds: float = SETTLE_SECONDS,
        on_durable: Callable[[Config], None] = lambda _config: None,
    ) -> None:
        self.home = home
        self._on_durable = on_durable
        self._settled: tuple[str, WriteMark] | None = None
        self._lock_timeout_seconds = lock_timeout_seconds
        self._settle_seconds = settle_seconds
        self._reader = ConfigReader(home)
        self.history = History(home)
        self._last_read: Read | None = None
        self.changed = False
        """Whether the last change wrote anything; where not, everything was as wanted already."""
        self.trouble: StoreError | None = None
        """Why the last change, or what was read, could not be kept in the history; None: it was."""

    @property
    def layout(self) -> Layout:
        """Which layout counts in this home now (looks at the folder)."""
        return self._reader.layout

    # ---- reading -----------------------------------------------------------------------------------

    def load(self) -> Config:
        """Read the configuration.

        Raises:
            ConfigMissing: there is none yet.
            ConfigUnreadable: the system does not let us read it.
            ConfigCorrupt: it is no configuration, also not after `TORN_PATIENCE_SECONDS`.
        """
        self._settled = None
        self._last_read = self._reader.read()
        return self._last_read.config

    def is_as_written(self) -> bool:
        """Whether the file still is what our last change wrote, and nothing was loaded since; reads nothing.

        So a folder watch can tell the echo of our own write from somebody else's. It goes by the file's
        identity and time stamp: the content was compared when the change had settled, and whoever wrote later
        left another stamp. False where that can't be told.
        """
        if self._settled is None:
            return False
        path, written = self._settled
        # By its path as well: the CLI takes a file over by renaming it, and then reads it differently.
        counts = self.home.join(self.layout.config_name)
        return counts == path and mark_of(path) == written.mark and not _is_coarse(written)

    def load_and_keep(self, *, lock_timeout_seconds: float = _READER_TIMEOUT_SECONDS) -> Config:
        """Read the configuration, and keep it in the history where it is new there.

        Where it can't be kept (a full disk, a home that is read-only or somebody else's), the configuration
        is returned all the same, and `trouble` says why.

        Args:
            lock_timeout_seconds: how long to wait for another writer, who would keep it as well.

        Raises:
            ConfigError: as `load`.
        """
        self.trouble = None
        config = self.load()
        if self._is_ours():
            try:
                self._keep_seen(lock_timeout_seconds, self._last_read)
            except StoreBusy:
                pass  # whoever holds the lock keeps it
            except StoreError as error:
                self.trouble = error
        return config

    # ---- the history -------------------------------------------------------------------------------

    def keep_seen(self) -> Version | None:
        """Keep the state that stands there now, if it is new: another program wrote it.

        A state counts as seen when two readings in a row agree: a program that writes in place is done then.

        Returns:
            The newest state in the history, where that is what the file holds; None where there is nothing
            that could be kept (no file, or not a configuration).

        Raises:
            StoreError: it can't be kept, or the lock can't be had.
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
            with StoreLock(self.home.lock, timeout_seconds=timeout_seconds) as lock:
                if is_unchanged(read):
                    return keep_read(self.history, lock.note(), read)
            read = None
        return None  # it is being written all the time: the next look will do

    def _is_ours(self) -> bool:
        """Whether the home is this user's: what root made in it would lock its owner out."""
        try:
            return sys.platform == "win32" or os.stat(self.home.path).st_uid == os.geteuid()
        except OSError:
            return False

    def offer(self, present: Config | ConfigError) -> Offer | None:
        """Return the version to offer where something was lost. Nothing is written.

        Args:
            present: what `load` returned or raised; it counts as the newest state, kept already or not.
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
        """Return what stands there now and what `restore` would make of it; nothing is written.

        Where nothing that can be read stands there, the first is a configuration without profiles.

        Raises:
            VersionNotFound, ConfigUnreadable, SchemaTooNew: as `restore`.
        """
        version = self.history.version(entry)
        present = self._reader.read_or_stand_in(entry.layout).config
        check_writable(present)
        return present, restored(version, present)

    def accept(self) -> None:
        """Keep what another program wrote: what it removed is no loss from now on.

        Raises:
            StoreError: it can't be noted.
        """
        with self._lock():
            newest = self.history.newest()
            if newest and newest.origin is Origin.OTHER:
                self.history.accept(newest)

    def restore(self, entry: Version) -> Config:
        """Bring a kept version back; what stands in its place now is kept first, whatever it is.

        It goes to the file that counts now: byte for byte where that has the version's layout, else its
        profiles in that layout's words beside everything else that is there.

        Returns:
            The state that was written.

        Raises:
            VersionNotFound: the version is gone, or was no configuration.
            ConfigUnreadable, ConfigConflict, SchemaTooNew: as `switch_profile`.
            StoreError: it can't be written, or the present state can't be kept; nothing was changed.
        """
        version = self.history.version(entry)
        return self._change(
            lambda config: restored(version, config),
            read=lambda: self._reader.read_or_stand_in(entry.layout),
            must_keep=True,
        )

    # ---- changing ----------------------------------------------------------------------------------

    def switch_profile(self, name: str) -> Config:
        """Make `name` the active profile; nothing is written where it is already.

        Returns:
            The state that was written.

        Raises:
            ProfileNotFound: no such profile.
            ProfileInvalid: the profile can't be used.
            ConfigError: the file is missing, unreadable or corrupt, or another program keeps undoing
                the change (`ConfigConflict`).
            StoreError: it can't be written; nothing was changed.
        """
        return self._change(lambda config: edits.switch(config, name))

    def save_profile(self, name: str, fields: Mapping[str, JsonInput]) -> Config:
        """Set fields of a profile, which is added where it is not there.

        A field that is None is removed, one that is not named is kept. In a home without a configuration
        this writes the first one.

        Raises:
            ProfileInvalid: a new name that can't be a profile's.
            ConfigError, StoreError: as `switch_profile`.
        """
        return self._change(
            lambda config: edits.save(config, name, fields),
            read=self._reader.read_or_begin,
            must_keep=True,
        )

    def add_profile(self, name: str, fields: Mapping[str, JsonInput]) -> Config:
        """Add a profile; in a home without a configuration this writes the first one.

        Raises:
            ProfileExists: there is one of this name.
            ProfileInvalid: a name that can't be a profile's, or a value that JSON can't hold.
            ConfigError, StoreError: as `switch_profile`.
        """
        return self._change(
            lambda config: edits.add(config, name, fields),
            precondition=lambda config: edits.check_add(config, name),
            read=self._reader.read_or_begin,
        )

    def rename_profile(self, old: str, new: str) -> Config:
        """Give a profile another name; the active one stays active.

        Raises:
            ProfileNotFound, ProfileExists, ProfileInvalid: about the two names.
            ConfigError, StoreError: as `switch_profile`.
        """
        return self._change(
            lambda config: edits.rename(config, old, new),
            precondition=lambda config: edits.check_rename(config, old, new),
        )

    def duplicate_profile(self, name: str, copy: str) -> Config:
        """Add a profile `copy` with all the fields of `name`, its token among them.

        Raises:
            ProfileNotFound, ProfileExists, ProfileInvalid: about the two names.
            ConfigError, StoreError: as `switch_profile`.
        """
        return self._change(
            lambda config: edits.duplicate(config, name, copy),
            precondition=lambda config: edits.check_duplicate(config, name, copy),
        )

    def delete_profile(self, name: str) -> Config:
        """Remove a profile. Of the active one, the first one left becomes active.

        Raises:
            ProfileNotFound: no such profile.
            ConfigError, StoreError: as `switch_profile`.
        """
        return self._change(
            lambda config: edits.delete(config, name),
            precondition=lambda config: edits.check_delete(config, name),
            must_keep=True,
        )

    def rewrite(self, edit: Edit, *, precondition: Precondition = unconditional) -> Config:
        """Make a change of the whole document; what it replaces is in the history, or it is not made.

        Args:
            edit: pure; called again where another program undid the change. What it raises is raised, and
                nothing was changed.
            precondition: called once, before the first edit; what it raises is raised.

        Raises:
            ConfigError, StoreError: as `switch_profile`.
        """
        return self._change(edit, precondition=precondition, must_keep=True)

    def set_tokens(self, changes: edits.TokenChanges) -> Config:
        """Replace tokens by references to the credential store, or the reverse.

        A field that holds something else by now is left as it is.

        Raises:
            ConfigError, StoreError: as `switch_profile`.
        """
        return self._change(lambda config: edits.set_tokens(config, changes))

    def forget_old_tokens(self, *, dry_run: bool = False) -> list[Version]:
        """Remove every kept state with a token in the clear that the configuration no longer holds.

        For after tokens were moved into the credential store, or exchanged. What else those states held
        can't be had back.

        Raises:
            ConfigError: the configuration can't be read: then nobody knows which tokens are old.
            StoreError: a state can't be removed, or the lock can't be had.
        """
        with self._lock():
            old = self.history.holding_tokens(self._reader.read().config)
            if not dry_run:
                self.history.forget(old)
        return old

    def sweep(self) -> int:
        """Remove what killed writers left, in the history as well; returns how many files.

        Raises:
            StoreError: the lock can't be had.
        """
        if not os.path.isdir(self.home.path):
            return 0
        target = os.path.realpath(self.home.join(self.layout.config_name))
        with self._lock():
            return sweep_temporaries(target) + self.history.sweep()

    def _lock(self) -> StoreLock:
        return StoreLock(self.home.lock, timeout_seconds=self._lock_timeout_seconds)

    def _intact(self, config: Config) -> bool:
        return is_intact(config)  # a method so that tests can interpose a concurrent writer

    def _change(
        self,
        edit: Edit,
        *,
        precondition: Precondition = unconditional,
        read: Callable[[], Read] | None = None,
        must_keep: bool = False,
    ) -> Config:
        commit = Commit(
            edit,
            precondition=precondition,
            read=read or self._reader.read,
            read_again=self._reader.read,
            history=self.history,
            lock=self._lock,
            must_keep=must_keep,
            settle_seconds=self._settle_seconds,
            intact=self._intact,
            on_durable=self._on_durable,
        )
        self._last_read = self._settled = None
        try:
            return commit.run()
        finally:
            self.changed, self.trouble, self._settled = commit.changed, commit.trouble, commit.settled


def _is_coarse(written: WriteMark) -> bool:
    """Whether a time stamp may come from a file system that counts no finer than we settle (FAT: 2 s)."""
    return int(written.mark.rpartition(".")[2]) % _COARSE_NS == 0
