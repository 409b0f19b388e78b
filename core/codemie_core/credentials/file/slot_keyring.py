"""The keyring slot: the master key, wrapped by 32 random bytes stored in one item of the OS keyring."""

from __future__ import annotations

import base64
import binascii
import os

from codemie_core.credentials.file.cipher import KEY_BYTES, NONCE_BYTES, NotAuthentic, open_sealed, seal
from codemie_core.credentials.file.format import bound_to
from codemie_core.credentials.file.slots import LONGEST_NAME_BYTES, KeyringSlot
from codemie_core.credentials.secret import Secret

SIDES = ("a", "b")


def item_of(store_id: bytes, side: str) -> str:
    """Return the name of a home's item. Normally one exists; both do only while one replaces the other."""
    return f"codemie-tray/{store_id.hex()}/{side}"


def other_side(slot: KeyringSlot | None) -> str:
    """Return the side that `slot` does not use."""
    return "b" if slot is not None and slot.side == "a" else "a"


def new_item() -> Secret:
    """Return a new wrapping key as an item's text: 44 characters, which Windows counts as 88 bytes."""
    return Secret(base64.b64encode(os.urandom(KEY_BYTES)).decode())


def wrap(master_key: bytes, store_id: bytes, *, side: str, keyring_name: str, item: Secret) -> KeyringSlot:
    """Wrap `master_key` in a new slot.

    Args:
        master_key: 32 bytes.
        store_id: the store the slot belongs to.
        side: the item that holds the wrapping key, `a` or `b`.
        keyring_name: display name of the keyring that holds the item.
        item: the item's text.
    """
    name = keyring_name.encode("utf-8", "replace")[:LONGEST_NAME_BYTES].decode("utf-8", "ignore")
    empty = KeyringSlot(side, name, os.urandom(NONCE_BYTES))
    sealed = seal(_key(item), empty.nonce, master_key, bound_to(store_id, empty))
    return KeyringSlot(empty.side, empty.keyring_name, empty.nonce, sealed)


def unwrap(slot: KeyringSlot, store_id: bytes, item: Secret) -> bytes:
    """Return the master key; raises `NotAuthentic` if a different item wrapped it."""
    return open_sealed(_key(item), slot.nonce, slot.wrapped, bound_to(store_id, slot))


def _key(item: Secret) -> bytes:
    try:
        key = base64.b64decode(item.reveal(), validate=True)
    except (binascii.Error, ValueError):
        raise NotAuthentic("the keyring's item was not made by this program") from None
    if len(key) != KEY_BYTES:
        raise NotAuthentic("the keyring's item was not made by this program")
    return key
