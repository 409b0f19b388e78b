"""Classifies whatever a keyring library raises; the only file that knows their errors.

It looks at class names and error numbers rather than classes, because those of other systems can't be
imported here, and only the helper process may import `keyring`. The exceptions' messages are not passed on,
because they may contain anything.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

from codemie_core import errors

FAILURES: dict[str, tuple[type[errors.KeyringError], str]] = {
    "locked": (
        errors.KeyringLocked,
        "{store} is locked. Unlock it (or answer its prompt) and try again.",
    ),
    "denied": (
        errors.KeyringDenied,
        "{store} refused access to this program. Allow it there and try again.",
    ),
    "absent": (
        errors.KeyringAbsent,
        "no keyring is available. Log in to the desktop, or start its keyring, and try again.",
    ),
    "hung": (
        errors.KeyringHung,
        "{store} did not answer in time. Restart it, or log out and in again, and try again.",
    ),
    "unsafe": (
        errors.KeyringUnsafe,
        "{store} is set up as the keyring, but is not known to keep secrets safe. It was not used.",
    ),
    "misconfigured": (
        errors.KeyringBroken,
        "the configured keyring can't be loaded ({detail}).",
    ),
    "too_long": (
        errors.KeyringBroken,
        "{store} does not accept a secret of that length.",
    ),
    "broken": (
        errors.KeyringBroken,
        "{store} failed ({detail}).",
    ),
}

# macOS, Security framework (SecBase.h); keyring passes the number as the error's first argument.
_MACOS = {
    -128: "denied",  # errSecUserCanceled: the user pressed Deny
    -25293: "denied",  # errSecAuthFailed: wrong password, or an unsigned program
    -67030: "denied",  # errSecCSInfoPlistFailed: the program's signature is broken
    -34018: "denied",  # errSecMissingEntitlement
    -25308: "locked",  # errSecInteractionNotAllowed: locked, and no prompt possible (ssh, login screen)
    -25291: "absent",  # errSecNotAvailable: no keychain
    -25307: "absent",  # errSecNoDefaultKeychain
}

# Windows, winerror.h; pywin32 and pywin32-ctypes report it as `winerror`.
_WINDOWS = {
    5: "denied",  # ERROR_ACCESS_DENIED
    1312: "absent",  # ERROR_NO_SUCH_LOGON_SESSION: a service or an ssh session has no credential store
    1783: "too_long",  # RPC_X_BAD_STUB_DATA: over CRED_MAX_CREDENTIAL_BLOB_SIZE
    1223: "denied",  # ERROR_CANCELLED
}

# Class names of keyring, SecretStorage, jeepney and the standard library, the most specific first.
_NAMES = {
    "KeyringLocked": "locked",
    "LockedException": "locked",
    "PromptDismissedException": "locked",
    "NoKeyringError": "absent",
    "SecretServiceNotAvailableException": "absent",
    "KeychainDenied": "denied",
}

# Names of D-Bus errors, and what they mean for us.
_DBUS = {
    "org.freedesktop.Secret.Error.IsLocked": "locked",
    "org.freedesktop.DBus.Error.ServiceUnknown": "absent",
    "org.freedesktop.DBus.Error.NameHasNoOwner": "absent",
    "org.freedesktop.DBus.Error.NoReply": "absent",
    "org.freedesktop.DBus.Error.AccessDenied": "denied",
    "org.freedesktop.DBus.Error.Spawn.ExecFailed": "absent",
    "org.freedesktop.DBus.Error.Spawn.ChildExited": "absent",
    "org.freedesktop.DBus.Error.Spawn.ChildSignaled": "absent",  # as KDE's daemon ends without a display
}


_KWALLET_REFUSED = "Cancelled by user"
"""Text of the error that the library raises when KDE's wallet was not opened for a change."""


class CallFailed(Exception):
    """A call of the helper failed; with a key of `FAILURES`, and perhaps a detail that is safe to show."""


def failure_of(error: BaseException) -> tuple[str, str]:
    """Return the kind of failure (a key of `FAILURES`) and a detail that is safe to show.

    Looks at the exception and its causes, from the outermost to the innermost, numbers before names:
    `PasswordSetError` from `Error(-25293, ...)` is a denial.
    """
    chain = list(_chain(error))
    for one in chain:
        for table, number in ((_MACOS, _first_number(one)), (_WINDOWS, getattr(one, "winerror", None))):
            if isinstance(number, int) and number in table:
                return table[number], f"{type(one).__name__} {number}"
    for one in chain:
        name = type(one).__name__
        dbus = getattr(one, "name", None)
        if name == "DBusErrorResponse" and isinstance(dbus, str) and dbus in _DBUS:
            return _DBUS[dbus], dbus
        if name in _NAMES:
            return _NAMES[name], name
    if chain[0].args == (_KWALLET_REFUSED,):
        return "locked", type(chain[0]).__name__
    if isinstance(chain[0], OSError) or type(chain[0]).__name__ == "InitError":
        # keyring passes on the socket's error if the bus is gone, and raises InitError if the service
        # can't be reached or its first keyring was not created.
        return "absent", type(chain[0]).__name__
    number = _first_number(chain[-1])
    return "broken", type(chain[0]).__name__ + (f" {number}" if number is not None else "")


def error_of(kind: str, *, store: str, detail: str, chosen_by: str = "") -> errors.KeyringError:
    """Return an error that the caller can act on.

    Args:
        kind: a key of `FAILURES`.
        store: the keyring's display name.
        detail: the result of `failure_of`.
        chosen_by: `VARIABLE=VALUE`, or the path of the file, that chose this keyring; empty if none did.
    """
    leaf, sentence = FAILURES.get(kind, FAILURES["broken"])
    text = sentence.format(store=store or "The keyring", detail=detail)
    if chosen_by:
        undo = "Remove that line" if os.path.isabs(chosen_by) else "Unset that"
        what = "No keyring is in use. That" if kind == "absent" else f"{text} It"
        text = f"{what} was chosen by {chosen_by}. {undo} to use the system's own keyring."
    return leaf(text[0].upper() + text[1:])


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    one: BaseException | None = error
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        yield one
        one = one.__cause__ or one.__context__


def _first_number(error: BaseException) -> int | None:
    if isinstance(error, OSError):
        return None
    first = error.args[0] if error.args else None
    return first if isinstance(first, int) and not isinstance(first, bool) else None
