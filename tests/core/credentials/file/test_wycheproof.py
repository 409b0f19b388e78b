"""Wycheproof's vectors: mistakes that implementations of AES-GCM and X25519 are known to make.

The data is the project's own (C2SP/wycheproof, Apache License 2.0), unchanged, in tests/golden/wycheproof.
Each count is asserted, so that a file that lost half of its vectors does not pass.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from codemie_core.credentials.file.cipher import (
    KEY_BYTES,
    NONCE_BYTES,
    TAG_BYTES,
    NotAuthentic,
    open_sealed,
    seal,
)
from codemie_core.credentials.file.key_derivation import agree

FOLDER = os.path.join(os.path.dirname(__file__), "..", "..", "..", "golden", "wycheproof")
Opening = Callable[[bytes, bytes, bytes, bytes], bytes]


def _vectors(name: str) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Yield each vector and its group; the file must hold as many as it says."""
    with open(os.path.join(FOLDER, name), encoding="utf-8") as file:
        whole = json.load(file)
    vectors = [(vector, group) for group in whole["testGroups"] for vector in group["tests"]]
    assert len(vectors) == whole["numberOfTests"]
    return iter(vectors)


def _mismatches(open_it: Opening) -> tuple[Counter[str], list[int]]:
    """Run every AES-GCM vector; return how many were opened, refused and skipped, and what went wrong."""
    done: Counter[str] = Counter()
    wrong: list[int] = []
    for vector, group in _vectors("aes-gcm.json"):
        key, nonce, tag, aad = (bytes.fromhex(vector[part]) for part in ("key", "iv", "tag", "aad"))
        plain, sealed = bytes.fromhex(vector["msg"]), bytes.fromhex(vector["ct"]) + tag
        assert group["tagSize"] == 8 * TAG_BYTES
        ours = len(key) == KEY_BYTES and len(nonce) == NONCE_BYTES
        try:
            found = open_it(key, nonce, sealed, aad)
        except NotAuthentic:
            done["refused"] += 1
            wrong += [] if ours and vector["result"] == "invalid" else [vector["tcId"]]
        except ValueError:
            done["not taken"] += 1
            wrong += [vector["tcId"]] if ours else []
        else:
            done["opened"] += 1
            right = ours and vector["result"] == "valid" and found == plain
            right = right and seal(key, nonce, plain, aad) == sealed
            wrong += [] if right else [vector["tcId"]]
    return done, wrong


def test_every_aes_gcm_vector_gives_the_expected_result() -> None:
    """Of 316 vectors 66 are of our sizes: 39 open and are sealed to the same bytes, 27 are refused."""
    done, wrong = _mismatches(open_sealed)
    assert wrong == []
    assert done == {"opened": 39, "refused": 27, "not taken": 250}


def test_a_cipher_that_checks_no_tag_or_accepts_any_size_is_detected() -> None:
    """The controls: each has a fault of careless programs, and mismatches where it must."""

    def unchecked(key: bytes, nonce: bytes, sealed: bytes, aad: bytes) -> bytes:
        counter = nonce + b"\0\0\0\1"
        from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

        if len(key) != KEY_BYTES or len(nonce) != NONCE_BYTES:
            raise ValueError
        stream = Cipher(algorithms.AES(key), modes.CTR(counter)).encryptor()
        stream.update(bytes(16))  # the block that masks the tag
        return stream.update(sealed[:-TAG_BYTES])

    def any_size(key: bytes, nonce: bytes, sealed: bytes, aad: bytes) -> bytes:
        try:
            return AESGCM(key).decrypt(nonce, sealed, aad)
        except InvalidTag:
            raise NotAuthentic from None

    assert len(_mismatches(unchecked)[1]) == 27
    # What it opens of other sizes, seal() would not reproduce: each of those vectors is a mismatch.
    assert len(_mismatches(any_size)[1]) > 100


def _agreements(exchange: Callable[[bytes, bytes], bytes]) -> tuple[Counter[str], list[int]]:
    done: Counter[str] = Counter()
    wrong: list[int] = []
    for vector, _ in _vectors("x25519.json"):
        private, public, shared = (bytes.fromhex(vector[part]) for part in ("private", "public", "shared"))
        try:
            found = exchange(private, public)
        except ValueError:
            done["refused"] += 1
            wrong += [] if "ZeroSharedSecret" in vector["flags"] else [vector["tcId"]]
        else:
            done["agreed"] += 1
            wrong += [] if found == shared and any(shared) else [vector["tcId"]]
    return done, wrong


def test_every_x25519_vector_gives_the_expected_result() -> None:
    """Of 518 vectors 487 agree; 31 keys give the same result to everyone (RFC 7748, 6.1) and are refused."""
    done, wrong = _agreements(agree)
    assert wrong == []
    assert done == {"agreed": 487, "refused": 31}


def test_an_exchange_that_accepts_low_order_keys_is_detected() -> None:
    def accepting(private: bytes, public: bytes) -> bytes:
        try:
            return agree(private, public)
        except ValueError:
            return bytes(32)

    assert len(_agreements(accepting)[1]) == 31
