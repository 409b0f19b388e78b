"""Stores for tests: their own home, a fixed machine, a clock that does not advance."""

from __future__ import annotations

import os

from tests.core.credentials.os_keyring.file_keyring import FileKeyring

from codemie_core.credentials import CredentialStore, Secret
from codemie_core.credentials.file.key_derivation import Cost
from codemie_core.credentials.file.slot_machine import MachineIdentity
from codemie_core.home import Home

HERE = MachineIdentity("0123456789abcdef0123456789abcdef", "1000")
ELSEWHERE = MachineIdentity("fedcba9876543210fedcba9876543210", "1000")
CHEAP = Cost(memory_kib=64, iterations=1, lanes=1)
NOW_MS = 1_795_000_000_000


def store_in(
    folder: str, *, machine: MachineIdentity = HERE, lock_timeout_seconds: float = 10
) -> tuple[CredentialStore, FileKeyring]:
    """Return the store of the home `folder`/home and its keyring in `folder`/keyring."""
    keyring = FileKeyring(os.path.join(folder, "keyring"))
    home = Home(os.path.join(folder, "home"))
    store = CredentialStore(
        home,
        keyring=keyring,
        identity=lambda: machine,
        now_ms=lambda: NOW_MS,
        lock_timeout_seconds=lock_timeout_seconds,
    )
    return store, keyring


def filled_store(folder: str, secret: str) -> tuple[CredentialStore, FileKeyring]:
    """Return the same as `store_in`, with one secret named `a`."""
    store, keyring = store_in(folder)
    store.set("a", Secret(secret))
    return store, keyring


def bytes_of(store: CredentialStore) -> bytes:
    """Return the store's file as it is."""
    with open(store.path, "rb") as file:
        return file.read()


def overwrite(store: CredentialStore, data: bytes) -> None:
    """Replace what is in the store's file, as a restored backup does."""
    with open(store.path, "wb") as file:
        file.write(data)
