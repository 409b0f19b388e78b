"""Reading and changing the live configuration of a home.

Reading takes no lock. The CLI writes the file in place, so a reader can meet half of it: what does not parse
is read again for `TORN_PATIENCE_SECONDS` before it is called corrupt. A change is made under the home's
lock, by the protocol of `atomic_file.py`. Because the CLI knows no lock and may write a state that it read
before ours over it, a change is looked at once more after `SETTLE_SECONDS`, and made again where it is gone.

What a change replaces is in the history before it is replaced, durably; what it writes is there right after.
Where the history can't be written, a change that can be undone by doing the opposite (switch, rename,
duplicate) is made all the same and `trouble` says so; one that throws something away is refused.
"""

from __future__ import annotations

import errno
import os
import stat
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from codemie_core import config_edit
from codemie_core.atomic_file import (
    FileVersion,
    TargetChanged,
    read_whole,
    replace_whole,
    sweep_temporaries,
    version_of,
)
from codemie_core.config import Config, config_of, parse_config
from codemie_core.errors import (
    ConfigConflict,
    ConfigCorrupt,
    ConfigError,
    ConfigMissing,
    ConfigUnreadable,
    StoreDenied,
    StoreError,
    StoreFull,
)
from codemie_core.history import History, Kept, Origin
from codemie_core.home import Home
from codemie_core.json_document import JsonDocument, JsonValue
from codemie_core.layout import CLASSIC, CLI, Layout, live_layout
from codemie_core.lock import DEFAULT_TIMEOUT_SECONDS, StoreLock, make_private_folder
from codemie_core.migration.schema import check_writable
from codemie_core.restore import SKELETON, restored

SIZE_LIMIT_BYTES = 16 << 20
"""A larger file is no configuration."""
TORN_PATIENCE_SECONDS = 0.4
"""How long a file that does not parse is read again: another program may be in the middle of writing it."""
SETTLE_SECONDS = 0.01
"""After a change, how long a program that read the file before it gets to write its old state over ours."""
KEEP_TIMEOUT_SECONDS = 1.0
"""How long keeping what another program wrote waits for a writer; whoever holds the lock keeps it, too."""

CONTESTED_FACTOR = 15
"""So much longer we wait where another program wrote within the last `RECENT_SECONDS`: it may well be at it
again, and on a busy machine its read and its write lie further apart."""
RECENT_SECONDS = 2.0

_TORN_PAUSE_SECONDS = 0.003
_ATTEMPTS = 100
_ANY_WRITE = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH
_REAPPLIES = 20

Edit = Callable[[Config, bool], JsonDocument]
"""A state, and whether this is a repetition, to the document that is wanted."""


