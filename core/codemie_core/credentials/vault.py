"""The credentials file on disk: read it, open it, and replace it under a lock.

What may be *in* a next state is for `store.py` (the secrets) and `protection.py` (who may open it).
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from codemie_core.credentials.file import key_derivation, slot_keyring, slot_machine
from codemie_core.credentials.file.cipher import KEY_BYTES, NONCE_BYTES, NotAuthentic, open_sealed, seal
from codemie_core.credentials.file.format import (
    LARGEST_FILE_BYTES,
    STORE_ID_BYTES,
    CredentialsFile,
    Damaged,
    FromNewerVersion,
    KeyringSlot,
    MachineSlot,
    RecoverySlot,
)
from codemie_core.credentials.file.key_derivation import SALT_BYTES
from codemie_core.credentials.file.slot_machine import IdentitySource
from codemie_core.credentials.os_keyring.client import Keyring
from codemie_core.credentials.secret import Secret
from codemie_core.errors import (
    CredentialsDamaged,
    CredentialsTooNew,
    CredentialsUnreadable,
    KeyMissing,
    StoreBusy,
    StoreFull,
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

FILE_NAME = ".credentials"
_BODY = b"codemie-tray credentials: body"
_TRIES = 20


@dataclass(frozen=True, slots=True)
class Entry:
    """One stored secret."""

    secret: Secret
    changed_ms: int
    """When it was last set, milliseconds since 1970."""
    origins: tuple[str, ...] = ()
    """Origins of the addresses it may be sent to, sorted; empty: it was not used yet."""


Entries = dict[str, Entry]


@dataclass(frozen=True, slots=True)
class Slots:
    """Who may open a state of the file."""

    machine: MachineSlot | None = None
    keyring: KeyringSlot | None = None
    recovery: RecoverySlot | None = None

    @classmethod
    def of(cls, file: CredentialsFile) -> Slots:
        """Return those of a file."""
        return cls(file.machine, file.keyring, file.recovery)


@dataclass(frozen=True, slots=True)
class Opened:
    """One state of the store, opened."""

    store_id: bytes = field(repr=False)
    slots: Slots
    key: bytes = field(repr=False)
    """The master key."""
    entries: Mapping[str, Entry] = field(repr=False)


class Vault:
    """The file of one home.

    Args:
        home: the home.
        keyring: the OS keyring.
        identity: asks the OS which machine and user this is.
        lock_timeout_seconds: how long a change waits for another one.
    """

    def __init__(
        self, home: Home, keyring: Keyring, identity: IdentitySource, *, lock_timeout_seconds: float
    ) -> None:
        self.path = home.join(FILE_NAME)
        self.keyring = keyring
        self.identity = identity
        # A lock of its own: a keyring may ask a person while it is held, and a switch of profiles
        # must not wait for that.
        self._lock_timeout_seconds = lock_timeout_seconds
        self._lock_path = os.path.join(home.tray, "credentials.lock")

    def read(self) -> CredentialsFile | None:
        """Return the file as it is, sealed, or None where there is none.

        Raises:
            CredentialError: it can't be read, was damaged, or is of a later version.
        """
        found = self._read(os.path.realpath(self.path))
        return found[0] if found else None

    def master_key(self, file: CredentialsFile) -> bytes:
        """Return the master key by the machine's or the keyring's slot.

        Raises:
            KeyMissing: the slot is not for this machine, or the keyring's item is gone.
            KeyringError: the keyring did not answer.
            MachineUnknown: the machine has no identifier.
        """
        if file.machine is not None:
            try:
                return slot_machine.unwrap(file.machine, file.store_id, self.identity())
            except NotAuthentic:
                raise KeyMissing(
                    f"{self.path} is locked to another machine or another user. "
                    "The recovery code opens it here, or the machine it comes from."
                ) from None
        if file.keyring is None:
            raise KeyMissing(f"{self.path} can be opened by its recovery code alone.")
        name = file.keyring.keyring_name
        item = self.keyring.get(slot_keyring.item_of(file.store_id, file.keyring.side))
        if item is None:
            raise KeyMissing(
                f"{name} has no key for {self.path} any more (another keyring, or it was removed there). "
                "The recovery code opens it."
            )
        try:
            return slot_keyring.unwrap(file.keyring, file.store_id, item)
        except NotAuthentic:
            raise KeyMissing(
                f"The key that {name} has for {self.path} is not the one it was locked with. "
                "The recovery code opens it."
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
                self.path, "it is not as this program wrote it; nothing was changed"
            ) from None
        return Opened(file.store_id, Slots.of(file), key, _entries_of(body))

    def edit(
        self,
        make: Callable[[Opened | None], Opened | None],
        *,
        master_key: Callable[[CredentialsFile], bytes] | None = None,
        afterwards: Callable[[Opened | None, Opened], None] | None = None,
    ) -> bool:
        """Replace the file by what `make` returns for its present state, with nobody in between.

        Args:
            make: gets the opened state (None: there is no file) and returns the next one, or None to
                leave it. It may run more than once: when another process was quicker.
            master_key: how to get the key, where not by the machine's or the keyring's slot.
            afterwards: called with the old and the new state once that is on disk, still under the lock.

        Returns:
            Whether the file was replaced.

        Raises:
            CredentialError: it can't be opened; the file is untouched.
            StoreError: it can't be written; the old file is there.
        """
        real = os.path.realpath(self.path)
        for _ in range(_TRIES):
            # The key first, without the lock: others may write while a person types a password.
            before = self._read(real)
            key = (master_key or self.master_key)(before[0]) if before else b""
            with StoreLock(self._lock_path, timeout_seconds=self._lock_timeout_seconds):
                sweep_temporaries(real)
                now = self._read(real)
                if not _same_locks(before, now):
                    continue
                opened = self.open(now[0], key) if now else None
                following = make(opened)
                if following is None:
                    return False
                try:
                    self._write(real, following, now)
                except TargetChanged:
                    continue
                if afterwards is not None:
                    afterwards(opened, following)
                return True
        raise StoreBusy(self.path, "others kept writing it; try again")

    def sweep(self) -> int:
        """Remove what killed writers left beside the file; returns how many files.

        Raises:
            StoreError: the lock can't be had.
        """
        with StoreLock(self._lock_path, timeout_seconds=self._lock_timeout_seconds):
            return sweep_temporaries(os.path.realpath(self.path))

    def _read(self, real: str) -> tuple[CredentialsFile, os.stat_result] | None:
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

    def _write(
        self, real: str, following: Opened, now: tuple[CredentialsFile, os.stat_result] | None
    ) -> None:
        file = CredentialsFile(
            following.store_id,
            following.slots.machine,
            following.slots.keyring,
            following.slots.recovery,
            os.urandom(SALT_BYTES),
            os.urandom(NONCE_BYTES),
        )
        body_key = _body_key(following.key, file.write_salt)
        sealed = seal(body_key, file.nonce, _body_of(following.entries), file.header())
        data = file.with_sealed(sealed).to_bytes()
        if len(data) > LARGEST_FILE_BYTES:
            raise StoreFull(
                self.path, f"would be larger than {LARGEST_FILE_BYTES >> 20} MiB; nothing was changed"
            )
        # What can't be read again must not replace what can.
        again = self.open(CredentialsFile.from_bytes(data), following.key)
        if again.entries != following.entries:
            raise CredentialsDamaged(
                self.path, "the new content did not survive a check; nothing was changed"
            )
        make_private_folder(os.path.dirname(real))
        status = now[1] if now else None
        replace_whole(
            real,
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


def _same_locks(
    before: tuple[CredentialsFile, os.stat_result] | None, now: tuple[CredentialsFile, os.stat_result] | None
) -> bool:
    """Tell whether the key of `before` is the key of `now`: each new master key makes new slots."""
    if before is None or now is None:
        return before is now
    return (before[0].store_id, Slots.of(before[0])) == (now[0].store_id, Slots.of(now[0]))


def _body_key(master_key: bytes, write_salt: bytes) -> bytes:
    return key_derivation.derive(master_key, salt=write_salt, purpose=_BODY)


def _body_of(entries: Mapping[str, Entry]) -> bytes:
    plain = {name: _list(entry) for name, entry in entries.items()}
    return json.dumps(plain, ensure_ascii=False).encode("utf-8", "surrogatepass")


def _entries_of(body: bytes) -> Entries:
    plain = json.loads(body.decode("utf-8", "surrogatepass"))
    return {
        name: Entry(Secret(text), changed_ms, tuple(origins))
        for name, (text, changed_ms, *rest) in plain.items()
        for origins in (rest or [()])
    }


def _list(entry: Entry) -> list[object]:
    return [entry.secret.reveal(), entry.changed_ms, *([list(entry.origins)] if entry.origins else [])]
