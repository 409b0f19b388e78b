"""Every error the store raises. A leaf is a decision for the caller; the message is for a person.

No error carries file contents: a configuration holds secrets, and messages end in logs.
"""

from __future__ import annotations

import errno
import os
import sys


class CodeMieError(Exception):
    """Root of everything `codemie_core` raises on purpose."""

    advice: str = ""
    """What to do next, in a sentence for a person; empty where the message says it all."""


class HomeUnknown(CodeMieError):
    """Nothing says where this person's files are: `CODEMIE_HOME` or `HOME` has to."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"{reason}. Set HOME, or CODEMIE_HOME to the folder to use")
        self.reason = reason


class StoreError(CodeMieError):
    """The file system refused; nothing that was there before is lost."""

    def __init__(self, path: str, reason: str, *, advice: str = "") -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason
        self.advice = advice


class StoreBusy(StoreError):
    """Another process held the lock for the whole time we were ready to wait."""


class StoreDenied(StoreError):
    """No permission, a read-only file system, or a file that belongs to somebody else."""


class StoreUnsafe(StoreDenied):
    """A link, a pipe, or somebody else's file is where a file of ours belongs. It was not opened."""


class StoreFull(StoreError):
    """No space, a quota, or a limit on the size of a file."""


class LinksUnavailable(StoreError):
    """Folders can't be linked on this drive (Windows: it knows no junctions)."""


class LineTooLong(StoreError):
    """A record that no reader would take back; nothing was written."""


class ConfigError(CodeMieError):
    """The configuration can't be used as it is.

    `path` is always set; `line` and `column` count from 1 and are None where there is no place to name.
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
    """There is no configuration yet: a first run, not a fault."""


class ConfigUnreadable(ConfigError):
    """The file is there and the system does not let us read it."""


class ConfigTooLarge(ConfigUnreadable):
    """The file is larger than this product reads (`config/limits.py`); it is left as it is."""


class ConfigCorrupt(ConfigError):
    """The file can be read and is not a configuration. It is never overwritten by an edit."""


class ConfigConflict(ConfigError):
    """Another program kept rewriting the file and our change did not stay in it."""


class ConfigOldForm(ConfigError):
    """The file has the CLI's old form of one provider, which has no place for a second profile."""


class SchemaTooNew(ConfigError):
    """A newer version of this product wrote the file: it is read and never rewritten."""


class MigrationImpossible(ConfigError):
    """The configuration can't be brought to the version that is asked for; nothing was changed."""


class VersionNotFound(CodeMieError):
    """The history has no such version, or it can't be read."""

    def __init__(self, version: str, reason: str, *, advice: str = "") -> None:
        super().__init__(reason)
        self.version = version
        self.reason = reason
        self.advice = advice


class ProfileError(CodeMieError):
    """An operation that can't be done on this profile."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(reason)
        self.name = name
        self.reason = reason


class ProfileNotFound(ProfileError):
    """No profile has this name."""


class ProfileExists(ProfileError):
    """A profile of this name is there already."""


class ProfileInvalid(ProfileError):
    """The name or the fields can't be a profile that the CLI would accept."""


class SettingInvalid(CodeMieError):
    """A value that a setting can't have."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name}: {reason}")
        self.name = name
        self.reason = reason


_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_DENIED = {errno.EACCES, errno.EPERM, errno.EROFS}


def store_error(path: str, error: OSError) -> StoreError:
    """Translate an `OSError` met while writing `path` into the leaf a caller can act on."""
    reason = os.strerror(error.errno) if error.errno else str(error)
    if error.errno in _FULL:
        return StoreFull(path, f"can't be written, nothing was changed: {reason}")
    if error.errno in _DENIED:
        return StoreDenied(path, f"can't be written, nothing was changed: {reason}")
    return StoreError(path, f"can't be written: {reason}")


def as_posix_says(path: str, error: OSError) -> OSError:
    """Return `error`, met while opening `path`, by the errno that says what is wrong.

    Windows says EACCES of a folder where a file is wanted, and ENOENT of what lies below a file.
    """
    if sys.platform == "win32":
        if error.errno == errno.EACCES and os.path.isdir(path):
            return IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), path)
        if error.errno == errno.ENOENT and os.path.isfile(os.path.dirname(path)):
            return NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), path)
    return error


def store_read_error(path: str, error: OSError) -> StoreError:
    """Translate an `OSError` met while reading `path`."""
    reason = os.strerror(error.errno) if error.errno else str(error)
    kind = StoreDenied if error.errno in _DENIED else StoreError
    return kind(path, f"can't be read: {reason}")


class CredentialError(CodeMieError):
    """The credential store can't do what was asked. The file on disk is what it was."""


