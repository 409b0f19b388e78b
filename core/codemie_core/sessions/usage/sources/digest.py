"""A digest to tell things apart. Not against an attacker: who can write the index can write the sessions."""

from __future__ import annotations

try:
    # hashlib would load all of OpenSSL with it: 3.4 MiB in a tray that has no other use for it.
    from _blake2 import blake2b
except ImportError:  # another Python than CPython
    from hashlib import blake2b

DIGEST_BYTES = 16


def digest(*parts: bytes) -> bytes:
    """Return the digest of some bytes."""
    state = blake2b(digest_size=DIGEST_BYTES)
    for part in parts:
        state.update(part)
    return state.digest()


def digest_of_names(*names: str) -> bytes:
    """Return the digest of some texts, each apart from the next."""
    return digest(*(name.encode("utf-8", "surrogatepass") + b"\0" for name in names))
