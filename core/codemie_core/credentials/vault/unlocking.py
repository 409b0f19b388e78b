"""Getting the master key of a file from the machine, or from the OS keyring."""

from __future__ import annotations

from dataclasses import dataclass, field

from codemie_core.credentials.file import slot_keyring, slot_machine
from codemie_core.credentials.file.cipher import NotAuthentic
from codemie_core.credentials.file.format import CredentialsFile
from codemie_core.credentials.file.slot_machine import IdentitySource
from codemie_core.credentials.os_keyring.client import Keyring
from codemie_core.credentials.vault.pin import Pin, Pins
from codemie_core.errors import KeyMissing

_RECOVER = "codemie-tray credentials recovery --use"


@dataclass(frozen=True, slots=True)
class Unlocked:
    """The key that opens a file, and the keyring's pin for it."""

    key: bytes = field(repr=False)
    """The master key."""
    keyring_pin: Pin | None = None


def unlock(
    file: CredentialsFile, path: str, identity: IdentitySource, keyring: Keyring, pins: Pins
) -> Unlocked:
    """Return the master key by the machine's or the keyring's slot.

    Args:
        file: sealed.
        path: its path, for messages.
        identity: asks the OS which machine and user this is.
        keyring: the OS keyring.
        pins: the pins of the home.

    Raises:
        KeyMissing: the slot is not for this machine, or the keyring's item is gone.
        KeyringError: the keyring did not answer.
        MachineUnknown: the machine has no identifier.
    """
    if file.machine is not None:
        try:
            key = slot_machine.unwrap(file.machine, file.store_id, identity())
        except NotAuthentic:
            raise KeyMissing(
                f"{path} is locked to another machine or another user. "
                f"Open it there, or use the recovery code: {_RECOVER}"
            ) from None
        return Unlocked(key, pins.ask_keyring(pins.in_home()))
    if file.keyring is None:
        raise KeyMissing(f"{path} can be opened only with its recovery code: {_RECOVER}")
    name = file.keyring.keyring_name
    item, pin = keyring.get_several(slot_keyring.item_of(file.store_id, file.keyring.side), pins.item)
    if item is None:
        raise KeyMissing(
            f"{name} no longer has the key for {path} (it is another keyring, or the key was "
            f"removed). Use the recovery code: {_RECOVER}"
        )
    try:
        return Unlocked(slot_keyring.unwrap(file.keyring, file.store_id, item), pins.in_keyring(pin))
    except NotAuthentic:
        raise KeyMissing(
            f"The key that {name} has for {path} is not the one it was locked with. "
            f"Use the recovery code: {_RECOVER}"
        ) from None