@dataclass(frozen=True, slots=True)
class _Read:
    config: Config
    data: bytes
    status: os.stat_result | None
    """None: there is no file yet."""
    target: str
    """The real file, links resolved."""
    broken: bool = False
    """`data` is no configuration; `config` stands in for it."""


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
        self.history = History(home)
        self.trouble: StoreError | None = None
        """Why the last change could not be kept in the history; None: it was."""

    @property
    def layout(self) -> Layout:
        """Which layout counts in this home now (looks at the folder)."""
        return live_layout(self.home)

    # ---- reading -----------------------------------------------------------------------------------

    def load(self) -> Config:
        """Read the configuration.

        Raises:
            ConfigMissing: there is none yet.
            ConfigUnreadable: the system does not let us read it.
            ConfigCorrupt: it is no configuration, also not after `TORN_PATIENCE_SECONDS`.
        """
        return self._read().config

    def _read(self) -> _Read:
        deadline = time.monotonic() + TORN_PATIENCE_SECONDS
        while True:
            layout = self.layout
            path = self.home.join(layout.config_name)
            try:
                data, status = read_whole(path, limit_bytes=SIZE_LIMIT_BYTES)
                mode = stat.S_IMODE(status.st_mode) if os.name == "posix" else None
                config = parse_config(data, path=path, layout=layout, mode=mode)
                # Strictly: a step that can't be looked at would be taken for the end, and a link replaced.
                return _Read(config, data, status, os.path.realpath(path, strict=True))
            except FileNotFoundError:
                if os.path.islink(path):
                    raise ConfigUnreadable(
                        path, f"is a link to {os.path.realpath(path)}, and nothing is there"
                    ) from None
                raise ConfigMissing(path, "there is no configuration yet") from None
            except ConfigCorrupt:
                if time.monotonic() >= deadline:
                    raise
                time.sleep(_TORN_PAUSE_SECONDS)
            except OSError as error:
                raise ConfigUnreadable(path, _unreadable(error)) from error

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
                read = self._read()
            except ConfigError:
                return None
            newest = self.history.newest()
            if newest and newest.layout is read.config.layout and newest.holds(read.data):
                return newest
            with StoreLock(self.home.lock, timeout_seconds=KEEP_TIMEOUT_SECONDS) as lock:
                if self._unchanged(read):
                    return self._keep(lock, read)
        return None  # it is being written all the time: the next look will do

    def planned_restore(self, entry: Kept) -> tuple[Config, JsonDocument]:
        """Return what stands there now and what `restore` would make of it; nothing is written.

        Where nothing that can be read stands there, the first is a configuration without profiles.

        Raises:
            VersionNotFound, ConfigUnreadable, SchemaTooNew: as `restore`.
        """
        version = self.history.version(entry)
        present = self._read_or_stand_in(entry.layout).config
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
            read=lambda: self._read_or_stand_in(entry.layout),
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
            old = self.history.holding_tokens(self._read().config.secrets)
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
        read: Callable[[], _Read] | None = None,
        must_keep: bool = False,
    ) -> Config:
        self.trouble = None
        read_state = read or (self._read_or_begin if create else self._read)
        if not create and not os.path.lexists(self.home.path):
            self._read()  # tells what is wrong; taking the lock would make the folder
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
                written, config, kept = self._write(lock, edit, self._read, again=True, must_keep=must_keep)
        raise ConfigConflict(config.path, "another program keeps undoing the change; close it and try again")

    def _settle(self, kept: Kept | None, seconds: float) -> None:
        """Wait; the time is used to make the kept copy of the new state outlive a power cut."""
        until = time.monotonic() + seconds
        if kept:
            self.history.make_durable(kept)
        time.sleep(max(until - time.monotonic(), 0))

    def _write(
        self, lock: StoreLock, edit: Edit, read_state: Callable[[], _Read], *, again: bool, must_keep: bool
    ) -> tuple[_Written | None, Config, Kept | None]:
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
            written = _Written.over(expected, _Written.of(lock.note()), version, now_ns=time.time_ns())
            lock.leave_note(written.note)
            return written, config, self._keep_new(config, data, version)
        raise ConfigConflict(
            read.config.path, "another program keeps writing it; nothing was changed, try again"
        )

    def _keep(self, lock: StoreLock, read: _Read) -> Kept:
        assert read.status is not None  # noqa: S101 - for the type checker: there is a file
        last = _Written.of(lock.note())
        written_by_us = last is not None and last.mark == FileVersion.of(read.status).mark
        origin = Origin.BROKEN if read.broken else Origin.OWN if written_by_us else Origin.OTHER
        return self.history.keep(
            read.data,
            layout=read.config.layout,
            profiles=0 if read.broken else len(read.config.profiles),
            origin=origin,
            made_at_microseconds=read.status.st_mtime_ns // 1000,
        )

    def _keep_old(self, lock: StoreLock, read: _Read, *, must_keep: bool) -> None:
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

    def _read_or_begin(self) -> _Read:
        """Read the file, or stand for the one that a first profile will make."""
        try:
            return self._read()
        except ConfigMissing:
            self._check_nothing_is_there()
            make_private_folder(self.home.path)
            return self._stand_in(self.layout)

    def _read_or_stand_in(self, layout: Layout) -> _Read:
        """Read the file, or stand for the one that a restored version of `layout` will make."""
        try:
            return self._read()
        except ConfigMissing:
            self._check_nothing_is_there()
            # Traces of the CLI in the home decide; without any, the version's own file.
            return self._stand_in(layout if self.layout is CLASSIC else self.layout)
        except ConfigCorrupt as error:
            empty = self._stand_in(self.layout)
            target = os.path.realpath(error.path, strict=True)
            try:
                data, status = read_whole(target, limit_bytes=SIZE_LIMIT_BYTES)
            except OSError as failed:
                raise ConfigUnreadable(error.path, _unreadable(failed)) from failed
            mode = stat.S_IMODE(status.st_mode) if os.name == "posix" else None
            return _Read(replace(empty.config, mode=mode), data, status, target, broken=True)

    def _check_nothing_is_there(self) -> None:
        """Refuse to begin a file beside one that can't be looked at: `live_layout` takes that for none."""
        for layout in (CLI, CLASSIC):
            path = self.home.join(layout.config_name)
            try:
                os.lstat(path)
            except FileNotFoundError:
                continue
            except OSError as error:
                raise ConfigUnreadable(path, _unreadable(error)) from error

    def _stand_in(self, layout: Layout) -> _Read:
        path = self.home.join(layout.config_name)
        # `version` 2: the CLI's own migration carries such a file over; one without it, it empties.
        data = SKELETON.encode("ascii")
        return _Read(parse_config(data, path=path, layout=layout), data, None, path)

    def _unchanged(self, read: _Read) -> bool:
        # By content as well: time stamps are too coarse on older kernels to tell two writes apart.
        try:
            return read_whole(read.target, limit_bytes=SIZE_LIMIT_BYTES)[0] == read.data
        except OSError:
            return False

    def _intact(self, config: Config) -> bool:
        """Return whether the file is just as we wrote it."""
        try:
            data, _ = read_whole(config.path, limit_bytes=SIZE_LIMIT_BYTES)
        except OSError:
            return False
        return data == config.document.text.encode("utf-8")

    def _followed(self, lock: StoreLock, path: str, written: _Written) -> bool:
        """Return whether what stands there was made from our state by others that take the lock.

        Then a later change of theirs may be what undid ours, and it is not ours to defend.
        """
        last = _Written.of(lock.note())
        try:
            now = version_of(path)
        except OSError:
            return False
        if last is None or now is None:
            return False
        return last.mark == now.mark != written.mark and last.line == written.line


