"""A digest to tell things apart. It need not resist attacks: who can write the index can write sessions."""

from __future__ import annotations

try:
    # hashlib would also load all of OpenSSL: 3.4 MiB in a tray that does not need it otherwise.
    from _blake2 import blake2b
except ImportError:  # not CPython
    from hashlib import blake2b

DIGEST_BYTES = 16


def digest(*parts: bytes) -> bytes:
    """Return the digest of some bytes."""
    state = blake2b(digest_size=DIGEST_BYTES)
    for part in parts:
        state.update(part)
    return state.digest()


def digest_of_names(*names: str) -> bytes:
    """Return the digest of some texts, with a boundary between them."""
    return digest(*(name.encode("utf-8", "surrogatepass") + b"\0" for name in names))
