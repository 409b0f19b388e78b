"""The recovery slot: the master key, wrapped to the public key of the recovery code."""

from __future__ import annotations

import os
from dataclasses import replace

from codemie_core.credentials.file import key_derivation
from codemie_core.credentials.file.cipher import NONCE_BYTES, NotAuthentic, open_sealed, seal
from codemie_core.credentials.file.format import bound_to
from codemie_core.credentials.file.key_derivation import SALT_BYTES, Cost
from codemie_core.credentials.file.recovery_code import RecoveryCode
from codemie_core.credentials.file.slots import RecoverySlot

_PURPOSE = b"codemie-tray credentials: recovery slot\0"


def make(master_key: bytes, store_id: bytes, code: RecoveryCode, cost: Cost) -> RecoverySlot:
    """Return a new slot that `code` opens."""
    salt = os.urandom(SALT_BYTES)
    public_key = key_derivation.public_key_of(key_derivation.stretch(code.data, salt=salt, cost=cost))
    return wrap_again(RecoverySlot(salt, cost, public_key, b"", b""), master_key, store_id)


def wrap_again(slot: RecoverySlot, master_key: bytes, store_id: bytes) -> RecoverySlot:
    """Put another master key into the slot. The same code opens it, and is not needed to do this."""
    ephemeral = os.urandom(32)
    nonce = os.urandom(NONCE_BYTES)
    empty = replace(slot, ephemeral_key=key_derivation.public_key_of(ephemeral), nonce=nonce)
    key = _key(empty, key_derivation.agree(ephemeral, slot.public_key))
    return replace(empty, wrapped=seal(key, nonce, master_key, bound_to(store_id, empty)))


def belongs(slot: RecoverySlot, code: RecoveryCode) -> bool:
    """Return whether this slot was made for `code`."""
    private_key = key_derivation.stretch(code.data, salt=slot.salt, cost=slot.cost)
    return key_derivation.public_key_of(private_key) == slot.public_key


def unwrap(slot: RecoverySlot, store_id: bytes, code: RecoveryCode) -> bytes:
    """Return the master key; raises `NotAuthentic` if the code is wrong."""
    private_key = key_derivation.stretch(code.data, salt=slot.salt, cost=slot.cost)
    try:
        shared = key_derivation.agree(private_key, slot.ephemeral_key)
    except ValueError:
        raise NotAuthentic("the slot's public key is not valid") from None
    return open_sealed(_key(slot, shared), slot.nonce, slot.wrapped, bound_to(store_id, slot))


def _key(slot: RecoverySlot, shared: bytes) -> bytes:
    return key_derivation.derive(
        shared, salt=slot.salt, purpose=_PURPOSE + slot.ephemeral_key + slot.public_key
    )
