"""Reading and changing the live configuration of a home.

A change is made under the home's lock, by the protocol of `atomic_file.py`. Because the CLI knows no lock and
may write a state that it read before ours over it, a change is looked at once more after `SETTLE_SECONDS`,
and made again where it is gone.

What a change replaces is in the history before it is replaced, durably; what it writes is there right after.
Where the history can't be written, a change that can be undone by doing the opposite (switch, rename,
duplicate) is made all the same and `trouble` says so; one that throws something away is refused.
"""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable, Mapping
from dataclasses import replace

from codemie_core.config import edits as config_edit
from codemie_core.config.history import History, Kept, Origin
from codemie_core.config.history.restore import restored
from codemie_core.config.layout import Layout
from codemie_core.config.migrations.schema import check_writable
from codemie_core.config.model import Config, config_of
from codemie_core.config.reader import SIZE_LIMIT_BYTES, ConfigReader, Read, is_intact, is_unchanged
from codemie_core.errors import (
    ConfigConflict,
    ConfigError,
    StoreDenied,
    StoreError,
    StoreFull,
)
from codemie_core.files.atomic_file import (
    FileVersion,
    TargetChanged,
    replace_whole,
    sweep_temporaries,
    version_of,
)
from codemie_core.files.json_document import JsonDocument, JsonValue
from codemie_core.files.lock import DEFAULT_TIMEOUT_SECONDS, StoreLock
from codemie_core.files.write_mark import WrittenState
from codemie_core.home import Home

SETTLE_SECONDS = 0.01
"""After a change, how long a program that read the file before it gets to write its old state over ours."""
KEEP_TIMEOUT_SECONDS = 1.0
"""How long keeping what another program wrote waits for a writer; whoever holds the lock keeps it, too."""

CONTESTED_FACTOR = 15
"""So much longer we wait where another program wrote not long ago: it may well be at it again, and on a busy
machine its read and its write lie further apart."""

_ATTEMPTS = 100
_ANY_WRITE = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH
_REAPPLIES = 20

Edit = Callable[[Config, bool], JsonDocument]
"""A state, and whether this is a repetition, to the document that is wanted."""


