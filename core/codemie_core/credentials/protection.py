"""What can open the store (machine, keyring, recovery code), and how to change it so that the store can be
opened at every moment.

Each operation that changes a master key or a protector renews both, so an old copy of the file and its
protector reveal nothing about later states. The order is always the same: write the keyring item (on the
unused side), read it back, compare it, replace the file, and remove the obsolete item. If the process is
killed, the file on disk can be opened with what it names, and repeating the operation completes it.
"""

from __future__ import annotations

import contextlib
import dataclasses
import enum
from collections.abc import Callable
from dataclasses import dataclass

from codemie_core.credentials.entries.contents import Opened, Slots
from codemie_core.credentials.file import slot_keyring, slot_machine, slot_recovery
from codemie_core.credentials.file.cipher import NotAuthentic
from codemie_core.credentials.file.format import CredentialsFile, RecoverySlot
from codemie_core.credentials.file.key_derivation import Cost
from codemie_core.credentials.file.recovery_code import RecoveryCode
from codemie_core.credentials.vault.pin import Pin
from codemie_core.credentials.vault.session import Session, new_key, new_store_id
from codemie_core.credentials.vault.unlocking import Unlocked
from codemie_core.credentials.vault.vault import Vault
from codemie_core.errors import KeyringError, RecoveryCodeWrong, RecoveryExists


class Level(enum.Enum):
    """What protects the file's content, from the header alone."""

    NONE = "none"
    """There is no file; nothing is stored."""
    MACHINE = "machine"
    """A copy can't be opened elsewhere; here, every program of this user can open it."""
    KEYRING = "keyring"
    """Can be opened while the OS keyring is unlocked."""
    RECOVERY = "recovery"
    """Only the recovery code opens it."""


@dataclass(frozen=True, slots=True)
class Protection:
    """How the store is protected, as far as its header says."""

    level: Level
    keyring_name: str = ""
    """The keyring that has its key if `level` is KEYRING."""
    has_recovery: bool = False

    @classmethod
    def of(cls, file: CredentialsFile | None) -> Protection:
        """Read it from a file's header."""
        if file is None:
            return cls(Level.NONE)
        has_recovery = file.recovery is not None
        if file.machine is not None:
            return cls(Level.MACHINE, "", has_recovery)
        if file.keyring is not None:
            return cls(Level.KEYRING, file.keyring.keyring_name, has_recovery)
        return cls(Level.RECOVERY, "", has_recovery)


def protect(vault: Vault) -> bool:
    """Move the key from the machine slot into the OS keyring; returns False if it is already there.

    Raises:
        KeyringError: the keyring did not take it; the file is untouched.
        CredentialError, StoreError: the file can't be opened or written; it is untouched.
    """

    def make(session: Session) -> Opened | None:
        opened = session.opened
        if opened is not None and opened.slots.keyring is not None and opened.slots.machine is None:
            session.pin_again()
            return None
        return _into_keyring(vault, opened)

    return vault.edit(make, afterwards=_tidier(vault))


def accept(vault: Vault) -> bool:
    """Go on with an older file that was put back on purpose; False where it is none.

    What the store was protected with stays: a file from before `protect` is put into the keyring again.

    Raises:
        KeyringError: the keyring did not give or take the key; the file is untouched.
        CredentialError, StoreError: the file can't be opened or written; it is untouched.
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
        KeyringError: the keyring did not give the key; the file is untouched.
        CredentialError, StoreError: the file can't be opened or written; it is untouched.
    """

    def make(session: Session) -> Opened | None:
        opened = session.opened
        if opened is None or opened.slots.machine is not None:
            return None
        return _onto_machine(vault, opened)

    return vault.edit(make, afterwards=_tidier(vault))