class CredentialsDamaged(CredentialError):
    """The file was cut off or changed, or is not ours. Only a copy of it from before helps."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


class CredentialsUnreadable(CredentialError):
    """The file is there and the system does not let us read it."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: can't be read: {reason}")
        self.path = path
        self.reason = reason


class CredentialsTooNew(CredentialError):
    """A later version of this program wrote the file: use that one."""

    def __init__(self, path: str) -> None:
        super().__init__(f"{path}: written by a newer CodeMie Tray; nothing was changed. Update CodeMie Tray")
        self.path = path


class StoreRolledBack(CredentialError):
    """The file is whole, and older or less protected than one that was there: nothing is read or written."""

    def __init__(self, path: str, *, downgraded: bool) -> None:
        was = "a copy from before it was protected with the keyring" if downgraded else "an older copy"
        super().__init__(
            f"{path}: this is {was}; nothing was changed. Put the newer file back, or, if you restored this "
            "one on purpose, run: codemie-tray credentials accept"
        )
        self.path = path
        self.downgraded = downgraded


class CredentialNotFound(CredentialError):
    """The store has no secret of this name."""

    def __init__(self, name: str, *, removed: bool = False) -> None:
        way_back = f"; it was removed. To restore it, run: codemie-tray credentials restore {name!r}"
        super().__init__(f"there is no credential {name!r}" + (way_back if removed else ""))
        self.name = name


class CredentialInvalid(CredentialError):
    """A name or a secret that the store does not take."""


class RecoveryCodeMistyped(CredentialError):
    """What was typed is no recovery code: look at the paper again."""


class RecoveryCodeWrong(CredentialError):
    """A recovery code, but of another store or an older one; or the store has none."""


class RecoveryExists(CredentialError):
    """The store has a recovery code already; a new one would make the old one useless."""


class MachineUnknown(CredentialError):
    """The system gives no identifier: protect the store with a keyring instead."""


class KeyMissing(CredentialError):
    """The file is whole and what opened it is gone: another machine or user, or the keyring's item."""


class KeyringError(CredentialError):
    """The OS keyring did not do it. The credentials file is untouched."""


class KeyringLocked(KeyringError):
    """It is locked, or the person closed its question: unlock it and try again."""


class KeyringDenied(KeyringError):
    """The OS or the person refused this program: allow it there."""


class KeyringAbsent(KeyringError):
    """No keyring service runs in this session."""


class KeyringHung(KeyringError):
    """No answer within the time limit."""


class KeyringUnsafe(KeyringError):
    """The configured backend stores in the clear, stores nothing, or is not one we know; it was not used."""


class KeyringBroken(KeyringError):
    """It failed in a way that has no name here, or did not give back what was put in."""


class HandoverRefused(CodeMieError):
    """A profile can't be given to a program without its token meeting what is not its own."""


class AddressNotAllowed(HandoverRefused):
    """A token was not stored for the address that its profile names now."""


class ProjectOverrides(HandoverRefused):
    """The folder that a program is started in has settings that would mix with the profile."""


class CommandOverrides(HandoverRefused):
    """The program's own arguments choose another profile or address than the one it is given."""


class HomeUntrusted(CodeMieError):
    """Another user could have changed the home, or owns it: no secret is used from it, nothing written.

    `path` is the place that is to be mended, `reason` says who may change it, `advice` what mends it.
    """

    def __init__(self, path: str, reason: str, advice: str) -> None:
        super().__init__(f"{reason}; nothing was done.")
        self.path = path
        self.reason = reason
        self.advice = advice
