"""A digest against damage, not against an enemy: who can write the index can write the sessions, too."""

from __future__ import annotations

try:
    # hashlib would load all of OpenSSL with it: 3.4 MiB in a tray that has no other use for it.
    from _blake2 import blake2b
except ImportError:  # another Python than CPython
    from hashlib import blake2b

DIGEST_BYTES = 16
DIGEST_LETTERS = 2 * DIGEST_BYTES


def digest(*parts: bytes) -> str:
    """Return the digest of some bytes, in hexadecimal."""
    state = blake2b(digest_size=DIGEST_BYTES)
    for part in parts:
        state.update(part)
    return state.hexdigest()
