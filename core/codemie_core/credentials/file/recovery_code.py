"""The recovery code: 144 random bits a person writes down, in eight groups of four characters.

Base32 (RFC 4648: A-Z and 2-7, so no 0, 1, 8, 9 to mistake), the last sixteen bits a CRC: each single wrong
character and each two neighbours swapped are noticed for certain, anything else but once in 65,536.
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
    """A code that is right in itself; whether it opens a store is another question."""

    data: bytes = field(repr=False)
    """18 bytes."""

    @classmethod
    def new(cls) -> RecoveryCode:
        """Return a code nobody has seen."""
        return cls(os.urandom(_DATA_BYTES))

    @classmethod
    def from_text(cls, typed: Secret) -> RecoveryCode:
        """Read what a person typed: case, blanks and hyphens don't matter, and 0, 1, 8 mean O, I, B.

        Raises:
            RecoveryCodeMistyped: the wrong number of characters, one that never occurs, or a typing error.
        """
        data, problem = _decoded(typed)  # no variable here holds the text: tracebacks may show variables
        if problem:
            raise RecoveryCodeMistyped(problem)
        return cls(data)

    def text(self) -> str:
        """Return the code for writing down. It is a secret: show it once, store it nowhere."""
        plain = base64.b32encode(self.data + _crc(self.data)).decode()
        return "-".join(plain[at : at + _GROUP] for at in range(0, CHARACTERS, _GROUP))


def _decoded(typed: Secret) -> tuple[bytes, str]:
    """Return the code's bytes, or why there are none."""
    plain = typed.reveal().translate(_SEPARATORS).upper().translate(_LOOKALIKES)
    if len(plain) != CHARACTERS:
        return b"", f"it has {len(plain)} characters; a recovery code has {CHARACTERS}"
    try:
        data = base64.b32decode(plain)
    except (binascii.Error, ValueError):
        return b"", "it contains a character that no recovery code has"
    if _crc(data[:_DATA_BYTES]) != data[_DATA_BYTES:]:
        return b"", "it contains a typo: its last characters don't match the rest"
    return data[:_DATA_BYTES], ""


def _crc(data: bytes) -> bytes:
    return binascii.crc_hqx(data, 0xFFFF).to_bytes(_CRC_BYTES, "big")
