"""Describes in a sentence how well the encrypted store is protected."""

from __future__ import annotations

from codemie_core.credentials import Level, Protection
from codemie_tray.text.plain_text import plain


def protection_sentence(protection: Protection) -> str:
    """Describe how well the store is protected, for people."""
    recovery = " There is a recovery code." if protection.has_recovery else " There is no recovery code."
    if protection.level is Level.NONE:
        return "Nothing is stored."
    if protection.level is Level.KEYRING:
        return (
            f"Protected with {plain(protection.keyring_name)}, and readable while that is unlocked.{recovery}"
        )
    if protection.level is Level.RECOVERY:
        return "Only the recovery code can open it."
    return (
        "Encrypted for this machine: a copy can't be opened elsewhere, but any program you run here can "
        "open it."
        f"{recovery}"
    )
