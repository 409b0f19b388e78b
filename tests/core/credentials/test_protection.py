from __future__ import annotations

import os
from collections.abc import Callable

import pytest
from tests.core.credentials.os_keyring.file_keyring import FileKeyring
from tests.core.credentials.stores import CHEAP, ELSEWHERE, HERE, bytes_of, filled_store, overwrite, store_in

from codemie_core.credentials import CredentialStore, Level, RecoveryCode, Secret
from codemie_core.errors import (
    KeyMissing,
    KeyringAbsent,
    KeyringBroken,
    KeyringDenied,
    KeyringError,
    KeyringHung,
    KeyringLocked,
    KeyringUnsafe,
    RecoveryCodeWrong,
    RecoveryExists,
)
from codemie_core.home import Home

CODE = RecoveryCode(bytes(range(18)))
OTHER_CODE = RecoveryCode(bytes(18))


@pytest.fixture
def folder(tmp_path: object) -> str:
    return str(tmp_path)


def test_protecting_keeps_the_secrets_and_creates_one_item(folder: str) -> None:
    store, keyring = filled_store(folder, "1")
    assert store.protect() is True
    assert store.protection().level is Level.KEYRING
    assert store.protection().keyring_name == "Test Keyring"
    assert store.get("a").reveal() == "1"
    assert len(keyring.items()) == len(keyring.pins()) == 1


def test_a_protected_file_opens_with_the_keyring_and_not_with_the_machine(folder: str) -> None:
    store, keyring = filled_store(folder, "1")
    store.protect()
    elsewhere, _ = store_in(folder, machine=ELSEWHERE)
    assert elsewhere.get("a").reveal() == "1"
    os.unlink(os.path.join(keyring.folder, keyring.items()[0]))
    with pytest.raises(KeyMissing, match="Test Keyring no longer has the key"):
        store.get("a")


def test_an_old_copy_of_the_file_reveals_nothing_about_a_protected_one(folder: str) -> None:
    """Whoever opens yesterday's machine-locked file has neither today's key nor a slot for it."""
    store, _ = filled_store(folder, "1")
    store.add_recovery(CODE, cost=CHEAP)
    old = store._vault.file.read()
    assert old is not None
    old_key = store._vault.unlock(old).key
    store.protect()
    new = store._vault.file.read()
    assert new is not None
    assert new.machine is None
    assert store._vault.unlock(new).key != old_key
    assert old.recovery is not None
    assert new.recovery is not None
    assert new.recovery.wrapped != old.recovery.wrapped


def test_protecting_is_reversible_and_leaves_no_item(folder: str) -> None:
    store, keyring = filled_store(folder, "1")
    store.protect()
    assert store.unprotect() is True
    assert store.protection().level is Level.MACHINE
    assert store.get("a").reveal() == "1"
    assert keyring.items() == keyring.pins() == []


def test_each_operation_is_idempotent(folder: str) -> None:
    store, keyring = filled_store(folder, "1")
    assert store.unprotect() is False
    store.protect()
    before, items = bytes_of(store), keyring.items()
    assert store.protect() is False
    assert (bytes_of(store), keyring.items()) == (before, items)
    store.unprotect()
    before = bytes_of(store)
    assert store.unprotect() is False
    assert bytes_of(store) == before


def test_an_empty_home_can_be_protected_first(folder: str) -> None:
    store, keyring = store_in(folder)
    assert store.unprotect() is False
    assert store.rekey() is False
    assert store.protect() is True
    assert store.list() == ()
    store.set("a", Secret("1"))
    assert store.protection().level is Level.KEYRING
    assert len(keyring.items()) == 1


@pytest.mark.parametrize("protected", [False, True], ids=["machine", "keyring"])
def test_a_new_key_keeps_protection_secrets_code_and_one_item(folder: str, protected: bool) -> None:
    store, keyring = filled_store(folder, "1")
    store.add_recovery(CODE, cost=CHEAP)
    if protected:
        store.protect()
    before, state, items = bytes_of(store), store.protection(), keyring.items()
    for _ in range(3):
        assert store.rekey() is True
        assert store.get("a").reveal() == "1"
        assert store.protection() == state
        assert store.check_recovery(CODE)
        assert len(keyring.items()) == len(items)
    if protected:
        after = bytes_of(store)
        overwrite(store, before)
        with pytest.raises(KeyMissing):
            store.get("a")  # the old item is gone, so no old copy of the file opens
        overwrite(store, after)
    assert store.get("a").reveal() == "1"


def test_two_homes_have_separate_items(folder: str) -> None:
    one, keyring = filled_store(folder, "1")
    other = CredentialStore(Home(os.path.join(folder, "other")), keyring=keyring, identity=lambda: HERE)
    other.set("a", Secret("2"))
    one.protect()
    other.protect()
    assert len(keyring.items()) == 2
    one.unprotect()
    assert other.get("a").reveal() == "2"


def test_a_moved_home_finds_its_item(folder: str) -> None:
    store, keyring = filled_store(folder, "1")
    store.protect()
    os.rename(os.path.join(folder, "home"), os.path.join(folder, "moved"))
    moved = CredentialStore(Home(os.path.join(folder, "moved")), keyring=keyring)
    assert moved.get("a").reveal() == "1"


FAILURES: list[KeyringError] = [
    KeyringLocked("locked"),
    KeyringDenied("denied"),
    KeyringAbsent("absent"),
    KeyringHung("hung"),
    KeyringUnsafe("unsafe"),
    KeyringBroken("broken"),
]


