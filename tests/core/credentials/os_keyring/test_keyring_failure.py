"""The backend's contract: whatever a keyring library raises, on any system, becomes the right error.

The exceptions of macOS and Windows are built here as their libraries raise them (class names, error
numbers, `from`); those of Linux are real ones in tests/integration/keyring.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from codemie_core import errors
from codemie_core.credentials.file import slot_keyring
from codemie_core.credentials.os_keyring.errors import error_of, failure_of

PLANTED = "sk-planted-secret"


class KeyringError(Exception):
    """keyring.errors"""


class PasswordSetError(KeyringError):
    """keyring.errors"""


class PasswordDeleteError(KeyringError):
    """keyring.errors"""


class KeyringLocked(KeyringError):
    """keyring.errors"""


class NoKeyringError(KeyringError, RuntimeError):
    """keyring.errors"""


class InitError(KeyringError):
    """keyring.errors"""


class Error(Exception):
    """keyring.backends.macOS.api: (number, text)"""


class KeychainDenied(Error):
    """keyring.backends.macOS.api"""


class SecAuthFailure(Error):
    """keyring.backends.macOS.api"""


class error(Exception):  # noqa: N801 - as pywintypes calls it
    """pywintypes: (number, function, text)"""

    def __init__(self, winerror: int, funcname: str, strerror: str) -> None:
        super().__init__(winerror, funcname, strerror)
        self.winerror = winerror


def _raised(outer: Exception, inner: Exception | None = None) -> Exception:
    try:
        try:
            if inner is not None:
                raise inner
        except Exception as cause:
            raise outer from cause
        raise outer
    except Exception as caught:  # noqa: BLE001
        return caught


def _macos(number: int, kind: type[Exception], outer: type[Exception]) -> Exception:
    return _raised(outer(f"Can't store password on keychain: {PLANTED}"), kind(number, PLANTED))


CASES = [
    ("macOS: the person pressed Deny", _macos(-128, KeychainDenied, KeyringLocked), errors.KeyringDenied),
    (
        "macOS: unsigned or wrong password",
        _macos(-25293, SecAuthFailure, PasswordSetError),
        errors.KeyringDenied,
    ),
    ("macOS: signature broken", _macos(-67030, SecAuthFailure, KeyringError), errors.KeyringDenied),
    ("macOS: no entitlement", _macos(-34018, Error, PasswordSetError), errors.KeyringDenied),
    ("macOS: nobody to ask", _macos(-25308, Error, KeyringError), errors.KeyringLocked),
    ("macOS: no keychain", _macos(-25307, Error, KeyringError), errors.KeyringAbsent),
    ("macOS: keychain not available", _macos(-25291, Error, PasswordDeleteError), errors.KeyringAbsent),
    ("macOS: any other", _macos(-50, Error, PasswordSetError), errors.KeyringBroken),
    ("Windows: denied", error(5, "CredWrite", PLANTED), errors.KeyringDenied),
    ("Windows: cancelled", error(1223, "CredWrite", PLANTED), errors.KeyringDenied),
    ("Windows: no logon session", error(1312, "CredWrite", PLANTED), errors.KeyringAbsent),
    ("Windows: too long", error(1783, "CredWrite", PLANTED), errors.KeyringBroken),
    ("Windows: any other", error(87, "CredRead", PLANTED), errors.KeyringBroken),
    ("Linux: locked", KeyringLocked(PLANTED), errors.KeyringLocked),
    ("Linux: no service", NoKeyringError(PLANTED), errors.KeyringAbsent),
    ("Linux: bus gone", FileNotFoundError(2, "No such file", PLANTED), errors.KeyringAbsent),
    ("Linux: connection lost", ConnectionResetError(104, "reset"), errors.KeyringAbsent),
    ("Linux: daemon killed", InitError(PLANTED), errors.KeyringAbsent),
    ("a bug in a backend", AttributeError(PLANTED), errors.KeyringBroken),
    ("a number that is none", ValueError(True), errors.KeyringBroken),
]


@pytest.mark.parametrize(
    ("raised", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_each_failure_becomes_an_error_that_the_caller_can_act_on(
    raised: Exception, expected: type[errors.KeyringError]
) -> None:
    kind, detail = failure_of(raised)
    reported = error_of(kind, store="the store", detail=detail)
    assert type(reported) is expected
    assert PLANTED not in str(reported) + detail
    assert str(reported)[0].isupper()
    assert str(reported).endswith(".")


def test_a_circular_exception_context_does_not_loop() -> None:
    one, other = ValueError(), KeyError()
    one.__context__, other.__context__ = other, one
    assert failure_of(one)[0] == "broken"


def _items() -> Iterator[str]:
    for _ in range(100):
        yield slot_keyring.new_item().reveal()


def test_an_item_fits_well_within_the_limit_of_windows() -> None:
    """CRED_MAX_CREDENTIAL_BLOB_SIZE is 5 * 512 bytes, and keyring writes UTF-16."""
    for item in _items():
        size_bytes = len(item.encode("utf-16-le"))
        assert size_bytes == 88
        assert size_bytes < 2560
    name = slot_keyring.item_of(bytes(16), "a")
    assert len(name) < 337  # the shortest of the limits on a name: CRED_MAX_DOMAIN_TARGET_NAME_LENGTH
    assert name.isascii()
