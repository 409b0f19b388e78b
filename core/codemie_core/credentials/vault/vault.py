"""The credentials file on disk: read it, open it, and replace it under a lock.

`store.py` (secrets) and `protection.py` (protectors) define the next states.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from codemie_core.credentials.entries.contents import Opened, Slots, read_body
from codemie_core.credentials.file.cipher import NotAuthentic, open_sealed
from codemie_core.credentials.file.format import CredentialsFile
from codemie_core.credentials.file.slot_machine import IdentitySource
from codemie_core.credentials.os_keyring.client import Keyring
from codemie_core.credentials.vault.pin import Pin, Pins
from codemie_core.credentials.vault.sealed_file import Found, SealedFile, file_of, same_locks
from codemie_core.credentials.vault.session import Session, body_key
from codemie_core.credentials.vault.unlocking import Unlocked
from codemie_core.credentials.vault.unlocking import unlock as unlock_file
from codemie_core.errors import (
    CredentialsDamaged,
    CredentialsUnreadable,
    KeyMissing,
    KeyringBroken,
    StoreBusy,
    StoreError,
    StoreRolledBack,
)
from codemie_core.files.atomic_file import TargetChanged, sweep_temporaries
from codemie_core.files.lock import StoreLock
from codemie_core.home import Home
from codemie_core.system.clock import Clock

FILE_NAME = ".credentials"
_TRIES = 20
_TRIES_WITHOUT_LOCK = 5
"""After this many concurrent changes of keys, hold the lock while asking the keyring."""
_KEY_REPLACED = (KeyMissing, KeyringBroken)
"""Errors that also occur if another process removed a key since the file was read."""


class Vault:
    """The credentials file of one home.

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
        self.file = SealedFile(self.path, self.pins)
        # A separate lock, because the keyring may prompt the user while it is held, and switching profiles
        # must not wait for that. A process that needs both takes this one first (`home.LOCK_ORDER`).
        self._lock_timeout_seconds = lock_timeout_seconds
        self._lock_path = home.credentials_lock

    def unlock(self, file: CredentialsFile) -> Unlocked:
        """Return the master key from the machine or keyring slot; raises as `unlocking.unlock`."""
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
                self.path, "it was tampered with, or mixed with another file; nothing was changed"
            ) from None
        entries, removed = read_body(body, version=file.version)
        return Opened(file.store_id, Slots.of(file), key, entries, removed)

    def opened(self) -> Opened | None:
        """Return the newest state for reading; None if there is no file.

        Raises:
            StoreRolledBack: the file is an old one.
            CredentialError: it can't be opened.
        """
        for tried in range(_TRIES):
            with self._lock_if_possible() if tried >= _TRIES_WITHOUT_LOCK else contextlib.nullcontext():
                home_pin = self.pins.in_home()  # before the file, which is never older
                file = self.file.read()
                if file is None:
                    return None
                try:
                    unlocked = self.unlock(file)
                    opened = self.open(file, unlocked.key)
                    self.file.check(file, home_pin, unlocked.keyring_pin)
                except (StoreRolledBack, *_KEY_REPLACED):
                    # The keyring was read after the file: another process may have written in between.
                    if self.pins.in_home() == home_pin and self.file.read() == file:
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
        """Hold the store open and locked until the block ends.

        Args:
            unlock: how to get the key, if not from the machine or keyring slot.
            accept: accept an old file.

        Raises:
            StoreRolledBack: the file is an old one.
            CredentialError: it can't be opened; the file is untouched.
            StoreError: the lock can't be had.
        """
        real = os.path.realpath(self.path)
        for tried in range(_TRIES):
            with contextlib.ExitStack() as held:
                # Get the key before the lock, so that others can write while the user types a password.
                # But a process that keeps changing keys must not keep us out forever.
                if tried >= _TRIES_WITHOUT_LOCK:
                    held.enter_context(self._lock())
                before = self.file.read_with_status(real)
                try:
                    unlocked = self._unlocked(before, unlock or self.unlock)
                except _KEY_REPLACED:
                    # The keyring was read after the file: another process may have written in between.
                    if file_of(self.file.read_with_status(real)) == file_of(before):
                        raise
                    continue
                if tried < _TRIES_WITHOUT_LOCK:
                    held.enter_context(self._lock())
                sweep_temporaries(real)
                # Before the file, which is never older, even if `tray/` with our lock is being removed while
                # others write.
                home_pin = self.pins.in_home()
                now = self.file.read_with_status(real)
                if not same_locks(before, now):
                    continue
                opened = self.open(now[0], unlocked.key) if now else None
                if now and not accept:
                    self.file.check(now[0], home_pin, unlocked.keyring_pin)
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
        """Replace the file with what `make` returns for its current state, as one transaction.

        Args:
            make: gets the current state and returns the next one, or None to keep it. It runs again if
                another process wrote first.
            unlock: as for `session`.
            accept: as for `session`.
            afterwards: called with the old and the new state once the new one is on disk, under the lock.

        Returns:
            Whether the file was replaced.

        Raises:
            CredentialError: it can't be opened; the file is untouched.
            StoreError: it can't be written; the old file is intact.
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
        """Remove the files that killed writers left; returns how many.

        Raises:
            StoreError: the lock can't be had.
        """
        with self._lock():
            return sweep_temporaries(os.path.realpath(self.path)) + self.pins.sweep()

    def _lock(self) -> StoreLock:
        return StoreLock(self._lock_path, timeout_seconds=self._lock_timeout_seconds)

    @contextmanager
    def _lock_if_possible(self) -> Iterator[None]:
        """Hold the lock if possible: a reader can work without it if the home is not writable."""
        with contextlib.ExitStack() as held:
            with contextlib.suppress(StoreError):
                held.enter_context(self._lock())
            yield

    def _unlocked(self, found: Found | None, unlock: Callable[[CredentialsFile], Unlocked]) -> Unlocked:
        if found is None:
            return Unlocked(b"", self.pins.ask_keyring(self.pins.in_home()))
        return unlock(found[0])

    def _catch_up(self) -> None:
        """Bring the home's pin up to date after reading, unless another process is writing."""
        try:
            with StoreLock(self._lock_path, timeout_seconds=0):
                file = self.file.read_newest()
                if file is not None:
                    self.pins.note(Pin.of(file))
        except (StoreError, StoreRolledBack):
            pass  # the home is not writable, or in use: the next reader does it