class ConfigLoader:
    """The live configuration of one home.

    Args:
        home: which home.
        lock_timeout_seconds: how long a change waits for another writer.
        settle_seconds: see `SETTLE_SECONDS`; 0 returns as soon as the change is durable.
    """

    def __init__(
        self,
        home: Home,
        *,
        lock_timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS,
        settle_seconds: float = SETTLE_SECONDS,
    ) -> None:
        self.home = home
        self._lock_timeout_seconds = lock_timeout_seconds
        self._settle_seconds = settle_seconds
        self._reader = ConfigReader(home)
        self.history = History(home)
        self.trouble: StoreError | None = None
        """Why the last change could not be kept in the history; None: it was."""

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
        return self._reader.read().config

    # ---- the history -------------------------------------------------------------------------------

    def keep_seen(self) -> Kept | None:
        """Keep the state that stands there now, if it is new: another program wrote it.

        A state counts as seen when two readings in a row agree: a program that writes in place is done then.

        Returns:
            The newest state in the history, where that is what the file holds; None where there is nothing
            that could be kept (no file, or not a configuration).

        Raises:
            StoreError: it can't be kept, or the lock can't be had.
        """
        for _ in range(_REAPPLIES):
            try:
                read = self._reader.read()
            except ConfigError:
                return None
            newest = self.history.newest()
            if newest and newest.layout is read.config.layout and newest.holds(read.data):
                return newest
            with StoreLock(self.home.lock, timeout_seconds=KEEP_TIMEOUT_SECONDS) as lock:
                if is_unchanged(read):
                    return self._keep(lock, read)
        return None  # it is being written all the time: the next look will do

    def planned_restore(self, entry: Kept) -> tuple[Config, JsonDocument]:
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

    def restore(self, entry: Kept) -> Config:
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
            lambda config, _again: restored(version, config),
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
        return self._change(lambda config, _again: config_edit.switch(config, name))

    def save_profile(self, name: str, fields: Mapping[str, JsonValue]) -> Config:
        """Set fields of a profile, which is added where it is not there.

        A field that is None is removed, one that is not named is kept. In a home without a configuration
        this writes the first one.

        Raises:
            ProfileInvalid: a new name that can't be a profile's.
            ConfigError, StoreError: as `switch_profile`.
        """
        return self._change(
            lambda config, _again: config_edit.save(config, name, fields), create=True, must_keep=True
        )

    def rename_profile(self, old: str, new: str) -> Config:
        """Give a profile another name; the active one stays active.

        Raises:
            ProfileNotFound, ProfileExists, ProfileInvalid: about the two names.
            ConfigError, StoreError: as `switch_profile`.
        """
        return self._change(lambda config, again: config_edit.rename(config, old, new, again=again))

    def duplicate_profile(self, name: str, copy: str) -> Config:
        """Add a profile `copy` with all the fields of `name`, its token among them.

        Raises:
            ProfileNotFound, ProfileExists, ProfileInvalid: about the two names.
            ConfigError, StoreError: as `switch_profile`.
        """
        return self._change(lambda config, again: config_edit.duplicate(config, name, copy, again=again))

    def delete_profile(self, name: str) -> Config:
        """Remove a profile. Of the active one, the first one left becomes active.

        Raises:
            ProfileNotFound: no such profile.
            ConfigError, StoreError: as `switch_profile`.
        """
        return self._change(
            lambda config, again: config_edit.delete(config, name, again=again), must_keep=True
        )

    def rewrite(self, edit: Edit) -> Config:
        """Make a change of the whole document; what it replaces is in the history, or it is not made.

        Args:
            edit: pure; called again with True where another program undid the change. What it raises is
                raised, and nothing was changed.

        Raises:
            ConfigError, StoreError: as `switch_profile`.
        """
        return self._change(edit, must_keep=True)

    def set_tokens(self, changes: config_edit.TokenChanges) -> Config:
        """Replace tokens by references to the credential store, or the reverse.

        A field that holds something else by now is left as it is.

        Raises:
            ConfigError, StoreError: as `switch_profile`.
        """
        return self._change(lambda config, _again: config_edit.set_tokens(config, changes))

    def forget_old_tokens(self, *, dry_run: bool = False) -> list[Kept]:
        """Remove every kept state with a token in the clear that the configuration no longer holds.

        For after tokens were moved into the credential store, or exchanged. What else those states held
        can't be had back.

        Raises:
            ConfigError: the configuration can't be read: then nobody knows which tokens are old.
            StoreError: a state can't be removed, or the lock can't be had.
        """
        with self._lock():
            old = self.history.holding_tokens(self._reader.read().config.secrets)
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

    def _change(
        self,
        edit: Edit,
        *,
        create: bool = False,
        read: Callable[[], Read] | None = None,
        must_keep: bool = False,
    ) -> Config:
        self.trouble = None
        read_state = read or (self._reader.read_or_begin if create else self._reader.read)
        if not create and not os.path.lexists(self.home.path):
            self._reader.read()  # tells what is wrong; taking the lock would make the folder
        with self._lock() as lock:
            written, config, kept = self._write(lock, edit, read_state, again=False, must_keep=must_keep)
        for _ in range(_REAPPLIES):
            if written is None or self._settle_seconds <= 0:
                return config
            self._settle(kept, self._settle_seconds * (CONTESTED_FACTOR if written.contested else 1))
            if self._intact(config):
                return config
            with self._lock() as lock:
                if self._followed(lock, config.path, written):
                    return config
                written, config, kept = self._write(
                    lock, edit, self._reader.read, again=True, must_keep=must_keep
                )
        raise ConfigConflict(config.path, "another program keeps undoing the change; close it and try again")

    def _settle(self, kept: Kept | None, seconds: float) -> None:
        """Wait; the time is used to make the kept copy of the new state outlive a power cut."""
        until = time.monotonic() + seconds
        if kept:
            self.history.make_durable(kept)
        time.sleep(max(until - time.monotonic(), 0))

    def _write(
        self, lock: StoreLock, edit: Edit, read_state: Callable[[], Read], *, again: bool, must_keep: bool
    ) -> tuple[WrittenState | None, Config, Kept | None]:
        """Make one change durable; None where there was nothing to change."""
        for _ in range(_ATTEMPTS):
            read = read_state()
            check_writable(read.config)
            document = edit(read.config, again)
            if document is read.config.document and read.status is not None and not read.broken:
                return None, read.config, None
            if read.status is not None and not read.status.st_mode & _ANY_WRITE:
                # Its bits don't hinder replacing it; they are the person's word all the same.
                raise StoreDenied(read.config.path, "is read-only; nothing was changed")
            data = document.text.encode("utf-8")
            if len(data) > SIZE_LIMIT_BYTES:
                raise StoreFull(
                    read.config.path,
                    f"would be larger than {SIZE_LIMIT_BYTES >> 20} MB; nothing was changed",
                )
            config = config_of(document, path=read.config.path, layout=read.config.layout)
            mode = _mode(read.config, config)
            config = replace(config, mode=mode if os.name == "posix" else None)
            sweep_temporaries(read.target)
            expected = None if read.status is None else FileVersion.of(read.status)
            try:
                if read.status is not None:
                    self._keep_old(lock, read, must_keep=must_keep)
                version = replace_whole(
                    read.target,
                    data,
                    mode=mode,
                    expected=expected,
                    like=read.status,
                    old=None if read.status is None else read.data,
                )
            except TargetChanged:
                continue
            written = WrittenState.over(
                expected, WrittenState.of(lock.note()), version, now_ns=time.time_ns()
            )
            lock.leave_note(written.note)
            return written, config, self._keep_new(config, data, version)
        raise ConfigConflict(
            read.config.path, "another program keeps writing it; nothing was changed, try again"
        )

    def _keep(self, lock: StoreLock, read: Read) -> Kept:
        assert read.status is not None  # noqa: S101 - for the type checker: there is a file
        last = WrittenState.of(lock.note())
        written_by_us = last is not None and last.mark == FileVersion.of(read.status).mark
        origin = Origin.BROKEN if read.broken else Origin.OWN if written_by_us else Origin.OTHER
        return self.history.keep(
            read.data,
            layout=read.config.layout,
            profiles=0 if read.broken else len(read.config.profiles),
            origin=origin,
            made_at_microseconds=read.status.st_mtime_ns // 1000,
        )

    def _keep_old(self, lock: StoreLock, read: Read, *, must_keep: bool) -> None:
        try:
            self._keep(lock, read)
        except StoreError as error:
            if must_keep:
                raise
            self.trouble = error

    def _keep_new(self, config: Config, data: bytes, version: FileVersion) -> Kept | None:
        try:
            return self.history.keep(
                data,
                layout=config.layout,
                profiles=len(config.profiles),
                origin=Origin.OWN,
                made_at_microseconds=version.mtime_ns // 1000,
                durable=False,
            )
        except StoreError as error:
            self.trouble = error
            return None

    def _intact(self, config: Config) -> bool:
        return is_intact(config)  # a method, since between our write and this look others come in

    def _followed(self, lock: StoreLock, path: str, written: WrittenState) -> bool:
        """Return whether what stands there was made from our state by others that take the lock.

        Then a later change of theirs may be what undid ours, and it is not ours to defend.
        """
        last = WrittenState.of(lock.note())
        try:
            now = version_of(path)
        except OSError:
            return False
        if last is None or now is None:
            return False
        return last.mark == now.mark != written.mark and last.line == written.line


def _mode(old: Config, new: Config) -> int:
    """Return the permission bits of the new file: kept, but private from the first new secret on."""
    # A switch brings none: it need not look through the whole file.
    if _beside_active(new.document) != _beside_active(old.document) and new.secrets - old.secrets:
        return 0o600
    return 0o644 if old.mode is None else old.mode


def _beside_active(document: JsonDocument) -> list[tuple[str, str]]:
    """Return what stands in a configuration beside the active profile's name, as it is written."""
    members = document.root.members
    return [(member.key, document.raw(member.value)) for member in members if member.key != "activeProfile"]