@dataclass(frozen=True, slots=True)
class _Written:
    """Which state a process that takes the lock wrote; the last one is noted in the lock file."""

    mark: str
    line: str
    """Mark of the first of a line of states, each made from the one before: nobody else wrote in between."""
    contested: bool = False
    """Another program wrote the state before, not long ago. Not in the note."""

    @classmethod
    def over(
        cls, read: FileVersion | None, last: _Written | None, version: FileVersion, *, now_ns: int
    ) -> _Written:
        """Return the note for `version`, which was made from the state `read`."""
        if read is not None and last is not None and last.mark == read.mark:
            return cls(version.mark, last.line)
        contested = read is not None and abs(now_ns - read.mtime_ns) < RECENT_SECONDS * 1e9
        return cls(version.mark, version.mark, contested)

    @classmethod
    def of(cls, note: bytes) -> _Written | None:
        """Read a note back; None where there is none that we understand."""
        parts = note.decode("ascii", "replace").split(" ")
        return cls(parts[0], parts[1]) if len(parts) == 2 else None

    @property
    def note(self) -> bytes:
        """How it stands in the lock file."""
        return f"{self.mark} {self.line}".encode("ascii")


def _mode(old: Config, new: Config) -> int:
    """Return the permission bits of the new file: kept, but private from the first new secret on."""
    if new.secrets - old.secrets:
        return 0o600
    return 0o644 if old.mode is None else old.mode


def _unreadable(error: OSError) -> str:
    if error.errno == errno.EISDIR:
        return "is a folder, not a file"
    if error.errno == errno.EFBIG:
        return f"is larger than {SIZE_LIMIT_BYTES >> 20} MB, that is no configuration"
    if error.errno == errno.ELOOP:
        return "is a link that leads back to itself"
    if error.errno == errno.EINVAL:
        return "is not a file"
    return f"can't be read: {os.strerror(error.errno)}" if error.errno else f"can't be read: {error}"