@pytest.mark.parametrize("failure", FAILURES, ids=lambda failure: type(failure).__name__)
def test_a_failing_keyring_changes_nothing_and_downgrades_nothing(folder: str, failure: KeyringError) -> None:
    store, keyring = filled_store(folder, "1")
    calls: list[Callable[[], object]] = [store.protect]
    _all_fail(store, keyring, calls, failure)
    store.protect()
    calls = [
        lambda: store.get("a"),
        store.list,
        lambda: store.set("b", Secret("2")),
        lambda: store.remove("a"),
        store.unprotect,
        store.rekey,
        lambda: store.add_recovery(CODE, cost=CHEAP),
    ]
    _all_fail(store, keyring, calls, failure)
    assert store.get("a").reveal() == "1"
    assert store.protection().level is Level.KEYRING


def _all_fail(
    store: CredentialStore, keyring: FileKeyring, calls: list[Callable[[], object]], failure: KeyringError
) -> None:
    before, items = bytes_of(store), keyring.items()
    keyring.broken = failure
    for call in calls:
        with pytest.raises(type(failure)):
            call()
    keyring.broken = None
    assert (bytes_of(store), keyring.items()) == (before, items)


def test_a_keyring_that_returns_something_else_is_not_used(folder: str) -> None:
    class Forgetful(FileKeyring):
        def put(self, item: str, secret: Secret, *, quietly: bool = False) -> str:  # noqa: ARG002
            return super().put(item, Secret(secret.reveal()[::-1]))

    store, keyring = filled_store(folder, "1")
    store._vault.keyring = Forgetful(keyring.folder)
    store.protect()
    with pytest.raises(KeyMissing, match="not the one"):
        store.get("a")


def test_a_foreign_item_under_the_same_name_is_reported(folder: str) -> None:
    store, keyring = filled_store(folder, "1")
    store.protect()
    with open(os.path.join(keyring.folder, keyring.items()[0]), "w", encoding="utf-8") as file:
        file.write("not made by this program")
    with pytest.raises(KeyMissing, match="not the one"):
        store.get("a")


# ---- the recovery code ------------------------------------------------------------------------------


def test_the_code_opens_the_store_without_keyring_and_machine(folder: str) -> None:
    store, keyring = filled_store(folder, "1")
    store.add_recovery(CODE, cost=CHEAP)
    store.protect()
    os.unlink(os.path.join(keyring.folder, keyring.items()[0]))
    elsewhere, its_keyring = store_in(folder, machine=ELSEWHERE)
    its_keyring.broken = KeyringAbsent("absent")
    with pytest.raises(KeyringAbsent):
        elsewhere.recover(CODE, with_keyring=True)
    elsewhere.recover(CODE, with_keyring=False)
    assert elsewhere.get("a").reveal() == "1"
    assert elsewhere.protection().level is Level.MACHINE
    assert elsewhere.check_recovery(CODE)


def test_the_code_can_protect_the_store_with_the_keyring_again(folder: str) -> None:
    store, keyring = filled_store(folder, "1")
    store.protect()
    store.add_recovery(CODE, cost=CHEAP)
    os.unlink(os.path.join(keyring.folder, keyring.items()[0]))
    store.recover(CODE, with_keyring=True)
    assert store.protection().level is Level.KEYRING
    assert store.get("a").reveal() == "1"
    assert len(keyring.items()) == len(keyring.pins()) == 1


def test_a_code_is_checked_without_opening_anything(folder: str) -> None:
    store, keyring = filled_store(folder, "1")
    assert not store.check_recovery(CODE)
    store.add_recovery(CODE, cost=CHEAP)
    keyring.broken = KeyringLocked("locked")
    elsewhere, _ = store_in(folder, machine=ELSEWHERE)
    assert elsewhere.check_recovery(CODE)
    assert not elsewhere.check_recovery(OTHER_CODE)


def test_a_code_is_not_replaced_by_accident_and_a_replaced_one_opens_nothing(folder: str) -> None:
    store, _ = filled_store(folder, "1")
    store.add_recovery(CODE, cost=CHEAP)
    before = bytes_of(store)
    with pytest.raises(RecoveryExists):
        store.add_recovery(OTHER_CODE, cost=CHEAP)
    assert bytes_of(store) == before
    store.add_recovery(OTHER_CODE, cost=CHEAP, replace=True)
    with pytest.raises(RecoveryCodeWrong):
        store.recover(CODE, with_keyring=False)
    store.recover(OTHER_CODE, with_keyring=False)
    assert store.get("a").reveal() == "1"


def test_a_wrong_code_changes_nothing(folder: str) -> None:
    store, _ = filled_store(folder, "1")
    with pytest.raises(RecoveryCodeWrong, match="no recovery code"):
        store.recover(CODE, with_keyring=False)
    store.add_recovery(CODE, cost=CHEAP)
    before = bytes_of(store)
    with pytest.raises(RecoveryCodeWrong):
        store.recover(OTHER_CODE, with_keyring=False)
    assert bytes_of(store) == before


def test_a_code_can_be_made_before_the_first_secret(folder: str) -> None:
    store, _ = store_in(folder)
    with pytest.raises(RecoveryCodeWrong):
        store.recover(CODE, with_keyring=False)
    store.add_recovery(CODE, cost=CHEAP)
    store.set("a", Secret("1"))
    assert store.protection().has_recovery
