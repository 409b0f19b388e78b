"""The key slots of `.credentials`: each holds the master key, wrapped for one way to open the store."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar, TypeVar

from codemie_core.credentials.file.cipher import KEY_BYTES, NONCE_BYTES, TAG_BYTES
from codemie_core.credentials.file.key_derivation import PUBLIC_KEY_BYTES, SALT_BYTES, Cost

WRAPPED_BYTES = KEY_BYTES + TAG_BYTES
LONGEST_NAME_BYTES = 64


class Damaged(Exception):
    """The bytes are not a credentials file, or were changed since they were written."""


_S = TypeVar("_S")


class Cut:
    """Reads bytes piece by piece from the front."""

    def __init__(self, data: bytes, at: int = 0) -> None:
        self._data = data
        self._at = at

    def take(self, count: int) -> bytes:
        """Return the next bytes; raises `Damaged` if there are fewer."""
        piece = self._data[self._at : self._at + count]
        if len(piece) != count:
            raise Damaged("it is truncated")
        self._at += count
        return piece

    def rest(self) -> bytes:
        """Return all bytes that are left."""
        return self._data[self._at :]

    def whole(self, slot: _S) -> _S:
        """Return a slot that was read to its end; raises `Damaged` if bytes are left."""
        if self._at != len(self._data):
            raise Damaged("a slot is too long")
        return slot


@dataclass(frozen=True, slots=True)
class MachineSlot:
    """The master key, wrapped by a key derived from the identifiers of this machine and user."""

    KIND: ClassVar[int] = 1
    salt: bytes = field(repr=False)
    nonce: bytes = field(repr=False)
    wrapped: bytes = field(default=b"", repr=False)

    def public_part(self) -> bytes:
        """Return what the wrapping is bound to."""
        return self.salt

    def to_bytes(self) -> bytes:
        """Return the slot's body."""
        return self.salt + self.nonce + self.wrapped

    @classmethod
    def from_bytes(cls, body: bytes) -> MachineSlot:
        """Read a body; raises `Damaged`."""
        cut = Cut(body)
        return cut.whole(cls(cut.take(SALT_BYTES), cut.take(NONCE_BYTES), cut.take(WRAPPED_BYTES)))


@dataclass(frozen=True, slots=True)
class KeyringSlot:
    """The master key, wrapped by a random key stored in one item of the OS keyring."""

    KIND: ClassVar[int] = 2
    side: str
    """Which of the home's two possible items it is: `a` or `b`. A change writes the other one first."""
    keyring_name: str
    """Display name of the keyring that holds the item (GNOME Keyring, Keychain, ...)."""
    nonce: bytes = field(repr=False)
    wrapped: bytes = field(default=b"", repr=False)

    def public_part(self) -> bytes:
        """Return what the wrapping is bound to."""
        name = self.keyring_name.encode()
        return self.side.encode() + bytes([len(name)]) + name

    def to_bytes(self) -> bytes:
        """Return the slot's body."""
        return self.public_part() + self.nonce + self.wrapped

    @classmethod
    def from_bytes(cls, body: bytes) -> KeyringSlot:
        """Read a body; raises `Damaged`."""
        cut = Cut(body)
        side = cut.take(1)
        if side not in (b"a", b"b"):
            raise Damaged("a keyring slot has no item name")
        length = cut.take(1)[0]
        if not 1 <= length <= LONGEST_NAME_BYTES:
            raise Damaged("a keyring slot's name is too long")
        try:
            name = cut.take(length).decode()
        except UnicodeDecodeError:
            raise Damaged("a keyring slot's name is not text") from None
        if not name.isprintable():
            raise Damaged("a keyring slot's name can't be printed")
        return cut.whole(cls(side.decode(), name, cut.take(NONCE_BYTES), cut.take(WRAPPED_BYTES)))


@dataclass(frozen=True, slots=True)
class RecoverySlot:
    """The master key, wrapped to a public key whose private half is derived from the recovery code.

    So the master key can be changed without asking for the code, and opening an old copy of the file
    reveals nothing that opens a later one.
    """

    KIND: ClassVar[int] = 3
    salt: bytes = field(repr=False)
    cost: Cost
    public_key: bytes = field(repr=False)
    ephemeral_key: bytes = field(repr=False)
    nonce: bytes = field(repr=False)
    wrapped: bytes = field(default=b"", repr=False)

    def public_part(self) -> bytes:
        """Return what the wrapping is bound to."""
        cost = self.cost
        numbers = cost.memory_kib.to_bytes(4, "big") + bytes([cost.iterations, cost.lanes])
        return self.salt + numbers + self.public_key + self.ephemeral_key

    def to_bytes(self) -> bytes:
        """Return the slot's body."""
        return self.public_part() + self.nonce + self.wrapped

    @classmethod
    def from_bytes(cls, body: bytes) -> RecoverySlot:
        """Read a body; raises `Damaged`, also if the cost is out of bounds."""
        cut = Cut(body)
        salt = cut.take(SALT_BYTES)
        cost = Cost(int.from_bytes(cut.take(4), "big"), cut.take(1)[0], cut.take(1)[0])
        if not cost.bearable():
            raise Damaged("the recovery slot's key derivation costs more than is allowed")
        public_key, ephemeral_key = cut.take(PUBLIC_KEY_BYTES), cut.take(PUBLIC_KEY_BYTES)
        slot = cls(salt, cost, public_key, ephemeral_key, cut.take(NONCE_BYTES), cut.take(WRAPPED_BYTES))
        return cut.whole(slot)


Slot = MachineSlot | KeyringSlot | RecoverySlot
KINDS: dict[int, type[MachineSlot] | type[KeyringSlot] | type[RecoverySlot]] = {
    1: MachineSlot,
    2: KeyringSlot,
    3: RecoverySlot,
}
