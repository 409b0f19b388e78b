"""References to the credential store that lead nowhere, and secrets without a reference."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from codemie_core.audit.finding import PROGRAM, Finding, Severity
from codemie_core.audit.subject import Subject
from codemie_core.credentials.protection_level import Level, Protection
from codemie_core.credentials.store import CredentialStore
from codemie_core.errors import CredentialError
from codemie_core.profiles.tokens.reference import token_fields


def check(subject: Subject, store: CredentialStore, protection: Protection) -> Iterator[Finding]:
    """Yield references without a credential, and credentials without a reference.

    The names are encrypted with the secrets. No keyring is asked for them, because it might prompt the user.
    """
    config = subject.config
    if config is None:
        return
    references = {
        token.reference: token.profile for token in token_fields(config) if token.reference is not None
    }
    stored = _names(store, protection)
    if stored is None:
        if references:
            yield Finding(
                Severity.NOTE,
                "references-unchecked",
                store.path,
                "Could not check that every credential the profiles refer to is stored: "
                "the names are encrypted, and the store was not opened.",
                f"{PROGRAM} credentials list",
            )
        return
    removed = _removed(store)
    for name, profile in references.items():
        if name not in stored:
            get_back = "restore" if name in removed else "set"
            yield Finding(
                Severity.WARNING,
                "dangling-reference",
                config.path,
                f"Profile {profile} refers to the credential {name}, which is not stored: it has no token.",
                f"{PROGRAM} credentials {get_back} {shlex.quote(name)}",
            )
    for name in sorted(stored - set(references)):
        yield Finding(
            Severity.NOTE,
            "orphaned-credential",
            store.path,
            f"No profile refers to the stored credential {name}.",
            f"{PROGRAM} credentials remove {shlex.quote(name)}",
        )


def _names(store: CredentialStore, protection: Protection) -> set[str] | None:
    if protection.level is Level.NONE:
        return set()
    if protection.level is not Level.MACHINE:
        return None
    try:
        return {info.name for info in store.list()}
    except CredentialError:
        return None


def _removed(store: CredentialStore) -> set[str]:
    """Return the names that can be restored, from a store that was just listed."""
    try:
        return {info.name for info in store.removed()}
    except CredentialError:
        return set()