def rekey(vault: Vault) -> bool:
    """Change the master key and the key that wraps it, under the same kind of protection.

    The recovery code stays the same. False where there is no store.

    Raises:
        CredentialError, StoreError: as for `protect`; the file is untouched.
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
        code: a new code, shown to the person already.
        cost: what one guess is to cost.
        replace: whether a code there is already may lose its power.

    Raises:
        RecoveryExists: there is one already.
        CredentialError, StoreError: the file can't be opened or written; it is untouched.
    """

    def make(session: Session) -> Opened:
        opened = session.opened
        state = opened or new_store(vault, session)
        if state.slots.recovery is not None and not replace:
            raise RecoveryExists(
                "there is already a recovery code; replacing it makes the one on paper useless"
            )
        # A new master key, too: who has the old code and an old copy of the file must not have the new.
        slot = slot_recovery.make(state.key, state.store_id, code, cost)
        changed = dataclasses.replace(state, slots=dataclasses.replace(state.slots, recovery=slot))
        if opened is None or state.slots.recovery is None:
            return changed
        return _onto_machine(vault, changed) if state.slots.machine else _into_keyring(vault, changed)

    vault.edit(make, afterwards=_tidier(vault))


def check_recovery(vault: Vault, code: RecoveryCode) -> bool:
    """Tell whether `code` is the one that opens this store; the store is not opened for it."""
    file = vault.file.read()
    return file is not None and file.recovery is not None and slot_recovery.belongs(file.recovery, code)


def recover(vault: Vault, code: RecoveryCode, *, with_keyring: bool) -> None:
    """Open the store with its recovery code and lock it to this machine or keyring; the code stays valid.

    Args:
        vault: the store.
        code: its recovery code.
        with_keyring: put the key into the OS keyring, not into the machine slot.

    Raises:
        RecoveryCodeWrong: the code is another store's, or this store has none.
        CredentialError, StoreError: the new protector or the file failed; the file is untouched.
    """

    def by_code(file: CredentialsFile) -> Unlocked:
        if file.recovery is None:
            raise RecoveryCodeWrong(f"{vault.path} has no recovery code")
        try:
            key = slot_recovery.unwrap(file.recovery, file.store_id, code)
        except NotAuthentic:
            raise RecoveryCodeWrong(f"this code is not the one of {vault.path}, or an older one") from None
        return Unlocked(key, _keyring_pin(vault) if with_keyring else None)

    def make(session: Session) -> Opened:
        if session.opened is None:
            raise RecoveryCodeWrong(f"there is no {vault.path} to open")
        opened = session.opened
        return _into_keyring(vault, opened) if with_keyring else _onto_machine(vault, opened)

    # Onto the machine the keyring is not spoken to at all: it may be what is broken. An item it still has
    # opens nothing any more. An old file is accepted: who has the code could open it in any case.
    vault.edit(
        make,
        unlock=by_code,
        accept=True,
        afterwards=_tidier(vault) if with_keyring else None,
    )


def new_store(vault: Vault, session: Session) -> Opened:
    """Return the first state of a store, empty: for this machine, or where the last one was protected.

    Raises:
        KeyringError: a store of this home was protected, and the keyring does not take the key of a new one.
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
    """Return what removes the keyring's items that the file on disk does not name any more."""

    def tidy(before: Opened | None, after: Opened) -> None:
        if (before is None or before.slots.keyring is None) and after.slots.keyring is None:
            return
        kept = after.slots.keyring.side if after.slots.keyring else ""
        of_no_use = [
            slot_keyring.item_of(after.store_id, side) for side in slot_keyring.SIDES if side != kept
        ]
        if not kept:
            of_no_use.append(vault.pins.item)
        # They open nothing any more; a keyring that is gone by now must not undo the success.
        with contextlib.suppress(KeyringError):
            vault.keyring.delete(*of_no_use, quietly=True)

    return tidy


def _keyring_pin(vault: Vault) -> Pin | None:
    """Return the keyring's pin, so that the next state comes after it; None if it is unavailable."""
    try:
        return vault.pins.in_keyring(vault.keyring.peek(vault.pins.item))
    except KeyringError:
        return None


def _recovery(opened: Opened | None, key: bytes) -> RecoverySlot | None:
    if opened is None or opened.slots.recovery is None:
        return None
    return slot_recovery.wrap_again(opened.slots.recovery, key, opened.store_id)
