"""The recovery code: 144 random bits for the user to write down, in eight groups of four characters.

It is Base32 (RFC 4648: A-Z and 2-7, so there is no 0, 1, 8 or 9 to misread) and ends with a 16-bit CRC, which
detects any single wrong character, any two swapped neighbours, and all but 1 in 65,536 other errors.
"""

from __future__ import annotations

import base64
import binascii
import os
from dataclasses import dataclass, field

from codemie_core.credentials.secret import Secret
from codemie_core.errors import RecoveryCodeMistyped

_DATA_BYTES = 18
_CRC_BYTES = 2
CHARACTERS = (_DATA_BYTES + _CRC_BYTES) * 8 // 5
_GROUP = 4
_LOOKALIKES = str.maketrans({"0": "O", "1": "I", "8": "B", "|": "I"})
_SEPARATORS = str.maketrans("", "", " -_.\t\r\n\u00a0\u2010\u2011\u2012\u2013\u2014")


@dataclass(frozen=True, slots=True)
class RecoveryCode:
    """A well-formed code; it may still belong to another store."""

    data: bytes = field(repr=False)
    """18 bytes."""

    @classmethod
    def new(cls) -> RecoveryCode:
        """Generate a random code."""
        return cls(os.urandom(_DATA_BYTES))

    @classmethod
    def from_text(cls, typed: Secret) -> RecoveryCode:
        """Parse what the user typed, ignoring case, spaces and hyphens; 0, 1, 8 are read as O, I, B.

        Raises:
            RecoveryCodeMistyped: it has the wrong length, an invalid character, or a typing error.
        """
        data, problem = _decoded(typed)  # keep the text out of local variables: tracebacks may show them
        if problem:
            raise RecoveryCodeMistyped(problem)
        return cls(data)

    def text(self) -> str:
        """Return the code to be written down. It is a secret: show it once and never store it."""
        plain = base64.b32encode(self.data + _crc(self.data)).decode()
        return "-".join(plain[at : at + _GROUP] for at in range(0, CHARACTERS, _GROUP))


def _decoded(typed: Secret) -> tuple[bytes, str]:
    """Return the code's bytes, or what is wrong with it."""
    plain = typed.reveal().translate(_SEPARATORS).upper().translate(_LOOKALIKES)
    if len(plain) != CHARACTERS:
        return b"", f"it has {len(plain)} characters; a recovery code has {CHARACTERS}"
    try:
        data = base64.b32decode(plain)
    except (binascii.Error, ValueError):
        return b"", "it contains a character that recovery codes don't use"
    if _crc(data[:_DATA_BYTES]) != data[_DATA_BYTES:]:
        return b"", "it contains a typo: its last characters don't match the rest"
    return data[:_DATA_BYTES], ""


def _crc(data: bytes) -> bytes:
    return binascii.crc_hqx(data, 0xFFFF).to_bytes(_CRC_BYTES, "big")
