"""Which names and secrets the store takes."""

from __future__ import annotations

from collections.abc import Mapping

from codemie_core.credentials.secret import Secret
from codemie_core.errors import CredentialInvalid

LONGEST_NAME = 200
"""Characters of a credential's name."""
LONGEST_SECRET_BYTES = 64 * 1024
"""Bytes of one secret in UTF-8."""


def check_name(name: str) -> None:
    """Raise `CredentialInvalid` unless `name` can name a credential: it is shown, typed and referred to."""
    if not 1 <= len(name) <= LONGEST_NAME:
        raise CredentialInvalid(f"a credential's name must have 1 to {LONGEST_NAME} characters")
    if not name.isprintable() or name != name.strip():
        raise CredentialInvalid(
            "a credential's name can't contain control characters, or start or end with a blank"
        )


def check_secrets(secrets: Mapping[str, Secret]) -> None:
    """Raise `CredentialInvalid` unless all of them can be stored, `TypeError` where one is no `Secret`."""
    for name, secret in secrets.items():
        if not isinstance(name, str) or not isinstance(secret, Secret):
            raise TypeError("a secret is stored as set(name, Secret(text)), its name being a str")
        check_name(name)
        _check_secret(name, secret)


def _check_secret(name: str, secret: Secret) -> None:
    try:
        size = len(secret.reveal().encode())
    except UnicodeEncodeError:
        raise CredentialInvalid(f"{name}: the secret is not valid text") from None
    if not size:
        raise CredentialInvalid(f"{name}: the secret is empty")
    if size > LONGEST_SECRET_BYTES:
        raise CredentialInvalid(f"{name}: the secret is longer than {LONGEST_SECRET_BYTES // 1024} KiB")
