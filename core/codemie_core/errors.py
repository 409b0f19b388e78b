"""All errors that the store raises. The class tells the caller what to do; the message is for the user.

No error contains file contents, because a configuration holds secrets and messages end up in logs.
"""

from __future__ import annotations

import errno
import os
import sys


class CodeMieError(Exception):
    """Root of everything `codemie_core` raises on purpose."""

    advice: str = ""
    """What the user can do next, as a sentence; empty if the message says it all."""


class HomeUnknown(CodeMieError):
    """The home can't be determined: neither `CODEMIE_HOME` nor `HOME` is set."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"{reason}. Set HOME, or CODEMIE_HOME to the folder to use")
        self.reason = reason


class StoreError(CodeMieError):
    """The file system refused an operation; no existing data is lost."""

    def __init__(self, path: str, reason: str, *, advice: str = "") -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason
        self.advice = advice


class StoreBusy(StoreError):
    """Another process held the lock for longer than the time limit."""


class StoreDenied(StoreError):
    """No permission, a read-only file system, or a file that belongs to another user."""


class StoreUnsafe(StoreDenied):
    """A link, a pipe or another user's file is in place of a file of ours. It was not opened."""


class StoreFull(StoreError):
    """No space, a quota, or a limit on file size."""


class LinksUnavailable(StoreError):
    """This drive does not support links to folders (Windows: junctions)."""


class LineTooLong(StoreError):
    """The record is too long for any reader; nothing was written."""


class ConfigError(CodeMieError):
    """The configuration can't be used.

    `path` is always set; `line` and `column` count from 1, and are None if there is no position.
    """

    def __init__(
        self,
        path: str,
        reason: str,
        *,
        line: int | None = None,
        column: int | None = None,
        advice: str = "",
    ) -> None:
        place = path if line is None else f"{path}, line {line}, column {column}"
        super().__init__(f"{place}: {reason}")
        self.path = path
        self.reason = reason
        self.line = line
        self.column = column
        self.advice = advice


class ConfigMissing(ConfigError):
    """There is no configuration yet: a first run rather than an error."""


class ConfigUnreadable(ConfigError):
    """The file exists but can't be read."""


class ConfigTooLarge(ConfigUnreadable):
    """The file exceeds the limits (`config/model/limits.py`); it is left unchanged."""


class ConfigCorrupt(ConfigError):
    """The file can be read but is not a configuration. An edit never overwrites it."""


class ConfigConflict(ConfigError):
    """Another program kept overwriting our change to the file."""


class ConfigOldForm(ConfigError):
    """The file uses the CLI's old single-provider format, which has no place for a second profile."""


class SchemaTooNew(ConfigError):
    """A newer version of this product wrote the file, so it is read-only."""


class MigrationImpossible(ConfigError):
    """The configuration can't be migrated to the requested version; nothing was changed."""


class VersionNotFound(CodeMieError):
    """The history has no such version, or the version can't be read."""

    def __init__(self, version: str, reason: str, *, advice: str = "") -> None:
        super().__init__(reason)
        self.version = version
        self.reason = reason
        self.advice = advice


class ProfileError(CodeMieError):
    """The operation is not possible for this profile."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(reason)
        self.name = name
        self.reason = reason


class ProfileNotFound(ProfileError, KeyError):
    """There is no profile with this name."""

    __str__ = Exception.__str__  # a `KeyError` would show its message in quotes


class ProfileExists(ProfileError):
    """A profile with this name already exists."""


class ProfileInvalid(ProfileError):
    """The CLI would not accept a profile with this name or these fields."""


class NoteInvalid(ProfileError):
    """The note on a profile is too long, or contains a secret."""


class SettingInvalid(CodeMieError):
    """A value is not valid for a setting."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name}: {reason}")
        self.name = name
        self.reason = reason


_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_DENIED = {errno.EACCES, errno.EPERM, errno.EROFS}


def store_error(path: str, error: OSError) -> StoreError:
    """Translate an `OSError` from writing `path` into the class that a caller can act on."""
    reason = os.strerror(error.errno) if error.errno else str(error)
    if error.errno in _FULL:
        return StoreFull(path, f"can't be written, nothing was changed: {reason}")
    if error.errno in _DENIED:
        return StoreDenied(path, f"can't be written, nothing was changed: {reason}")
    return StoreError(path, f"can't be written: {reason}")


