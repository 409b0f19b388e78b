"""What can open the store (machine, keyring, recovery code), and how to change it so that the store can be
opened at every moment.

Each operation that changes a master key or a protector renews both, so an old copy of the file and its
protector reveal nothing about later states. The order is always the same: write the keyring item (on the
unused side), read it back, compare it, replace the file, and remove the obsolete item. If the process is
killed, the protectors named in the file on disk open it, and repeating the operation completes it.
"""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Callable

from codemie_core.credentials.entries.contents import Opened, Slots
from codemie_core.credentials.file import slot_keyring, slot_machine, slot_recovery
from codemie_core.credentials.file.cipher import NotAuthentic
from codemie_core.credentials.file.format import CredentialsFile
from codemie_core.credentials.file.key_derivation import Cost
from codemie_core.credentials.file.recovery_code import RecoveryCode
from codemie_core.credentials.file.slots import RecoverySlot
from codemie_core.credentials.vault.pin import Pin
from codemie_core.credentials.vault.session import Session, new_key, new_store_id
from codemie_core.credentials.vault.unlocking import Unlocked
from codemie_core.credentials.vault.vault import Vault
from codemie_core.errors import KeyringError, RecoveryCodeWrong, RecoveryExists


def protect(vault: Vault) -> bool:
    """Move the key from the machine slot into the OS keyring; returns False if it is already there.

    Raises:
        KeyringError: the keyring did not accept the key; the file is unchanged.
        CredentialError, StoreError: the file can't be opened or written; it is unchanged.
    """

    def make(session: Session) -> Opened | None:
        opened = session.opened
        if opened is not None and opened.slots.keyring is not None and opened.slots.machine is None:
            session.pin_again()
            return None
        return _into_keyring(vault, opened)

    return vault.edit(make, afterwards=_tidier(vault))


def accept(vault: Vault) -> bool:
    """Accept an older file that was put back on purpose; returns False if the file is not an older one.

    The store keeps its protection: if the file predates `protect`, its key moves into the keyring again.

    Raises:
        KeyringError: the keyring did not return or accept the key; the file is unchanged.
        CredentialError, StoreError: the file can't be opened or written; it is unchanged.
    """

    def make(session: Session) -> Opened | None:
        opened = session.opened
        if opened is None or not session.is_old:
            return None
        if session.protected_before and opened.slots.machine is not None:
            return _into_keyring(vault, opened)
        return opened

    return vault.edit(make, accept=True, afterwards=_tidier(vault))


def unprotect(vault: Vault) -> bool:
    """Move the key from the keyring back to the machine slot; returns False if it is already there.

    Raises:
        KeyringError: the keyring did not return the key; the file is unchanged.
        CredentialError, StoreError: the file can't be opened or written; it is unchanged.
    """

    def make(session: Session) -> Opened | None:
        opened = session.opened
        if opened is None or opened.slots.machine is not None:
            return None
        return _onto_machine(vault, opened)

    return vault.edit(make, afterwards=_tidier(vault))


def rekey(vault: Vault) -> bool:
    """Change the master key and its wrapping key, and keep the kind of protection.

    The recovery code stays the same. Returns False if there is no store.

    Raises:
        CredentialError, StoreError: as for `protect`; the file is unchanged.
    """

    def make(session: Session) -> Opened | None:
        opened = session.opened
        if opened is None:
            return None
        if opened.slots.machine is not None:
            return _onto_machine(vault, opened)
        return _into_keyring(vault, opened)

    return vault.edit(make, afterwards=_tidier(vault))


def add_recovery(vault: Vault, code: RecoveryCode, *, cost: Cost, replace: bool = False) -> None:
    """Let `code` open the store as well.

    Args:
        vault: the store.
        code: a new code that the user has already seen.
        cost: the cost of one guess.
        replace: whether to replace an existing code, which then opens nothing.

    Raises:
        RecoveryExists: the store already has a code.
        CredentialError, StoreError: the file can't be opened or written; it is unchanged.
    """

    def make(session: Session) -> Opened:
        opened = session.opened
        state = opened or new_store(vault, session)
        if state.slots.recovery is not None and not replace:
            raise RecoveryExists(
                "there is already a recovery code; replacing it invalidates the one you wrote down"
            )
        # Change the master key, too: the old code and an old copy of the file must not reveal the new one.
        slot = slot_recovery.make(state.key, state.store_id, code, cost)
        changed = dataclasses.replace(state, slots=dataclasses.replace(state.slots, recovery=slot))
        if opened is None or state.slots.recovery is None:
            return changed
        return _onto_machine(vault, changed) if state.slots.machine else _into_keyring(vault, changed)

    vault.edit(make, afterwards=_tidier(vault))


