"""A planted secret must appear only where it was requested."""

from __future__ import annotations

import gc
import logging
import os
import pickle
import sys
import traceback
from collections.abc import Callable

import pytest
from tests.core.credentials.stores import CHEAP, ELSEWHERE, store_in

from codemie_core import errors
from codemie_core.credentials import CredentialStore, RecoveryCode, Secret
from codemie_core.errors import CredentialError, KeyringLocked, StoreError

PLANTED = "sk-planted-" + "5ecret"
"""Assembled here, so that no constant of this file contains it."""


def test_a_secret_never_shows_its_text() -> None:
    secret = Secret(PLANTED)
    for shown in (
        repr(secret),
        str(secret),
        f"{secret}",
        f"{secret!r:>40}",
        f"{[secret]}",
        f"{ {'a': secret} }",
    ):
        assert PLANTED not in shown
    with pytest.raises(TypeError):
        pickle.dumps(secret)
    with pytest.raises(TypeError):
        hash(secret)
    assert secret == Secret(PLANTED)
    assert secret != Secret("another")
    assert secret != PLANTED


def test_nothing_in_an_opened_store_shows_a_secret_or_a_key(tmp_path: object) -> None:
    store, keyring = store_in(str(tmp_path))
    store.set("a", Secret(PLANTED))
    store.add_recovery(RecoveryCode(bytes(range(18))), cost=CHEAP)
    store.protect()
    vault = store._vault
    file = vault.file.read()
    assert file is not None
    key = vault.unlock(file).key
    opened = vault.open(file, key)
    item = keyring.get(f"codemie-tray/{file.store_id.hex()}/{file.keyring.side if file.keyring else ''}")
    assert item is not None
    shown = repr(
        [store.list(), store.protection(), file, opened, opened.entries, opened.slots, item, store.get_all()]
    )
    for secret in (PLANTED, repr(key), key.hex(), item.reveal()):
        assert secret not in shown


def test_no_traceback_shows_a_secret_even_with_its_local_variables(
    tmp_path: object, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    folder = str(tmp_path)
    store, keyring = store_in(folder)
    store.set("a", Secret(PLANTED))
    store.protect()
    elsewhere, _ = store_in(os.path.join(folder, "other"), machine=ELSEWHERE)
    keyring.broken = KeyringLocked("locked")
    failing: list[Callable[[], object]] = [
        lambda: store.set("b", Secret(PLANTED)),
        lambda: store.set("b\n", Secret(PLANTED)),
        lambda: store.set("b", Secret(PLANTED + "x" * 70_000)),
        lambda: store.get("a"),
        store.rekey,
        lambda: elsewhere.recover(RecoveryCode.from_text(Secret(PLANTED * 3)), with_keyring=False),
    ]
    for call in failing:
        with pytest.raises(CredentialError) as caught:
            call()
        reported = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
        # What this test itself holds is not a leak of the program.
        ours = [line for line in reported.format() if __file__ not in line]
        assert PLANTED not in "".join(ours), "".join(ours)
        assert PLANTED not in str(caught.value) + repr(caught.value)
    assert PLANTED not in caplog.text


def test_no_module_keeps_a_secret(tmp_path: object) -> None:
    """A global would be in every core dump for as long as the program runs."""
    store, _ = store_in(str(tmp_path))
    planted = "".join(chr(ord(char) + 1) for char in "rj,okzmsdc,fkna`k")
    store.set("a", Secret(planted))
    assert store.get("a").reveal() == planted
    gc.collect()
    for name, module in list(sys.modules.items()):
        if name.startswith(("codemie_", "cryptography")):
            for key, value in list(vars(module).items()):
                assert not (
                    isinstance(value, (str, bytes, Secret, dict, list)) and planted in _shown(value)
                ), key


def _shown(value: object) -> str:
    return value.reveal() if isinstance(value, Secret) else repr(value)


def test_no_file_in_the_home_or_temporary_folder_holds_the_secret_in_the_clear(
    tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = str(tmp_path)
    temporary = os.path.join(folder, "tmp")
    os.mkdir(temporary)
    monkeypatch.setenv("TMPDIR", temporary)
    store, _ = store_in(folder)
    store.set("a", Secret(PLANTED))
    store.protect()
    store.rekey()
    store.unprotect()
    assert os.listdir(temporary) == []
    for path, _, names in os.walk(folder):
        for name in names:
            with open(os.path.join(path, name), "rb") as file:
                assert PLANTED.encode() not in file.read(), name


def test_store_errors_contain_only_names_and_locations(tmp_path: object) -> None:
    """Error classes accept nothing they could leak: only a path, a name, a reason written here."""
    store, _ = store_in(str(tmp_path))
    store.set("a", Secret(PLANTED))
    for leaf in (
        errors.CredentialNotFound("a"),
        errors.CredentialsDamaged(store.path, "x"),
        StoreError("p", "r"),
    ):
        assert PLANTED not in repr(vars(leaf))


def test_the_store_object_itself_holds_no_secret(tmp_path: object) -> None:
    store, _ = store_in(str(tmp_path))
    store.set("a", Secret(PLANTED))
    store.get("a")
    assert isinstance(store, CredentialStore)
    assert PLANTED not in repr(vars(store)) + repr(vars(store._vault))
