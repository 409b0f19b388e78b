"""AES-GCM: seal and open one piece of data. The only file that calls the cipher.

NIST SP 800-38D. The tag is 16 bytes, always: a reader that accepts the shorter tags the standard allows
lets a forger try 2**32 of them. The nonce is 12 bytes, always: any other length makes GCM hash it.
"""

from __future__ import annotations

KEY_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16


class NotAuthentic(Exception):
    """Wrong key, or the data or what it is bound to was changed. Which of them can't be known."""


def seal(key: bytes, nonce: bytes, plaintext: bytes, bound_to: bytes) -> bytes:
    """Encrypt and authenticate.

    Args:
        key: 32 bytes (AES-256).
        nonce: 12 bytes, never used with this key before.
        plaintext: what to hide.
        bound_to: readable data that `open_sealed` must be given unchanged (the AAD).

    Returns:
        The ciphertext, as long as the plaintext, and 16 bytes of tag.

    Raises:
        ValueError: a key or a nonce of another length.
    """
    _check_lengths(key, nonce)
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return AESGCM(key).encrypt(nonce, plaintext, bound_to)


def open_sealed(key: bytes, nonce: bytes, sealed: bytes, bound_to: bytes) -> bytes:
    """Return the plaintext of what `seal` returned.

    Args:
        key: 32 bytes.
        nonce: the 12 bytes it was sealed with.
        sealed: ciphertext and 16 bytes of tag.
        bound_to: the AAD it was sealed with.

    Raises:
        NotAuthentic: wrong key, or anything was changed.
        ValueError: a key or a nonce of another length.
    """
    _check_lengths(key, nonce)
    if len(sealed) < TAG_BYTES:
        raise NotAuthentic("shorter than its tag")
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        return AESGCM(key).decrypt(nonce, sealed, bound_to)
    except InvalidTag:
        raise NotAuthentic("the tag does not match") from None


def open_cbc(key: bytes, iv: bytes, ciphertext: bytes) -> bytes:
    """Decrypt AES-256-CBC with PKCS#7 padding: what older files of the CLI are in. Nothing is written so.

    CBC authenticates nothing: what comes out is a guess until its reader has checked its shape.

    Raises:
        NotAuthentic: the padding is wrong, so the key or the data is.
        ValueError: a key of another length than 32 or an IV of another than 16 bytes.
    """
    if len(key) != KEY_BYTES or len(iv) != 16:
        raise ValueError("AES-256-CBC takes a key of 32 bytes and an IV of 16")
    if not ciphertext or len(ciphertext) % 16:
        raise NotAuthentic("not whole blocks")
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
    from cryptography.hazmat.primitives.padding import PKCS7

    decryptor = Cipher(algorithms.AES(key), modes.CBC(iv)).decryptor()
    padded = decryptor.update(ciphertext) + decryptor.finalize()
    unpadder = PKCS7(128).unpadder()
    try:
        return unpadder.update(padded) + unpadder.finalize()
    except ValueError:
        raise NotAuthentic("the padding does not match") from None


def _check_lengths(key: bytes, nonce: bytes) -> None:
    if len(key) != KEY_BYTES:
        raise ValueError(f"AES-256 takes a key of {KEY_BYTES} bytes, not {len(key)}")
    if len(nonce) != NONCE_BYTES:
        raise ValueError(f"GCM takes a nonce of {NONCE_BYTES} bytes here, not {len(nonce)}")
