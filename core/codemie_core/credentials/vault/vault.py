"""The credentials file on disk: read it, open it, and replace it under a lock.

What may be *in* a next state is for `store.py` (the secrets) and `protection.py` (who may open it).
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from codemie_core.credentials.entries.contents import Opened, Slots, read_body
from codemie_core.credentials.file.cipher import NotAuthentic, open_sealed
from codemie_core.credentials.file.format import (
    LARGEST_FILE_BYTES,
    CredentialsFile,
    Damaged,
    FromNewerVersion,
)
from codemie_core.credentials.file.slot_machine import IdentitySource
from codemie_core.credentials.os_keyring.client import Keyring
from codemie_core.credentials.vault.pin import HomePin, Pin, Pins, check_not_rolled_back
from codemie_core.credentials.vault.session import Found, Session, body_key
from codemie_core.credentials.vault.unlocking import Unlocked
from codemie_core.credentials.vault.unlocking import unlock as unlock_file
from codemie_core.errors import (
    CredentialsDamaged,
    CredentialsTooNew,
    CredentialsUnreadable,
    KeyMissing,
    KeyringBroken,
    StoreBusy,
    StoreError,
    StoreRolledBack,
)
from codemie_core.files.atomic_file import (
    TargetChanged,
    read_whole,
    sweep_temporaries,
)
from codemie_core.files.lock import StoreLock
from codemie_core.home import Home
from codemie_core.system.clock import Clock

FILE_NAME = ".credentials"
_TRIES = 20
_TRIES_WITHOUT_LOCK = 5
"""After so many changes of keys by others in a row, we hold the lock while the keyring is asked."""
_KEY_REPLACED = (KeyMissing, KeyringBroken)
"""What a keyring answers, too, when another process took a key out of it since the file was read."""


class Vault:
    """The file of one home.

    Args:
        home: the home.
        keyring: the OS keyring.
        identity: asks the OS which machine and user this is.
        lock_timeout_seconds: how long a change waits for another one.
        clock: the machine's clocks.
    """

    def __init__(
        self,
        home: Home,
        keyring: Keyring,
        identity: IdentitySource,
        *,
        lock_timeout_seconds: float,
        clock: Clock | None = None,
    ) -> None:
        self.path = home.join(FILE_NAME)
        self.keyring = keyring
        self.identity = identity
        self.pins = Pins(home, keyring, clock or Clock())
        # A lock of its own: a keyring may ask a person while it is held, and a switch of profiles
        # must not wait for that. Who needs both takes this one first (`home.LOCK_ORDER`).
        self._lock_timeout_seconds = lock_timeout_seconds
        self._lock_path = home.credentials_lock

    def read(self) -> CredentialsFile | None:
        """Return the file as it is, sealed, or None where there is none.

        Raises:
            CredentialError: it can't be read, was damaged, or is of a later version.
        """
        found = self.read_with_status(os.path.realpath(self.path))
        return found[0] if found else None

    def read_newest(self) -> CredentialsFile | None:
        """Return the file, sealed, unless the home's own pin says that it is an old one.

        Raises:
            StoreRolledBack: it is.
            CredentialError: as `read`.
        """
        while True:
            home_pin = self.pins.in_home()  # before the file, which is never behind it
            file = self.read()
            if file is None:
                return None
            try:
                check_not_rolled_back(self.path, file, home_pin.pin if home_pin else None, None)
            except StoreRolledBack:
                if self.pins.in_home() == home_pin and self.read() == file:
                    raise
            else:
                return file

    def unlock(self, file: CredentialsFile) -> Unlocked:
        """Return the master key by the machine's or the keyring's slot; raises as `unlocking.unlock`."""
        return unlock_file(file, self.path, self.identity, self.keyring, self.pins)

    def open(self, file: CredentialsFile, key: bytes) -> Opened:
        """Return the contents of a file.

        Raises:
            CredentialsDamaged: parts of it were changed or come from another file.
        """
        try:
            body = open_sealed(body_key(key, file.write_salt), file.nonce, file.sealed, file.header())
        except NotAuthentic:
            raise CredentialsDamaged(
                self.path, "it was changed or mixed with another file; nothing was changed"
            ) from None
        entries, removed = read_body(body, version=file.version)
        return Opened(file.store_id, Slots.of(file), key, entries, removed)

    def opened(self) -> Opened | None:
        """Return the newest state for reading; None where there is no file.

        Raises:
            StoreRolledBack: the file is an old one.
            CredentialError: it can't be opened.
        """
        for tried in range(_TRIES):
            with self._lock_if_possible() if tried >= _TRIES_WITHOUT_LOCK else contextlib.nullcontext():
                home_pin = self.pins.in_home()  # before the file, which is never behind it
                file = self.read()
                if file is None:
                    return None
                try:
                    unlocked = self.unlock(file)
                    opened = self.open(file, unlocked.key)
                    self._check(file, home_pin, unlocked)
                except (StoreRolledBack, *_KEY_REPLACED):
                    # The keyring was read after the file: a writer may have come in between.
                    if self.pins.in_home() == home_pin and self.read() == file:
                        raise
                    continue
            if self.pins.is_behind(home_pin, file):
                self._catch_up()
            return opened
        raise CredentialsUnreadable(self.path, "other programs keep changing it; try again")

    @contextmanager
    def session(
        self,
        *,
        unlock: Callable[[CredentialsFile], Unlocked] | None = None,
        accept: bool = False,
    ) -> Iterator[Session]:
        """Hold the store open under its lock: nobody changes it until the block ends.

        Args:
            unlock: how to get the key, where not by the machine's or the keyring's slot.
            accept: whether an old file is good enough.

        Raises:
            StoreRolledBack: the file is an old one.
            CredentialError: it can't be opened; the file is untouched.
            StoreError: the lock can't be had.
        """
        real = os.path.realpath(self.path)
        for tried in range(_TRIES):
            with contextlib.ExitStack() as held:
                # The key first, without the lock: others may write while a person types a password.
                # But whoever keeps changing keys must not keep us out forever.
                if tried >= _TRIES_WITHOUT_LOCK:
                    held.enter_context(self._lock())
                before = self.read_with_status(real)
                try:
                    unlocked = self._unlocked(before, unlock or self.unlock)
                except _KEY_REPLACED:
                    # The keyring was read after the file: a writer may have come in between.
                    if _file_of(self.read_with_status(real)) == _file_of(before):
                        raise
                    continue
                if tried < _TRIES_WITHOUT_LOCK:
                    held.enter_context(self._lock())
                sweep_temporaries(real)
                # Before the file, which is never behind it: also where `tray/`, and our lock with it, is
                # being removed, and others write.
                home_pin = self.pins.in_home()
                now = self.read_with_status(real)
                if not _same_locks(before, now):
                    continue
                opened = self.open(now[0], unlocked.key) if now else None
                if now and not accept:
                    self._check(now[0], home_pin, unlocked)
                yield Session(self, real, now, opened, home_pin, unlocked.keyring_pin)
                return
        raise StoreBusy(self.path, "other programs keep changing it; try again")

    def edit(
        self,
        make: Callable[[Session], Opened | None],
        *,
        unlock: Callable[[CredentialsFile], Unlocked] | None = None,
        accept: bool = False,
        afterwards: Callable[[Opened | None, Opened], None] | None = None,
    ) -> bool:
        """Replace the file by what `make` returns for its present state, with nobody in between.

        Args:
            make: gets the present state and returns the next one, or None to leave it. It may run more
                than once: when another process was quicker.
            unlock: as for `session`.
            accept: as for `session`.
            afterwards: called with the old and the new state once that is on disk, still under the lock.

        Returns:
            Whether the file was replaced.

        Raises:
            CredentialError: it can't be opened; the file is untouched.
            StoreError: it can't be written; the old file is there.
        """
        for _ in range(_TRIES):
            with self.session(unlock=unlock, accept=accept) as session:
                before, following = session.opened, make(session)
                if following is None:
                    return False
                try:
                    session.replace(following)
                except TargetChanged:
                    continue
                if afterwards is not None:
                    afterwards(before, following)
                return True
        raise StoreBusy(self.path, "other programs keep changing it; try again")

    def sweep(self) -> int:
        """Remove what killed writers left beside the file; returns how many files.

        Raises:
            StoreError: the lock can't be had.
        """
        with self._lock():
            return sweep_temporaries(os.path.realpath(self.path)) + self.pins.sweep()

    def _lock(self) -> StoreLock:
        return StoreLock(self._lock_path, timeout_seconds=self._lock_timeout_seconds)

    @contextmanager
    def _lock_if_possible(self) -> Iterator[None]:
        """Hold the lock for a reader, who may do without it: the home may not be writable."""
        with contextlib.ExitStack() as held:
            with contextlib.suppress(StoreError):
                held.enter_context(self._lock())
            yield

    def _unlocked(self, found: Found | None, unlock: Callable[[CredentialsFile], Unlocked]) -> Unlocked:
        if found is None:
            return Unlocked(b"", self.pins.ask_keyring(self.pins.in_home()))
        return unlock(found[0])

    def _check(self, file: CredentialsFile, home_pin: HomePin | None, unlocked: Unlocked) -> None:
        check_not_rolled_back(self.path, file, home_pin.pin if home_pin else None, unlocked.keyring_pin)

    def _catch_up(self) -> None:
        """Bring the home's own pin up to date after a reading, where nobody is writing."""
        try:
            with StoreLock(self._lock_path, timeout_seconds=0):
                file = self.read_newest()
                if file is not None:
                    self.pins.note(Pin.of(file))
        except (StoreError, StoreRolledBack):
            pass  # a home that can't be written, or somebody at it: the next one does it

    def read_with_status(self, real: str) -> Found | None:
        """Return the file as it is, sealed, with its stat; raises as `read`.

        Args:
            real: its path, links resolved.
        """
        try:
            data, status = read_whole(real, limit_bytes=LARGEST_FILE_BYTES)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise CredentialsUnreadable(self.path, error.strerror or str(error)) from error
        try:
            return CredentialsFile.from_bytes(data), status
        except Damaged as error:
            raise CredentialsDamaged(self.path, f"{error}; nothing was changed") from None
        except FromNewerVersion:
            raise CredentialsTooNew(self.path) from None


def _file_of(found: Found | None) -> CredentialsFile | None:
    return found[0] if found else None


def _same_locks(before: Found | None, now: Found | None) -> bool:
    """Tell whether the key of `before` is the key of `now`: each new master key makes new slots."""
    if before is None or now is None:
        return before is now
    return (before[0].store_id, Slots.of(before[0])) == (now[0].store_id, Slots.of(now[0]))
