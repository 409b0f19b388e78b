"""Another process changes the keys after we read the file and before the keyring answers."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable

import pytest
from tests.core.credentials.os_keyring.file_keyring import FileKeyring
from tests.core.credentials.stores import CHEAP, store_in

from codemie_core.credentials import CredentialStore, Secret
from codemie_core.credentials.file.recovery_code import RecoveryCode
from codemie_core.errors import KeyMissing, KeyringBroken, StoreBusy

Step = Callable[[CredentialStore], object]


class SlowKeyring(FileKeyring):
    """Calls `meanwhile` before each answer; `asked` counts the requests."""

    def __init__(self, folder: str, meanwhile: Callable[[int], object]) -> None:
        super().__init__(folder)
        self._meanwhile = meanwhile
        self.asked = 0

    def get_several(self, *items: str) -> tuple[Secret | None, ...]:
        """Return the texts of several items, after calling `meanwhile`."""
        self.asked += 1
        self._meanwhile(self.asked)
        return super().get_several(*items)


def _protected(tmp_path: str) -> CredentialStore:
    """Return a protected store that holds `a` and gives up immediately if its lock is taken."""
    store, _ = store_in(str(tmp_path), lock_timeout_seconds=0)
    store.set("a", Secret("1"))
    store.protect()
    return store


def _slow_store(tmp_path: str, meanwhile: Callable[[int], object]) -> tuple[CredentialStore, SlowKeyring]:
    store, keyring = store_in(str(tmp_path))
    slow = SlowKeyring(keyring.folder, meanwhile)
    store._vault.keyring = slow
    return store, slow


def _unprotect_and_protect(store: CredentialStore) -> None:
    """Store another key under the previous key's name."""
    store.unprotect()
    store.protect()


def _transaction(store: CredentialStore) -> None:
    with store.transaction() as held:
        assert held.get("a").reveal() == "1"
        held.set_many({"t": Secret("2")})


OTHERS: dict[str, Step] = {
    "rekey": CredentialStore.rekey,
    "unprotect": CredentialStore.unprotect,
    "unprotect and protect": _unprotect_and_protect,
}
OURS: dict[str, Step] = {
    "get": lambda store: store.get("a"),
    "list": CredentialStore.list,
    "set": lambda store: store.set("b", Secret("2")),
    "set origins": lambda store: store.set_origins({"a": ("https://a.example",)}),
    "transaction": _transaction,
    "rekey": CredentialStore.rekey,
    "protect": CredentialStore.protect,
    "unprotect": CredentialStore.unprotect,
    "add recovery": lambda store: store.add_recovery(RecoveryCode.new(), cost=CHEAP),
}


@pytest.mark.parametrize("other", OTHERS)
@pytest.mark.parametrize("ours", OURS)
def test_keys_changed_by_another_process_while_ours_is_fetched_are_not_an_error(
    tmp_path: str, ours: str, other: str
) -> None:
    theirs = _protected(tmp_path)
    store, keyring = _slow_store(tmp_path, lambda asked: asked == 1 and OTHERS[other](theirs))
    OURS[ours](store)
    assert keyring.asked >= 1  # the window was open
    fresh, _ = store_in(str(tmp_path))
    assert fresh.get("a").reveal() == "1"


@pytest.mark.parametrize("ours", ["get", "set"])
def test_a_key_that_is_gone_is_reported_at_the_first_answer(tmp_path: str, ours: str) -> None:
    theirs = _protected(tmp_path)
    store, keyring = _slow_store(tmp_path, lambda _: None)
    for side in "ab":
        keyring.delete(f"codemie-tray/{_store_id(theirs)}/{side}")
    with pytest.raises(KeyMissing, match="Test Keyring no longer has the key"):
        OURS[ours](store)
    assert keyring.asked == 1


@pytest.mark.parametrize("ours", ["get", "set"])
def test_a_keyring_that_fails_for_a_key_just_removed_is_asked_for_the_new_one(
    tmp_path: str, ours: str
) -> None:
    theirs = _protected(tmp_path)

    def stumble(asked: int) -> None:
        if asked == 1:
            theirs.rekey()
            raise KeyringBroken("no such object path")

    store, keyring = _slow_store(tmp_path, stumble)
    OURS[ours](store)
    assert keyring.asked == 2


@pytest.mark.parametrize("ours", ["get", "set"])
def test_a_broken_keyring_is_reported_at_the_first_answer(tmp_path: str, ours: str) -> None:
    _protected(tmp_path)

    def broken(_: int) -> None:
        raise KeyringBroken("it is out of order")

    store, keyring = _slow_store(tmp_path, broken)
    with pytest.raises(KeyringBroken, match="out of order"):
        OURS[ours](store)
    assert keyring.asked == 1


@pytest.mark.parametrize("ours", ["get", "set"])
def test_a_process_that_keeps_changing_keys_does_not_lock_others_out(tmp_path: str, ours: str) -> None:
    theirs = _protected(tmp_path)
    changed = 0

    def change() -> None:
        nonlocal changed
        with contextlib.suppress(StoreBusy):  # our store holds the lock by now
            theirs.rekey()
            changed += 1

    def change_in_a_thread(_: int) -> None:
        thread = threading.Thread(target=change)
        thread.start()
        thread.join()

    store, keyring = _slow_store(tmp_path, change_in_a_thread)
    OURS[ours](store)
    assert changed == keyring.asked - 1 >= 3


def _store_id(store: CredentialStore) -> str:
    file = store._vault.file.read()
    assert file is not None
    return file.store_id.hex()
