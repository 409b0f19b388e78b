"""Which names and secrets the store accepts."""

from __future__ import annotations

from collections.abc import Mapping

from codemie_core.credentials.secret import Secret
from codemie_core.errors import CredentialInvalid

LONGEST_NAME = 200
"""Maximum length of a credential's name, in characters."""
LONGEST_SECRET_BYTES = 64 * 1024
"""Maximum size of one secret, in bytes of UTF-8."""


def check_name(name: str) -> None:
    """Raise `CredentialInvalid` unless `name` is fit to be shown, typed and used in references."""
    if not 1 <= len(name) <= LONGEST_NAME:
        raise CredentialInvalid(f"a credential's name must have 1 to {LONGEST_NAME} characters")
    if not name.isprintable() or name != name.strip():
        raise CredentialInvalid(
            "a credential's name can't contain control characters, or start or end with a space"
        )


def check_secrets(secrets: Mapping[str, Secret]) -> None:
    """Raise `CredentialInvalid` unless all can be stored, and `TypeError` if one is not a `Secret`."""
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
