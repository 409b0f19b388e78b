"""The credentials file while it is open and locked: its contents, and replacing it."""

from __future__ import annotations

import os
from typing import Protocol

from codemie_core.credentials.entries.contents import Opened, body_of
from codemie_core.credentials.file import key_derivation
from codemie_core.credentials.file.cipher import KEY_BYTES, NONCE_BYTES, seal
from codemie_core.credentials.file.format import LARGEST_FILE_BYTES, STORE_ID_BYTES, CredentialsFile
from codemie_core.credentials.file.key_derivation import SALT_BYTES
from codemie_core.credentials.vault.pin import HomePin, Pin, Pins, advanced, check_not_rolled_back, lowered
from codemie_core.credentials.vault.sealed_file import Found, SealedFile
from codemie_core.errors import CredentialsDamaged, StoreFull, StoreRolledBack
from codemie_core.files.atomic_file import FileVersion, TargetChanged, replace_whole
from codemie_core.files.private.folder import make_private_folder

_BODY = b"codemie-tray credentials: body"


class OpenVault(Protocol):
    """The part of a vault that a session uses."""

    path: str
    pins: Pins
    file: SealedFile

    def open(self, file: CredentialsFile, key: bytes) -> Opened:
        """Return the contents of a file."""


class Session:
    """The store, open and locked: the result of `Vault.session`."""

    def __init__(
        self,
        vault: OpenVault,
        real: str,
        now: Found | None,
        opened: Opened | None,
        home_pin: HomePin | None,
        keyring_pin: Pin | None,
    ) -> None:
        self.opened = opened
        """The current state; None if there is no file."""
        self._vault = vault
        self._real = real
        self._now = now
        self._written: CredentialsFile | None = None
        self._home_pin = home_pin.pin if home_pin else None
        self._keyring_pin = keyring_pin

    @property
    def protected_before(self) -> bool:
        """Whether a pin says that a store of this home was protected."""
        return self._keyring_pin is not None or (self._home_pin is not None and self._home_pin.protected)

    @property
    def is_old(self) -> bool:
        """Whether only `accept` would accept this file."""
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
            TargetChanged: a program that takes no lock wrote the file in the meantime.
            StoreError: it can't be written; the old file is intact.
        """
        if self._written is not None:
            self.reread()
        vault, before = self._vault, self._now[0] if self._now else None
        goes_down = following.slots.machine is not None and self._home_pin is not None
        if goes_down and self._home_pin is not None and self._home_pin.protected:
            # Otherwise, if killed before the pin is written again, the new file would count as an old one.
            vault.pins.note(lowered(self._home_pin))
        file = self._sealed(following, advanced(self._home_pin, before, self._keyring_pin))
        self._write(file, following)
        self._pin(file)
        self._written, self.opened = file, following

    def pin_again(self) -> None:
        """Write the pins of the current state, in case protecting was interrupted."""
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
        """Return the state on disk after `replace`.

        Raises:
            TargetChanged: the file is not what was written.
            CredentialError: it can't be read.
        """
        now = self._vault.file.read_with_status(self._real)
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
        key = body_key(following.key, file.write_salt)
        return file.with_sealed(seal(key, file.nonce, body_of(following), file.header()))

    def _write(self, file: CredentialsFile, following: Opened) -> None:
        path, data = self._vault.path, file.to_bytes()
        if len(data) > LARGEST_FILE_BYTES:
            raise StoreFull(path, f"would be larger than {LARGEST_FILE_BYTES >> 20} MiB; nothing was changed")
        # A file that can't be read again must not replace one that can.
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


def body_key(master_key: bytes, write_salt: bytes) -> bytes:
    """Return the key of a file's body, which is different for each write."""
    return key_derivation.derive(master_key, salt=write_salt, purpose=_BODY)
