"""The sealed file on disk: reading it, and detecting an old copy."""

from __future__ import annotations

import os

from codemie_core.credentials.entries.contents import Slots
from codemie_core.credentials.file.format import LARGEST_FILE_BYTES, CredentialsFile, FromNewerVersion
from codemie_core.credentials.file.slots import Damaged
from codemie_core.credentials.vault.pin import HomePin, Pin, Pins, check_not_rolled_back
from codemie_core.errors import (
    CredentialsDamaged,
    CredentialsTooNew,
    CredentialsUnreadable,
    StoreRolledBack,
)
from codemie_core.files.atomic_file import read_whole

Found = tuple[CredentialsFile, os.stat_result]
"""A sealed file as read, and its stat."""


class SealedFile:
    """The credentials file of one home, without its key.

    Args:
        path: the file; links are followed.
        pins: the pins of the same home.
    """

    def __init__(self, path: str, pins: Pins) -> None:
        self.path = path
        self._pins = pins

    def read(self) -> CredentialsFile | None:
        """Return the sealed file, or None if there is none.

        Raises:
            CredentialError: it can't be read, was damaged, or is of a later version.
        """
        found = self.read_with_status(os.path.realpath(self.path))
        return found[0] if found else None

    def read_newest(self) -> CredentialsFile | None:
        """Return the sealed file, unless the home's own pin says that it is an old one.

        Raises:
            StoreRolledBack: it is.
            CredentialError: as `read`.
        """
        while True:
            home_pin = self._pins.in_home()  # before the file, which is never behind it
            file = self.read()
            if file is None:
                return None
            try:
                check_not_rolled_back(self.path, file, home_pin.pin if home_pin else None, None)
            except StoreRolledBack:
                if self._pins.in_home() == home_pin and self.read() == file:
                    raise
            else:
                return file

    def read_with_status(self, real: str) -> Found | None:
        """Return the sealed file and its stat; raises as `read`.

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

    def check(self, file: CredentialsFile, home_pin: HomePin | None, keyring_pin: Pin | None) -> None:
        """Raise `StoreRolledBack` if either pin says that the file is an old one."""
        check_not_rolled_back(self.path, file, home_pin.pin if home_pin else None, keyring_pin)


def file_of(found: Found | None) -> CredentialsFile | None:
    """Return what was found without its status."""
    return found[0] if found else None


def same_locks(before: Found | None, now: Found | None) -> bool:
    """Whether both have the same master key: each new master key makes new slots."""
    if before is None or now is None:
        return before is now
    return (before[0].store_id, Slots.of(before[0])) == (now[0].store_id, Slots.of(now[0]))
