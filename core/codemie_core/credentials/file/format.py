"""The byte format of `.credentials`, described in `docs/credentials-file.md`. No cryptography here."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TypeVar

from codemie_core.credentials.file.cipher import NONCE_BYTES, TAG_BYTES
from codemie_core.credentials.file.key_derivation import SALT_BYTES
from codemie_core.credentials.file.slots import (
    KINDS,
    Cut,
    Damaged,
    KeyringSlot,
    MachineSlot,
    RecoverySlot,
    Slot,
)
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
LARGEST_FILE_BYTES = 4 << 20


class FromNewerVersion(Exception):
    """A later version of this program wrote the file."""


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
        cut = Cut(content, len(MAGIC))
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
            if kind not in KINDS or kind <= last:
                raise Damaged("its key slots are not those of this version, each once and in order")
            slot = KINDS[kind].from_bytes(cut.take(int.from_bytes(cut.take(2), "big")))
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


_S = TypeVar("_S")


def _of(slots: dict[type, Slot], kind: type[_S]) -> _S | None:
    slot = slots.get(kind)
    return slot if isinstance(slot, kind) else None
