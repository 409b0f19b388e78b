"""Each change of the store, interrupted at each of its system calls, including the keyring's.

Afterwards, the file opens with the protectors it names (or with the recovery code), every acknowledged secret
is in it, and repeating the change succeeds and leaves one item or none.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable

import pytest
from tests.core.credentials.os_keyring.file_keyring import FileKeyring
from tests.core.credentials.stores import CHEAP, store_in

from codemie_core.credentials import CredentialStore, Level, RecoveryCode, Secret
from codemie_core.errors import CredentialError, KeyMissing, StoreError, StoreRolledBack

if sys.platform == "win32":
    pytest.skip("the fault injector forks", allow_module_level=True)

from tests.faults.os_calls import End, Ended, run_every_fault
from tests.support.scale import rounds

CODE = RecoveryCode(bytes(range(18)))
Change = Callable[[CredentialStore], object]


def _set_and_protect(store: CredentialStore) -> None:
    store.set("old", Secret("1"))
    store.protect()


BEGINNINGS: dict[str, Change] = {
    "nothing": lambda _store: None,
    "machine": lambda store: store.set("old", Secret("1")),
    "keyring": _set_and_protect,
}
CHANGES: dict[str, Change] = {
    "set": lambda store: store.set("new", Secret("2")),
    "protect": lambda store: store.protect(),
    "unprotect": lambda store: store.unprotect(),
    "rekey": lambda store: store.rekey(),
    "recover": lambda store: store.recover(CODE, with_keyring=False),
    "recover-keyring": lambda store: store.recover(CODE, with_keyring=True),
    "recovery": lambda store: store.add_recovery(CODE, cost=CHEAP, replace=True),
}
CASES = [
    *[("nothing", "set"), ("nothing", "protect")],
    *[("machine", change) for change in ("set", "protect", "rekey", "recovery", "recover")],
    *[
        ("keyring", change)
        for change in ("set", "unprotect", "rekey", "recovery", "recover", "recover-keyring")
    ],
]
STATES: list[int] = []


@pytest.mark.faults
@pytest.mark.timeout(900)
@pytest.mark.parametrize(("beginning", "change"), CASES, ids=["-".join(case) for case in CASES])
def test_no_fault_at_any_call_loses_a_secret_or_locks_the_user_out(
    tmp_path: object, beginning: str, change: str
) -> None:
    def prepare(folder: str) -> None:
        store, _ = store_in(folder, lock_timeout_seconds=0.05)
        BEGINNINGS[beginning](store)
        if beginning != "nothing":
            store.add_recovery(CODE, cost=CHEAP)
            shutil.copy(store.path, os.path.join(folder, "old"))

    def operation(folder: str) -> None:
        CHANGES[change](store_in(folder, lock_timeout_seconds=0.05)[0])

    def check(folder: str, end: End) -> None:
        store, keyring = store_in(folder, lock_timeout_seconds=0.05)
        _everything_is_there(store, beginning, change, end)
        if end.ended is Ended.REFUSED:
            assert not _temporaries(folder), _temporaries(folder)
        CHANGES[change](store)  # again: it completes, whatever was left
        _everything_is_there(store, beginning, change, None)
        assert not _temporaries(folder), _temporaries(folder)
        protected = store.protection().level is Level.KEYRING
        assert len(keyring.items()) >= protected
        if change in ("protect", "rekey") and beginning == "keyring":
            assert len(keyring.items()) == 1, keyring.items()

    report = run_every_fault(
        str(tmp_path),
        prepare,
        operation,
        check,
        refusals=(CredentialError, StoreError),
        every=rounds(7, 1),
    )
    STATES.append(report.states)
    print(report)
    assert not report.violations, report
    assert report.states >= rounds(14, 100)


@pytest.mark.faults
@pytest.mark.timeout(900)
def test_the_check_detects_a_key_that_is_moved_in_the_wrong_order(tmp_path: object) -> None:
    """The control: the item is removed before the file is replaced, as a careless program might do."""

    def prepare(folder: str) -> None:
        store, _ = store_in(folder, lock_timeout_seconds=0.05)
        BEGINNINGS["keyring"](store)

    def operation(folder: str) -> None:
        store, keyring = store_in(folder, lock_timeout_seconds=0.05)
        kept = store.get("old")
        for item in keyring.items():
            os.unlink(os.path.join(keyring.folder, item))
        os.unlink(store.path)
        store.set("old", kept)

    def check(folder: str, end: End) -> None:
        try:
            assert store_in(folder, lock_timeout_seconds=0.05)[0].get("old").reveal() == "1"
        except CredentialError as error:
            raise AssertionError(str(error)) from error

    report = run_every_fault(
        str(tmp_path),
        prepare,
        operation,
        check,
        refusals=(CredentialError, StoreError, OSError),
        every=rounds(7, 1),
    )
    assert len(report.violations) > rounds(3, 20), report


def _everything_is_there(store: CredentialStore, beginning: str, change: str, end: End | None) -> None:
    try:
        found = {name: secret.reveal() for name, secret in store.get_all().items()}
    except CredentialError as error:
        raise AssertionError(f"locked out: {error}") from error
    if beginning != "nothing":
        assert found.get("old") == "1", found
        assert store.check_recovery(CODE)
    acknowledged = end is None or end.ended is Ended.SUCCEEDED
    if change == "set" and acknowledged:
        assert found.get("new") == "2", found
    if acknowledged and change in ("protect", "recover-keyring"):
        assert store.protection().level is Level.KEYRING
        _the_old_file_stays_shut(store)
    if acknowledged and change in ("unprotect", "recover"):
        assert store.protection().level is Level.MACHINE


def _the_old_file_stays_shut(store: CredentialStore) -> None:
    """A file from before an acknowledged change, put back: a specific error, or its key is gone."""
    old = os.path.join(os.path.dirname(os.path.dirname(store.path)), "old")
    if not os.path.exists(old):
        return
    shutil.copy(store.path, old + ".new")
    shutil.copy(old, store.path)
    try:
        store.get("old")
    except (StoreRolledBack, KeyMissing):
        pass
    else:
        raise AssertionError("the old file opens")
    finally:
        shutil.copy(old + ".new", store.path)


def _temporaries(folder: str) -> list[str]:
    home = os.path.join(folder, "home")
    return [name for name in os.listdir(home) if name.endswith(".tmp")] if os.path.isdir(home) else []


def test_the_test_keyring_returns_what_was_stored(tmp_path: object) -> None:
    keyring = FileKeyring(str(tmp_path))
    keyring.put("x", Secret("1"))
    keyring.put("x", Secret("2"))
    assert keyring.get("x") == Secret("2")
    keyring.delete("x")
    keyring.delete("x")
    assert keyring.get("x") is None