def check_recovery(vault: Vault, code: RecoveryCode) -> bool:
    """Return whether `code` opens this store, without opening it."""
    file = vault.file.read()
    return file is not None and file.recovery is not None and slot_recovery.belongs(file.recovery, code)


def recover(vault: Vault, code: RecoveryCode, *, with_keyring: bool) -> None:
    """Open the store with its recovery code and lock it to this machine or keyring; the code stays valid.

    Args:
        vault: the store.
        code: its recovery code.
        with_keyring: put the key into the OS keyring instead of the machine slot.

    Raises:
        RecoveryCodeWrong: the code belongs to another store, or this store has none.
        CredentialError, StoreError: the new protector or the write failed; the file is unchanged.
    """

    def by_code(file: CredentialsFile) -> Unlocked:
        if file.recovery is None:
            raise RecoveryCodeWrong(f"{vault.path} has no recovery code")
        try:
            key = slot_recovery.unwrap(file.recovery, file.store_id, code)
        except NotAuthentic:
            raise RecoveryCodeWrong(f"this is not the current recovery code of {vault.path}") from None
        return Unlocked(key, _keyring_pin(vault) if with_keyring else None)

    def make(session: Session) -> Opened:
        if session.opened is None:
            raise RecoveryCodeWrong(f"{vault.path} does not exist")
        opened = session.opened
        return _into_keyring(vault, opened) if with_keyring else _onto_machine(vault, opened)

    # To lock the key to the machine, don't call the keyring at all: it may be what is broken. Any item left
    # in it no longer opens anything. Accept an old file: whoever has the code could open it anyway.
    vault.edit(
        make,
        unlock=by_code,
        accept=True,
        afterwards=_tidier(vault) if with_keyring else None,
    )


def new_store(vault: Vault, session: Session) -> Opened:
    """Return the first, empty state of a store, protected as this home's last store was, else by the machine.

    Raises:
        KeyringError: this home's last store was protected, and the keyring does not accept the new key.
        MachineUnknown: the machine has no identifier.
    """
    if session.protected_before:
        return _into_keyring(vault, None)
    key, store_id = new_key(), new_store_id()
    return Opened(store_id, Slots(machine=slot_machine.wrap(key, store_id, vault.identity())), key)


def _into_keyring(vault: Vault, opened: Opened | None) -> Opened:
    store_id = opened.store_id if opened else new_store_id()
    old = opened.slots.keyring if opened else None
    side, item, key = slot_keyring.other_side(old), slot_keyring.new_item(), new_key()
    name = vault.keyring.put(slot_keyring.item_of(store_id, side), item)
    slot = slot_keyring.wrap(key, store_id, side=side, keyring_name=name, item=item)
    slots = Slots(keyring=slot, recovery=_recovery(opened, key))
    return dataclasses.replace(opened, slots=slots, key=key) if opened else Opened(store_id, slots, key)


def _onto_machine(vault: Vault, opened: Opened) -> Opened:
    key = new_key()
    slot = slot_machine.wrap(key, opened.store_id, vault.identity())
    return dataclasses.replace(opened, slots=Slots(machine=slot, recovery=_recovery(opened, key)), key=key)


def _tidier(vault: Vault) -> Callable[[Opened | None, Opened], None]:
    """Return a function that removes keyring items that the file on disk no longer names."""

    def tidy(before: Opened | None, after: Opened) -> None:
        if (before is None or before.slots.keyring is None) and after.slots.keyring is None:
            return
        kept = after.slots.keyring.side if after.slots.keyring else ""
        of_no_use = [
            slot_keyring.item_of(after.store_id, side) for side in slot_keyring.SIDES if side != kept
        ]
        if not kept:
            of_no_use.append(vault.pins.item)
        # The items open nothing any more, so an unavailable keyring must not turn success into failure.
        with contextlib.suppress(KeyringError):
            vault.keyring.delete(*of_no_use, quietly=True)

    return tidy


def _keyring_pin(vault: Vault) -> Pin | None:
    """Return the keyring's pin, which the next state must follow; None if it is unavailable."""
    try:
        return vault.pins.in_keyring(vault.keyring.peek(vault.pins.item))
    except KeyringError:
        return None


def _recovery(opened: Opened | None, key: bytes) -> RecoverySlot | None:
    if opened is None or opened.slots.recovery is None:
        return None
    return slot_recovery.wrap_again(opened.slots.recovery, key, opened.store_id)
