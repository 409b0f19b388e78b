"""Keys from other keys, recovery codes and key pairs. This and `cipher.py` are all of our cryptography."""

from __future__ import annotations

from dataclasses import dataclass

SALT_BYTES = 16
PUBLIC_KEY_BYTES = 32

LARGEST_MEMORY_KIB = 256 * 1024
LARGEST_ITERATIONS = 16
LARGEST_LANES = 8


@dataclass(frozen=True, slots=True)
class Cost:
    """The cost of one guess at a recovery code (Argon2id, RFC 9106)."""

    memory_kib: int = 64 * 1024
    """Memory in KiB. The defaults are RFC 9106's second recommended option (64 MiB, 3 passes, 4 lanes)."""
    iterations: int = 3
    """Number of passes over the memory."""
    lanes: int = 4
    """Number of threads."""

    def bearable(self) -> bool:
        """Whether a file may demand this cost; a planted file must not exhaust memory or run forever."""
        return (
            8 * self.lanes <= self.memory_kib <= LARGEST_MEMORY_KIB
            and 1 <= self.iterations <= LARGEST_ITERATIONS
            and 1 <= self.lanes <= LARGEST_LANES
        )


def derive(material: bytes, *, salt: bytes, purpose: bytes) -> bytes:
    """Derive 32 bytes for one purpose from key material (HKDF-SHA256, RFC 5869)."""
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(algorithm=SHA256(), length=32, salt=salt, info=purpose).derive(material)


def stretch(code: bytes, *, salt: bytes, cost: Cost) -> bytes:
    """Derive 32 bytes from a recovery code, slowly enough to make guessing expensive (Argon2id).

    Raises:
        ValueError: the cost exceeds the bounds (`Cost.bearable`).
    """
    if not cost.bearable():
        raise ValueError("the requested cost is out of bounds")
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

    return Argon2id(
        salt=salt, length=32, iterations=cost.iterations, lanes=cost.lanes, memory_cost=cost.memory_kib
    ).derive(code)


def public_key_of(private_key: bytes) -> bytes:
    """Return the X25519 public key (RFC 7748) of 32 private bytes."""
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    return X25519PrivateKey.from_private_bytes(private_key).public_key().public_bytes_raw()


def agree(private_key: bytes, public_key: bytes) -> bytes:
    """Return the 32-byte shared secret of two X25519 keys.

    Raises:
        ValueError: the public key is one of the few that yield the same result with every private key.
    """
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

    return X25519PrivateKey.from_private_bytes(private_key).exchange(
        X25519PublicKey.from_public_bytes(public_key)
    )
