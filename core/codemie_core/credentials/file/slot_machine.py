"""The machine slot: the master key, wrapped by what this machine and this user are.

It keeps a copied file shut on another machine, and nothing more: a program that runs as this user, here,
computes the same key. The hostname is no part of it: hostnames change (DHCP, a new office, a new name).
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from dataclasses import dataclass

from codemie_core.credentials.file import key_derivation
from codemie_core.credentials.file.cipher import NONCE_BYTES, NotAuthentic, open_sealed, seal
from codemie_core.credentials.file.format import MachineSlot, bound_to
from codemie_core.credentials.file.machine_id import HOW_TO_GET_ONE, library_machine_id, machine_id
from codemie_core.errors import MachineUnknown

_PURPOSE = b"codemie-tray credentials: machine slot\0"


@dataclass(frozen=True, slots=True)
class MachineIdentity:
    """Which machine and which of its users this is."""

    machine: str
    """What the OS calls itself: it survives a new hostname, address and disk, and not a reinstallation."""
    user: str
    """The user's number on POSIX, the account's name on Windows; not from the environment."""
    earlier: tuple[str, ...] = ()
    """Identifiers that stores may still be locked to, from when others were taken; nothing is locked to
    them any more."""


IdentitySource = Callable[[], MachineIdentity]


def this_machine() -> MachineIdentity:
    """Ask the OS.

    Linux: `/etc/machine-id`; macOS: the platform UUID (I/O registry); Windows: `MachineGuid`. Where the
    system has no identifier (a bare container), `machine` is empty.
    """
    user = str(os.getuid()) if hasattr(os, "getuid") else os.getlogin().casefold()
    machine, by_library = machine_id(), library_machine_id()
    return MachineIdentity(machine, user, (by_library,) if by_library != machine and by_library else ())


def wrap(master_key: bytes, store_id: bytes, identity: MachineIdentity) -> MachineSlot:
    """Return a new slot that holds `master_key`.

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
        NotAuthentic: another machine, or another user.
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
