"""The machine slot: the master key, wrapped by a key derived from this machine and user.

It only keeps a copied file from being opened on another machine: any program that runs here as this user can
derive the same key. The hostname is not used because it changes (DHCP, a new office, a new name).
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from dataclasses import dataclass

from codemie_core.credentials.file import key_derivation
from codemie_core.credentials.file.cipher import NONCE_BYTES, NotAuthentic, open_sealed, seal
from codemie_core.credentials.file.format import bound_to
from codemie_core.credentials.file.machine_id import HOW_TO_GET_ONE, library_machine_id, machine_id
from codemie_core.credentials.file.slots import MachineSlot
from codemie_core.errors import MachineUnknown

_PURPOSE = b"codemie-tray credentials: machine slot\0"


@dataclass(frozen=True, slots=True)
class MachineIdentity:
    """A machine and one of its users."""

    machine: str
    """The OS's own identifier. It survives a new hostname, address or disk, but not a reinstallation."""
    user: str
    """The numeric user id on POSIX, the account name on Windows; never taken from the environment."""
    earlier: tuple[str, ...] = ()
    """Identifiers that earlier releases used: existing stores may still be locked to them, new ones
    never are."""


IdentitySource = Callable[[], MachineIdentity]


def this_machine() -> MachineIdentity:
    """Ask the OS for the identity of this machine and user.

    Uses `/etc/machine-id` on Linux, the platform UUID (I/O registry) on macOS, and `MachineGuid` on Windows.
    If the system has no identifier (a bare container), `machine` is empty.
    """
    user = str(os.getuid()) if hasattr(os, "getuid") else os.getlogin().casefold()
    machine, by_library = machine_id(), library_machine_id()
    return MachineIdentity(machine, user, (by_library,) if by_library != machine and by_library else ())


def wrap(master_key: bytes, store_id: bytes, identity: MachineIdentity) -> MachineSlot:
    """Wrap `master_key` in a new slot.

    Raises:
        MachineUnknown: the machine has no identifier.
    """
    if not identity.machine:
        raise MachineUnknown(HOW_TO_GET_ONE)
    empty = MachineSlot(salt=os.urandom(16), nonce=os.urandom(NONCE_BYTES))
    key = _key(empty, identity.machine, identity.user)
    return MachineSlot(empty.salt, empty.nonce, seal(key, empty.nonce, master_key, bound_to(store_id, empty)))


def unwrap(slot: MachineSlot, store_id: bytes, identity: MachineIdentity) -> bytes:
    """Return the master key.

    Raises:
        NotAuthentic: the slot belongs to another machine or user.
        MachineUnknown: the machine has no identifier.
    """
    candidates = [machine for machine in (identity.machine, *identity.earlier) if machine]
    for machine in candidates:
        with contextlib.suppress(NotAuthentic):
            key = _key(slot, machine, identity.user)
            return open_sealed(key, slot.nonce, slot.wrapped, bound_to(store_id, slot))
    if not candidates:
        raise MachineUnknown(HOW_TO_GET_ONE)
    raise NotAuthentic("another machine, or another user")


def _key(slot: MachineSlot, machine: str, user: str) -> bytes:
    return key_derivation.derive(machine.encode(), salt=slot.salt, purpose=_PURPOSE + user.encode())
