"""The byte format of `.credentials`, described in `docs/credentials-file.md`. No cryptography here."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import ClassVar, TypeVar

from codemie_core.credentials.file.cipher import KEY_BYTES, NONCE_BYTES, TAG_BYTES
from codemie_core.credentials.file.key_derivation import PUBLIC_KEY_BYTES, SALT_BYTES, Cost
from codemie_core.system.sha256 import sha256

MAGIC = b"\x89CMCRED\n"
"""The first byte is not text in any encoding; programs that convert line endings damage the last one."""
VERSION = 3
"""The version that we write. We also read version 1; there never was a version 2."""
FIRST_VERSION = 1
"""Has no generation. In every version, slots are bound to this number so that they can be carried over."""
STORE_ID_BYTES = 16
GENERATION_BYTES = 8
CHECKSUM_BYTES = 32
WRAPPED_BYTES = KEY_BYTES + TAG_BYTES
LONGEST_NAME_BYTES = 64
LARGEST_FILE_BYTES = 4 << 20


class Damaged(Exception):
    """The bytes are not a credentials file, or were changed since they were written."""


class FromNewerVersion(Exception):
    """A later version of this program wrote the file."""


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
        cut = _Cut(body)
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
        cut = _Cut(body)
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
        cut = _Cut(body)
        salt = cut.take(SALT_BYTES)
        cost = Cost(int.from_bytes(cut.take(4), "big"), cut.take(1)[0], cut.take(1)[0])
        if not cost.bearable():
            raise Damaged("the recovery slot's key derivation costs more than is allowed")
        public_key, ephemeral_key = cut.take(PUBLIC_KEY_BYTES), cut.take(PUBLIC_KEY_BYTES)
        slot = cls(salt, cost, public_key, ephemeral_key, cut.take(NONCE_BYTES), cut.take(WRAPPED_BYTES))
        return cut.whole(slot)


Slot = MachineSlot | KeyringSlot | RecoverySlot
_S = TypeVar("_S")
_KINDS: dict[int, type[MachineSlot] | type[KeyringSlot] | type[RecoverySlot]] = {
    1: MachineSlot,
    2: KeyringSlot,
    3: RecoverySlot,
}


@dataclass(frozen=True, slots=True)
class CredentialsFile:
    """One state of the file, with its body still sealed."""

    store_id: bytes = field(repr=False)
    """16 random bytes that never change for this store; they name its keyring item."""
    machine: MachineSlot | None
    keyring: KeyringSlot | None
    recovery: RecoverySlot | None
    write_salt: bytes = field(repr=False)
    """16 random bytes, new for each write; the body's key is derived from them and the master key."""
    nonce: bytes = field(repr=False)
    sealed: bytes = field(default=b"", repr=False)
    """The names and secrets, encrypted, and the tag."""
    generation: int = 0
    """Number of writes to this store; 0 in version 1, which did not count them."""
    version: int = VERSION

    def with_sealed(self, sealed: bytes) -> CredentialsFile:
        """Return the same file with a body."""
        return replace(self, sealed=sealed)

    def header(self) -> bytes:
        """Return everything before the nonce; the body is bound to it."""
        slots = [slot for slot in (self.machine, self.keyring, self.recovery) if slot is not None]
        parts = [MAGIC, bytes([self.version]), self.store_id]
        if self.version != FIRST_VERSION:
            parts.append(self.generation.to_bytes(GENERATION_BYTES, "big"))
        parts.append(bytes([len(slots)]))
        for slot in slots:
            body = slot.to_bytes()
            parts += [bytes([slot.KIND]), len(body).to_bytes(2, "big"), body]
        parts.append(self.write_salt)
        return b"".join(parts)

    def to_bytes(self) -> bytes:
        """Return the whole file."""
        content = self.header() + self.nonce + self.sealed
        return content + sha256(content).digest()

    @classmethod
    def from_bytes(cls, data: bytes) -> CredentialsFile:
        """Read a file.

        Raises:
            Damaged: it is not ours, is truncated, or was changed since it was written.
            FromNewerVersion: it is intact, but from a later version.
        """
        if not data.startswith(MAGIC):
            raise Damaged("it is not a credential store")
        content, checksum = data[:-CHECKSUM_BYTES], data[-CHECKSUM_BYTES:]
        if len(data) < len(MAGIC) + 1 + CHECKSUM_BYTES or sha256(content).digest() != checksum:
            raise Damaged("its checksum does not match; it was truncated or changed")
        cut = _Cut(content, len(MAGIC))
        version = cut.take(1)[0]
        if version not in (FIRST_VERSION, VERSION):
            raise FromNewerVersion
        store_id = cut.take(STORE_ID_BYTES)
        generation = 0
        if version != FIRST_VERSION:
            generation = int.from_bytes(cut.take(GENERATION_BYTES), "big")
        slots: dict[type, Slot] = {}
        kind = 0
        for _ in range(cut.take(1)[0]):
            last, kind = kind, cut.take(1)[0]
            if kind not in _KINDS or kind <= last:
                raise Damaged("its key slots are not those of this version, each once and in order")
            slot = _KINDS[kind].from_bytes(cut.take(int.from_bytes(cut.take(2), "big")))
            slots[type(slot)] = slot
        if not slots:
            raise Damaged("no slot holds its master key")
        file = cls(
            store_id,
            _of(slots, MachineSlot),
            _of(slots, KeyringSlot),
            _of(slots, RecoverySlot),
            cut.take(SALT_BYTES),
            cut.take(NONCE_BYTES),
            cut.rest(),
            generation,
            version,
        )
        if len(file.sealed) < TAG_BYTES:
            raise Damaged("it is truncated")
        return file


def bound_to(store_id: bytes, slot: Slot) -> bytes:
    """Return the AAD of a slot's wrapping: the store, the kind of slot, and its readable part."""
    return MAGIC + bytes([FIRST_VERSION]) + store_id + bytes([slot.KIND]) + slot.public_part()


def _of(slots: dict[type, Slot], kind: type[_S]) -> _S | None:
    slot = slots.get(kind)
    return slot if isinstance(slot, kind) else None


class _Cut:
    """Reads bytes piece by piece from the front."""

    def __init__(self, data: bytes, at: int = 0) -> None:
        self._data = data
        self._at = at

    def take(self, count: int) -> bytes:
        piece = self._data[self._at : self._at + count]
        if len(piece) != count:
            raise Damaged("it is truncated")
        self._at += count
        return piece

    def rest(self) -> bytes:
        return self._data[self._at :]

    def whole(self, slot: _S) -> _S:
        if self._at != len(self._data):
            raise Damaged("a slot is too long")
        return slot
