"""The machine slot: the master key, wrapped by what this machine and this user are.

It keeps a copied file shut on another machine, and nothing more: a program that runs as this user, here,
computes the same key. The hostname is no part of it: hostnames change (DHCP, a new office, a new name).
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass

from codemie_core.credentials.file import key_derivation
from codemie_core.credentials.file.cipher import NONCE_BYTES, open_sealed, seal
from codemie_core.credentials.file.format import MachineSlot, bound_to
from codemie_core.errors import MachineUnknown

_PURPOSE = b"codemie-tray credentials: machine slot\0"


@dataclass(frozen=True, slots=True)
class MachineIdentity:
    """Which machine and which of its users this is."""

    machine: str
    """What the OS calls itself: it survives a new hostname, address and disk, and not a reinstallation."""
    user: str
    """The user's number on POSIX, the account's name on Windows; not from the environment."""


IdentitySource = Callable[[], MachineIdentity]


def this_machine() -> MachineIdentity:
    """Ask the OS.

    Linux: `/etc/machine-id`; macOS: the platform UUID (I/O registry); Windows: `MachineGuid`.

    Raises:
        MachineUnknown: this system has no identifier (a bare container).
    """
    import machineid

    try:
        machine = machineid.id()
    except (machineid.MachineIdNotFound, OSError) as error:
        raise MachineUnknown("this system gives no identifier of the machine") from error
    user = str(os.getuid()) if hasattr(os, "getuid") else os.getlogin().casefold()
    return MachineIdentity(machine, user)


def wrap(master_key: bytes, store_id: bytes, identity: MachineIdentity) -> MachineSlot:
    """Return a new slot that holds `master_key`."""
    empty = MachineSlot(salt=os.urandom(16), nonce=os.urandom(NONCE_BYTES))
    key = _key(empty, identity)
    return MachineSlot(empty.salt, empty.nonce, seal(key, empty.nonce, master_key, bound_to(store_id, empty)))


def unwrap(slot: MachineSlot, store_id: bytes, identity: MachineIdentity) -> bytes:
    """Return the master key; raises `NotAuthentic` on another machine or for another user."""
    return open_sealed(_key(slot, identity), slot.nonce, slot.wrapped, bound_to(store_id, slot))


def _key(slot: MachineSlot, identity: MachineIdentity) -> bytes:
    return key_derivation.derive(
        identity.machine.encode(), salt=slot.salt, purpose=_PURPOSE + identity.user.encode()
    )
