"""The credentials file on disk: read it, open it, and replace it under a lock.

What may be *in* a next state is for `store.py` (the secrets) and `protection.py` (who may open it).
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from codemie_core.credentials.contents import Opened, Slots, body_of, read_body
from codemie_core.credentials.file import key_derivation, slot_keyring, slot_machine
from codemie_core.credentials.file.cipher import KEY_BYTES, NONCE_BYTES, NotAuthentic, open_sealed, seal
from codemie_core.credentials.file.format import (
    LARGEST_FILE_BYTES,
    STORE_ID_BYTES,
    CredentialsFile,
    Damaged,
    FromNewerVersion,
)
from codemie_core.credentials.file.key_derivation import SALT_BYTES
from codemie_core.credentials.file.slot_machine import IdentitySource
from codemie_core.credentials.os_keyring.client import Keyring
from codemie_core.credentials.pin import HomePin, Pin, Pins, advanced, check_not_rolled_back, lowered
from codemie_core.errors import (
    CredentialsDamaged,
    CredentialsTooNew,
    CredentialsUnreadable,
    KeyMissing,
    KeyringBroken,
    StoreBusy,
    StoreError,
    StoreFull,
    StoreRolledBack,
)
from codemie_core.files.atomic_file import (
    FileVersion,
    TargetChanged,
    read_whole,
    replace_whole,
    sweep_temporaries,
)
from codemie_core.files.lock import StoreLock
from codemie_core.files.private_folder import make_private_folder
from codemie_core.home import Home
from codemie_core.system.clock import Clock

FILE_NAME = ".credentials"
_BODY = b"codemie-tray credentials: body"
_TRIES = 20
_RECOVER = "codemie-tray credentials recovery --use"
_TRIES_WITHOUT_LOCK = 5
"""After so many changes of keys by others in a row, we hold the lock while the keyring is asked."""
_KEY_REPLACED = (KeyMissing, KeyringBroken)
"""What a keyring answers, too, when another process took a key out of it since the file was read."""
_Found = tuple[CredentialsFile, os.stat_result]


@dataclass(frozen=True, slots=True)
class Unlocked:
    """What opening a file takes, and what its keyring knows of it."""

    key: bytes = field(repr=False)
    """The master key."""
    keyring_pin: Pin | None = None


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
        found = self._read(os.path.realpath(self.path))
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
        """Return the master key by the machine's or the keyring's slot.

        Raises:
            KeyMissing: the slot is not for this machine, or the keyring's item is gone.
            KeyringError: the keyring did not answer.
            MachineUnknown: the machine has no identifier.
        """
        if file.machine is not None:
            try:
                key = slot_machine.unwrap(file.machine, file.store_id, self.identity())
            except NotAuthentic:
                raise KeyMissing(
                    f"{self.path} is locked to another machine or another user. "
                    f"Open it there, or use the recovery code: {_RECOVER}"
                ) from None
            return Unlocked(key, self.pins.ask_keyring(self.pins.in_home()))
        if file.keyring is None:
            raise KeyMissing(f"{self.path} can be opened only with its recovery code: {_RECOVER}")
        name = file.keyring.keyring_name
        item, pin = self.keyring.get_several(
            slot_keyring.item_of(file.store_id, file.keyring.side), self.pins.item
        )
        if item is None:
            raise KeyMissing(
                f"{name} no longer has the key for {self.path} (it is another keyring, or the key was "
                f"removed). Use the recovery code: {_RECOVER}"
            )
        try:
            return Unlocked(slot_keyring.unwrap(file.keyring, file.store_id, item), self.pins.in_keyring(pin))
        except NotAuthentic:
            raise KeyMissing(
                f"The key that {name} has for {self.path} is not the one it was locked with. "
                f"Use the recovery code: {_RECOVER}"
            ) from None

    def open(self, file: CredentialsFile, key: bytes) -> Opened:
        """Return the contents of a file.

        Raises:
            CredentialsDamaged: parts of it were changed or come from another file.
        """
        try:
            body = open_sealed(_body_key(key, file.write_salt), file.nonce, file.sealed, file.header())
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
                before = self._read(real)
                try:
                    unlocked = self._unlocked(before, unlock or self.unlock)
                except _KEY_REPLACED:
                    # The keyring was read after the file: a writer may have come in between.
                    if _file_of(self._read(real)) == _file_of(before):
                        raise
                    continue
                if tried < _TRIES_WITHOUT_LOCK:
                    held.enter_context(self._lock())
                sweep_temporaries(real)
                # Before the file, which is never behind it: also where `tray/`, and our lock with it, is
                # being removed, and others write.
                home_pin = self.pins.in_home()
                now = self._read(real)
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

    def _unlocked(self, found: _Found | None, unlock: Callable[[CredentialsFile], Unlocked]) -> Unlocked:
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

    def _read(self, real: str) -> _Found | None:
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


class Session:
    """The store, opened and locked: what `Vault.session` hands out."""

    def __init__(
        self,
        vault: Vault,
        real: str,
        now: _Found | None,
        opened: Opened | None,
        home_pin: HomePin | None,
        keyring_pin: Pin | None,
    ) -> None:
        self.opened = opened
        """The present state; None: there is no file."""
        self._vault = vault
        self._real = real
        self._now = now
        self._written: CredentialsFile | None = None
        self._home_pin = home_pin.pin if home_pin else None
        self._keyring_pin = keyring_pin

    @property
    def protected_before(self) -> bool:
        """Whether a store of this home was protected the last time that anybody noted it."""
        return self._keyring_pin is not None or (self._home_pin is not None and self._home_pin.protected)

    @property
    def is_old(self) -> bool:
        """Whether the file is one that only `accept` takes."""
        if self._now is None:
            return False
        try:
            check_not_rolled_back(self._vault.path, self._now[0], self._home_pin, self._keyring_pin)
        except StoreRolledBack:
            return True
        return False

    def replace(self, following: Opened) -> None:
        """Make `following` the state on disk.

        Raises:
            TargetChanged: somebody who takes no lock wrote the file meanwhile.
            StoreError: it can't be written; the old file is there.
        """
        if self._written is not None:
            self.reread()
        vault, before = self._vault, self._now[0] if self._now else None
        goes_down = following.slots.machine is not None and self._home_pin is not None
        if goes_down and self._home_pin is not None and self._home_pin.protected:
            # Else, killed before the pin is written again, the new file would be taken for an old one.
            vault.pins.note(lowered(self._home_pin))
        file = self._sealed(following, advanced(self._home_pin, before, self._keyring_pin))
        self._write(file, following)
        self._pin(file)
        self._written, self.opened = file, following

    def pin_again(self) -> None:
        """Write the pins that the present state should have: for after a protecting that was cut short."""
        if self._now is not None and (
            self._keyring_pin is None or self._keyring_pin.generation < self._now[0].generation
        ):
            self._pin(self._now[0])

    def _pin(self, file: CredentialsFile) -> None:
        self._home_pin = Pin.of(file)
        if file.machine is None:
            self._vault.pins.put_in_keyring(self._home_pin)
        self._vault.pins.note(self._home_pin)

    def reread(self) -> Opened:
        """Return what the disk holds after `replace`.

        Raises:
            TargetChanged: not what was written.
            CredentialError: it can't be read.
        """
        now = self._vault._read(self._real)
        if now is None or now[0] != self._written or self.opened is None:
            raise TargetChanged(self._vault.path)
        self._now = now
        return self._vault.open(now[0], self.opened.key)

    def _sealed(self, following: Opened, generation: int) -> CredentialsFile:
        file = CredentialsFile(
            following.store_id,
            following.slots.machine,
            following.slots.keyring,
            following.slots.recovery,
            os.urandom(SALT_BYTES),
            os.urandom(NONCE_BYTES),
            generation=generation,
        )
        body_key = _body_key(following.key, file.write_salt)
        return file.with_sealed(seal(body_key, file.nonce, body_of(following), file.header()))

    def _write(self, file: CredentialsFile, following: Opened) -> None:
        path, data = self._vault.path, file.to_bytes()
        if len(data) > LARGEST_FILE_BYTES:
            raise StoreFull(path, f"would be larger than {LARGEST_FILE_BYTES >> 20} MiB; nothing was changed")
        # What can't be read again must not replace what can.
        if self._vault.open(CredentialsFile.from_bytes(data), following.key) != following:
            raise CredentialsDamaged(path, "the new content failed a check; nothing was changed")
        make_private_folder(os.path.dirname(self._real))
        status = self._now[1] if self._now else None
        replace_whole(
            self._real,
            data,
            mode=0o600,
            expected=FileVersion.of(status) if status else None,
            like=status,
        )


def new_key() -> bytes:
    """Return a new master key."""
    return os.urandom(KEY_BYTES)


def new_store_id() -> bytes:
    """Return the identifier of a new store."""
    return os.urandom(STORE_ID_BYTES)


def _file_of(found: _Found | None) -> CredentialsFile | None:
    return found[0] if found else None


def _same_locks(before: _Found | None, now: _Found | None) -> bool:
    """Tell whether the key of `before` is the key of `now`: each new master key makes new slots."""
    if before is None or now is None:
        return before is now
    return (before[0].store_id, Slots.of(before[0])) == (now[0].store_id, Slots.of(now[0]))


def _body_key(master_key: bytes, write_salt: bytes) -> bytes:
    return key_derivation.derive(master_key, salt=write_salt, purpose=_BODY)
