"""An older `.credentials` put back in place of a newer one is reported as such; nothing is read or written.

The keyring of these tests is a folder; tests/integration/keyring does the same with a real one.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable

import pytest
from tests.core.credentials.stores import CHEAP, bytes_of, filled_store, overwrite, store_in

from codemie_core.credentials import CredentialStore, Level, RecoveryCode, Secret
from codemie_core.credentials.file.format import CredentialsFile
from codemie_core.errors import (
    CredentialNotFound,
    CredentialsUnreadable,
    KeyMissing,
    KeyringAbsent,
    KeyringLocked,
    StoreRolledBack,
)

CODE = RecoveryCode(bytes(range(18)))


@pytest.fixture
def folder(tmp_path: object) -> str:
    return str(tmp_path)


def _everything_refused(store: CredentialStore, *, downgraded: bool) -> None:
    before = bytes_of(store)
    calls: list[Callable[[], object]] = [
        lambda: store.get("a"),
        store.list,
        store.get_all,
        lambda: store.set("b", Secret("new")),
        lambda: store.remove("a"),
        store.protect,
        store.unprotect,
        store.rekey,
        lambda: store.add_recovery(CODE, cost=CHEAP),
    ]
    for call in calls:
        with pytest.raises(StoreRolledBack, match="codemie-tray credentials accept") as caught:
            call()
        assert caught.value.downgraded is downgraded
    assert bytes_of(store) == before


def test_a_file_from_before_protecting_is_refused_and_nothing_is_written_under_its_key(folder: str) -> None:
    store, _ = filled_store(folder, "old")
    old = bytes_of(store)
    store.protect()
    overwrite(store, old)
    _everything_refused(store, downgraded=True)
    with pytest.raises(StoreRolledBack):
        store.protection()  # so the menu, `status` and `doctor` show it as well


def test_unprotecting_is_the_only_way_to_lower_protection(folder: str) -> None:
    store, keyring = filled_store(folder, "old")
    old = bytes_of(store)
    store.protect()
    store.unprotect()
    assert store.get("a").reveal() == "old"
    assert keyring.items() == keyring.pins() == []
    overwrite(store, old)  # protected like the current one, but older
    _everything_refused(store, downgraded=False)


@pytest.mark.parametrize("protected", [False, True], ids=["machine", "keyring"])
def test_a_file_from_before_the_last_write_is_refused(folder: str, protected: bool) -> None:
    store, _ = filled_store(folder, "old")
    if protected:
        store.protect()
    old = bytes_of(store)
    store.set("b", Secret("2"))
    new = bytes_of(store)
    overwrite(store, old)
    _everything_refused(store, downgraded=False)
    overwrite(store, new)
    assert store.get("b").reveal() == "2"


def test_a_protected_file_from_before_a_new_key_does_not_open_at_all(folder: str) -> None:
    store, _ = filled_store(folder, "old")
    store.protect()
    old = bytes_of(store)
    store.rekey()
    overwrite(store, old)
    with pytest.raises(KeyMissing):
        store.get("a")


@pytest.mark.parametrize("what", ["file-and-pin", "whole-home", "pin-damaged"])
def test_the_keyring_reveals_that_the_homes_pin_was_put_back_too(folder: str, what: str) -> None:
    store, _ = filled_store(folder, "old")
    shutil.copytree(os.path.join(folder, "home"), os.path.join(folder, "backup"))
    store.protect()
    home, backup = os.path.join(folder, "home"), os.path.join(folder, "backup")
    pin = os.path.join(home, "tray", "credentials.pin")
    shutil.copy(os.path.join(backup, ".credentials"), store.path)
    if what == "file-and-pin":
        os.unlink(pin)
    elif what == "pin-damaged":
        _damage(pin)
    else:
        shutil.rmtree(home)
        shutil.copytree(backup, home)
        _forget_that_the_keyring_was_asked(pin)  # as after the next start of the machine
    _everything_refused(store, downgraded=True)


def test_an_older_protected_home_put_back_whole_is_refused_by_the_keyring(folder: str) -> None:
    store, _ = filled_store(folder, "old")
    store.protect()
    home, backup = os.path.join(folder, "home"), os.path.join(folder, "backup")
    shutil.copytree(home, backup)
    store.set("b", Secret("2"))
    shutil.rmtree(home)
    shutil.copytree(backup, home)
    _everything_refused(store, downgraded=False)


@pytest.mark.parametrize("protected", [False, True], ids=["machine", "keyring"])
def test_a_file_restored_on_purpose_is_accepted_and_stays_protected(folder: str, protected: bool) -> None:
    store, keyring = filled_store(folder, "old")
    old_machine = bytes_of(store)
    store.protect()
    old = bytes_of(store) if protected else old_machine
    store.set("b", Secret("2"))
    overwrite(store, old)
    assert store.accept() is True
    assert store.protection().level is Level.KEYRING
    assert store.get("a").reveal() == "old"
    with pytest.raises(CredentialNotFound):
        store.get("b")
    assert len(keyring.items()) == len(keyring.pins()) == 1
    assert store.accept() is False
    overwrite(store, old)
    with pytest.raises((StoreRolledBack, KeyMissing)):
        store.get("a")


def test_accepting_requires_the_keyring_and_changes_nothing_without_it(folder: str) -> None:
    store, keyring = filled_store(folder, "old")
    old = bytes_of(store)
    store.protect()
    overwrite(store, old)
    keyring.broken = KeyringLocked("locked")
    with pytest.raises(KeyringLocked):
        store.accept()
    assert bytes_of(store) == old


def test_the_recovery_code_opens_an_old_file_too(folder: str) -> None:
    store, keyring = filled_store(folder, "old")
    store.add_recovery(CODE, cost=CHEAP)
    old = bytes_of(store)
    store.protect()
    store.set("b", Secret("2"))
    overwrite(store, old)
    keyring.broken = KeyringAbsent("absent")
    store.recover(CODE, with_keyring=False)
    assert store.get("a").reveal() == "old"
    keyring.broken = None
    again, _ = store_in(folder)
    assert again.get("a").reveal() == "old"  # newer than what the keyring knows: made with the code
    again.protect()
    assert again.get("a").reveal() == "old"


def test_a_store_recreated_after_its_file_was_removed_is_protected_by_the_keyring_again(folder: str) -> None:
    store, keyring = filled_store(folder, "old")
    store.protect()
    os.unlink(store.path)
    assert store.list() == ()
    store.set("b", Secret("2"))
    assert store.protection().level is Level.KEYRING
    shutil.rmtree(os.path.join(folder, "home"))
    store.set("c", Secret("3"))
    assert store.protection().level is Level.KEYRING
    assert len(keyring.pins()) == 1


def test_another_store_of_this_machine_put_in_its_place_is_refused(folder: str) -> None:
    store, _ = filled_store(folder, "old")
    store.protect()
    other, _ = store_in(os.path.join(folder, "other"))
    other.set("a", Secret("planted"))
    overwrite(store, bytes_of(other))
    _everything_refused(store, downgraded=True)


def test_a_store_that_was_never_protected_needs_no_keyring(folder: str) -> None:
    store, keyring = store_in(folder)
    keyring.broken = KeyringAbsent("absent")
    store.set("a", Secret("1"))
    assert store.get("a").reveal() == "1"
    assert keyring.calls == ["peek"]  # not again within the hour


def test_a_copied_home_and_its_original_work_independently(folder: str) -> None:
    store, keyring = filled_store(folder, "old")
    store.protect()
    shutil.copytree(os.path.join(folder, "home"), os.path.join(folder, "copy", "home"))
    copy, _ = store_in(os.path.join(folder, "copy"))
    copy._vault.keyring = copy._vault.pins._keyring = keyring
    for number in range(3):
        store.set(f"original {number}", Secret("1"))
        copy.set(f"copy {number}", Secret("2"))
    assert len(store.list()) == len(copy.list()) == 4


def test_a_moved_home_stays_guarded_by_its_own_pin(folder: str) -> None:
    store, keyring = filled_store(folder, "old")
    old = bytes_of(store)
    store.protect()
    os.rename(os.path.join(folder, "home"), os.path.join(folder, "moved"))
    os.mkdir(os.path.join(folder, "elsewhere"))
    os.rename(os.path.join(folder, "moved"), os.path.join(folder, "elsewhere", "home"))
    moved, _ = store_in(os.path.join(folder, "elsewhere"))
    moved._vault.keyring = moved._vault.pins._keyring = keyring
    assert moved.get("a").reveal() == "old"
    overwrite(moved, old)
    with pytest.raises(StoreRolledBack):
        moved.get("a")


def test_each_write_increases_the_generation_and_an_older_format_counts_as_zero(folder: str) -> None:
    store, _ = filled_store(folder, "old")
    first = CredentialsFile.from_bytes(bytes_of(store))
    store.set("a", Secret("2"))
    second = CredentialsFile.from_bytes(bytes_of(store))
    assert (first.generation, second.generation) == (1, 2)


def test_a_file_of_the_first_version_is_converted_by_the_first_write(folder: str) -> None:
    golden = os.path.join(os.path.dirname(__file__), "..", "..", "..", "golden", "credentials", "opens")
    store, _ = store_in(folder)
    os.makedirs(os.path.dirname(store.path))
    shutil.copy(os.path.join(golden, "machine-and-recovery.credentials"), store.path)
    old = CredentialsFile.from_bytes(bytes_of(store))
    store.set("new", Secret("3"))
    now = CredentialsFile.from_bytes(bytes_of(store))
    assert (old.version, old.generation, now.version, now.generation) == (1, 0, 3, 1)
    assert len(store.list()) == 3
    assert store.check_recovery(CODE)
    overwrite(store, old.to_bytes())
    _everything_refused(store, downgraded=False)


def test_a_store_without_pins_would_open_the_old_file(folder: str) -> None:
    """The control: what these tests refuse opens if nothing remembers."""
    store, keyring = filled_store(folder, "old")
    old = bytes_of(store)
    store.protect()
    overwrite(store, old)
    shutil.rmtree(os.path.join(folder, "home", "tray"))
    for name in keyring.pins():
        os.unlink(os.path.join(keyring.folder, name))
    assert store.get("a").reveal() == "old"


def _damage(path: str) -> None:
    with open(path, "w", encoding="utf-8") as file:
        file.write('{"store": 7')


def _forget_that_the_keyring_was_asked(path: str) -> None:
    import json

    with open(path, encoding="utf-8") as file:
        plain = json.load(file)
    plain["keyringAsked"][0] = "another boot"
    with open(path, "w", encoding="utf-8") as file:
        json.dump(plain, file)


@pytest.mark.skipif(os.name != "posix", reason="links are POSIX's here")
def test_a_link_in_place_of_the_pin_is_reported_and_neither_followed_nor_ignored(folder: str) -> None:
    store, _ = filled_store(folder, "old")
    pin, target = os.path.join(folder, "home", "tray", "credentials.pin"), os.path.join(folder, "target")
    os.rename(pin, target)
    with open(target, "rb") as file:
        before = file.read()
    os.symlink(target, pin)
    for call in (lambda: store.get("a"), lambda: store.set("b", Secret("2")), store.protection):
        with pytest.raises(CredentialsUnreadable, match=r"credentials\.pin"):
            call()
    with open(target, "rb") as file:
        assert file.read() == before
    os.unlink(pin)
    assert store.get("a").reveal() == "old"
