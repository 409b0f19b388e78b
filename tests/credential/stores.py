"""Stores for tests: a home of their own, a fixed machine, a clock that stands still."""

from __future__ import annotations

import os

from codemie_core.credential import CredentialStore
from codemie_core.credential.key_derivation import Cost
from codemie_core.credential.slot_machine import MachineIdentity
from codemie_core.home import Home
from tests.credential.file_keyring import FileKeyring

HERE = MachineIdentity("0123456789abcdef0123456789abcdef", "1000")
ELSEWHERE = MachineIdentity("fedcba9876543210fedcba9876543210", "1000")
CHEAP = Cost(memory_kib=64, iterations=1, lanes=1)
NOW_MS = 1_795_000_000_000


def store_in(folder: str, *, machine: MachineIdentity = HERE) -> tuple[CredentialStore, FileKeyring]:
    """Return the store of the home `folder`/home and its keyring in `folder`/keyring."""
    keyring_folder = os.path.join(folder, "keyring")
    os.makedirs(keyring_folder, exist_ok=True)
    keyring = FileKeyring(keyring_folder)
    home = Home(os.path.join(folder, "home"))
    store = CredentialStore(home, keyring=keyring, identity=lambda: machine, now_ms=lambda: NOW_MS)
    return store, keyring