def as_posix_says(path: str, error: OSError) -> OSError:
    """Return `error`, raised while opening `path`, with the errno that POSIX would use.

    Windows reports EACCES for a folder in place of a file, and ENOENT for a path below a file.
    """
    if sys.platform == "win32":
        if error.errno == errno.EACCES and os.path.isdir(path):
            return IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), path)
        if error.errno == errno.ENOENT and os.path.isfile(os.path.dirname(path)):
            return NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), path)
    return error


def store_read_error(path: str, error: OSError) -> StoreError:
    """Translate an `OSError` from reading `path`."""
    reason = os.strerror(error.errno) if error.errno else str(error)
    kind = StoreDenied if error.errno in _DENIED else StoreError
    return kind(path, f"can't be read: {reason}")


class CredentialError(CodeMieError):
    """The credential store can't do what was asked. The file on disk is unchanged."""


class CredentialsDamaged(CredentialError):
    """The file is truncated, altered, or not a credentials file. Only an earlier copy helps."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


class CredentialsUnreadable(CredentialError):
    """The file exists but can't be read."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: can't be read: {reason}")
        self.path = path
        self.reason = reason


class CredentialsTooNew(CredentialError):
    """A newer version of this program wrote the file: use that version."""

    def __init__(self, path: str) -> None:
        super().__init__(f"{path}: written by a newer CodeMie Tray; nothing was changed. Update CodeMie Tray")
        self.path = path


class StoreRolledBack(CredentialError):
    """The file is intact, but older or less protected than the last known one: nothing is read or written."""

    def __init__(self, path: str, *, downgraded: bool) -> None:
        was = "a copy from before it was protected with the keyring" if downgraded else "an older copy"
        super().__init__(
            f"{path}: this is {was}; nothing was changed. Put the newer file back, or, if you restored this "
            "one on purpose, run: codemie-tray credentials accept"
        )
        self.path = path
        self.downgraded = downgraded


class CredentialNotFound(CredentialError):
    """The store has no secret with this name."""

    def __init__(self, name: str, *, removed: bool = False) -> None:
        way_back = f"; it was removed. To restore it, run: codemie-tray credentials restore {name!r}"
        super().__init__(f"there is no credential {name!r}" + (way_back if removed else ""))
        self.name = name


class CredentialInvalid(CredentialError):
    """The store does not accept this name or secret."""


class RecoveryCodeMistyped(CredentialError):
    """The input is not a recovery code: check it for typos."""


class RecoveryCodeWrong(CredentialError):
    """The recovery code belongs to another store or is outdated, or the store has none."""


class RecoveryExists(CredentialError):
    """The store already has a recovery code; a new one would make it useless."""


class MachineUnknown(CredentialError):
    """The system has no machine identifier: protect the store with a keyring instead."""


class KeyMissing(CredentialError):
    """The file is intact, but its key is missing: another machine or user, or the keyring's item is gone."""


class KeyringError(CredentialError):
    """The OS keyring failed. The credentials file is untouched."""


class KeyringLocked(KeyringError):
    """It is locked, or its prompt was dismissed: unlock it and try again."""


class KeyringDenied(KeyringError):
    """The OS or the user denied access: allow it there."""


class KeyringAbsent(KeyringError):
    """No keyring service is running in this session."""


class KeyringHung(KeyringError):
    """It did not answer within the time limit."""


class KeyringUnsafe(KeyringError):
    """The configured backend stores secrets in the clear, stores nothing, or is unknown; it was not used."""


class KeyringBroken(KeyringError):
    """It failed for another reason, or did not return what was stored."""


class HandoverRefused(CodeMieError):
    """Giving the profile to a program would combine its token with something it does not belong to."""


class AddressNotAllowed(HandoverRefused):
    """The token was not stored for the address that its profile now names."""


class ProjectOverrides(HandoverRefused):
    """The program's working folder has settings that would be merged into the profile."""


class CommandOverrides(HandoverRefused):
    """The program's own arguments select another profile or address."""


class HomeUntrusted(CodeMieError):
    """Another user owns the home or could have changed it: no secret in it is used, and nothing is written.

    `path` is the place to fix, `reason` says who can change it, `advice` how to fix it.
    """

    def __init__(self, path: str, reason: str, advice: str) -> None:
        super().__init__(f"{reason}; nothing was done.")
        self.path = path
        self.reason = reason
        self.advice = advice
