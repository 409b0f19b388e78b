"""Seal and open data with AES-GCM. The only file that calls the cipher.

See NIST SP 800-38D. Tags are always 16 bytes: with the shorter tags that the standard allows, a forger
needs only 2**32 tries. Nonces are always 12 bytes, because GCM hashes any other length.
"""

from __future__ import annotations

KEY_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16


class NotAuthentic(Exception):
    """The key is wrong, or the data or the AAD was changed; there is no way to know which."""


def seal(key: bytes, nonce: bytes, plaintext: bytes, bound_to: bytes) -> bytes:
    """Encrypt and authenticate.

    Args:
        key: 32 bytes (AES-256).
        nonce: 12 bytes, never used with this key before.
        plaintext: the data to encrypt.
        bound_to: readable data that `open_sealed` must be given unchanged (the AAD).

    Returns:
        The ciphertext, as long as the plaintext, followed by a 16-byte tag.

    Raises:
        ValueError: the key or nonce has the wrong length.
    """
    _check_lengths(key, nonce)
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return AESGCM(key).encrypt(nonce, plaintext, bound_to)


def open_sealed(key: bytes, nonce: bytes, sealed: bytes, bound_to: bytes) -> bytes:
    """Decrypt the result of `seal`.

    Args:
        key: 32 bytes.
        nonce: the 12 bytes it was sealed with.
        sealed: the ciphertext and its 16-byte tag.
        bound_to: the AAD it was sealed with.

    Raises:
        NotAuthentic: the key is wrong, or something was changed.
        ValueError: the key or nonce has the wrong length.
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
    """Decrypt AES-256-CBC with PKCS#7 padding, as in the CLI's older files; we never write it.

    CBC authenticates nothing, so callers must check the shape of the result before they trust it.

    Raises:
        NotAuthentic: the padding is wrong, so the key or the data must be.
        ValueError: the key is not 32 bytes, or the IV not 16.
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
