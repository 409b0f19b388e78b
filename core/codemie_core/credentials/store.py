"""`CredentialStore`: secrets by name, encrypted on disk.

store = CredentialStore(Home.from_environ())
store.set("work/apiKey", Secret("sk-..."))
store.get("work/apiKey").reveal()
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from codemie_core.credentials import protection
from codemie_core.credentials.file.key_derivation import Cost
from codemie_core.credentials.file.recovery_code import RecoveryCode
from codemie_core.credentials.file.slot_machine import IdentitySource, this_machine
from codemie_core.credentials.os_keyring.client import HelperKeyring, Keyring
from codemie_core.credentials.protection import Protection
from codemie_core.credentials.secret import Secret
from codemie_core.credentials.vault import Entries, Entry, Opened, Vault
from codemie_core.errors import CredentialInvalid, CredentialNotFound
from codemie_core.files.lock import DEFAULT_TIMEOUT_SECONDS
from codemie_core.home import Home

LONGEST_NAME = 200
"""Characters of a credential's name."""
LONGEST_SECRET_BYTES = 64 * 1024
"""Bytes of one secret in UTF-8."""


@dataclass(frozen=True, slots=True)
class CredentialInfo:
    """What `list` tells about one secret: not the secret."""

    name: str
    changed_ms: int
    """When it was last set, milliseconds since 1970."""


class CredentialStore:
    """The secrets of one home. Safe to use from several processes at once: nothing that was set is lost.

    Args:
        home: the home.
        keyring: the OS keyring; the real one, allowed to ask the person, unless given.
        identity: asks which machine and user this is.
        now_ms: the clock, milliseconds since 1970.
        lock_timeout_seconds: how long a change waits for another one.
    """

    def __init__(
        self,
        home: Home,
        *,
        keyring: Keyring | None = None,
        identity: IdentitySource = this_machine,
        now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
        lock_timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS,
    ) -> None:
        self._vault = Vault(
            home,
            keyring or HelperKeyring(interactive=True),
            identity,
            lock_timeout_seconds=lock_timeout_seconds,
        )
        self._now_ms = now_ms

    @property
    def path(self) -> str:
        """Path of the file."""
        return self._vault.path

    def list(self) -> tuple[CredentialInfo, ...]:
        """Return the names there are, sorted.

        Raises:
            CredentialError: the store can't be opened; the leaf says why and what helps.
        """
        return tuple(
            CredentialInfo(name, entry.changed_ms) for name, entry in sorted(self._entries().items())
        )

    def get(self, name: str) -> Secret:
        """Return one secret.

        Raises:
            CredentialNotFound: there is none of this name.
            CredentialError: the store can't be opened.
        """
        try:
            return self._entries()[name].secret
        except KeyError:
            raise CredentialNotFound(name) from None

    def get_all(self) -> dict[str, Secret]:
        """Return all secrets by name; the keyring is asked once.

        Raises:
            CredentialError: the store can't be opened.
        """
        return {name: entry.secret for name, entry in self._entries().items()}

    def entries(self) -> Entries:
        """Return all there is by name, with the origins each may be sent to; the keyring is asked once.

        Raises:
            CredentialError: the store can't be opened.
        """
        return self._entries()

    def set(self, name: str, secret: Secret) -> None:
        """Store one secret, over the one that has this name.

        Raises:
            CredentialInvalid: a name or a secret the store does not take.
            CredentialError, StoreError: the store can't be opened or written; the file is what it was.
        """
        self.set_many({name: secret})

    def set_many(
        self, secrets: dict[str, Secret], origins: Mapping[str, tuple[str, ...]] | None = None
    ) -> None:
        """Store several secrets in one write: all of them or none. Raises as `set` does.

        Args:
            secrets: the secrets by name.
            origins: where each may be sent to. One that is not named keeps what is known of its name.
        """
        for name, secret in secrets.items():
            check_name(name)
            _check_secret(name, secret)
        changed_ms = self._now_ms()

        def change(entries: Entries) -> None:
            for name, secret in secrets.items():
                known = entries[name].origins if name in entries else ()
                entries[name] = Entry(secret, changed_ms, (origins or {}).get(name, known))

        self._change(change)

    def set_origins(self, origins: Mapping[str, tuple[str, ...]]) -> None:
        """Say where secrets may be sent to, in one write.

        Raises:
            CredentialNotFound: one of them is not there; nothing was changed.
            CredentialError, StoreError: the store can't be opened or written; the file is what it was.
        """

        def change(entries: Entries) -> None:
            for name, allowed in origins.items():
                if name not in entries:
                    raise CredentialNotFound(name)
                entries[name] = replace(entries[name], origins=allowed)

        self._change(change)

    def remove(self, *names: str) -> None:
        """Remove secrets in one write.

        Raises:
            CredentialNotFound: one of them is not there; none was removed.
            CredentialError, StoreError: the store can't be opened or written; the file is what it was.
        """

        def change(entries: Entries) -> None:
            for name in names:
                if entries.pop(name, None) is None:
                    raise CredentialNotFound(name)

        self._change(change)

    def protection(self) -> Protection:
        """Tell how the store is protected, without opening it or speaking to a keyring.

        Raises:
            CredentialError: the file can't be read, or is damaged.
        """
        return Protection.of(self._vault.read())

    def protect(self) -> bool:
        """Keep the key in the OS keyring from now on: see `protection.protect`."""
        return protection.protect(self._vault)

    def unprotect(self) -> bool:
        """Keep the key by the machine's identifier from now on: see `protection.unprotect`."""
        return protection.unprotect(self._vault)

    def rekey(self) -> bool:
        """Change all keys: see `protection.rekey`."""
        return protection.rekey(self._vault)

    def add_recovery(self, code: RecoveryCode, *, replace: bool = False, cost: Cost | None = None) -> None:
        """Let a recovery code open the store, too: see `protection.add_recovery`."""
        protection.add_recovery(self._vault, code, cost=cost or Cost(), replace=replace)

    def check_recovery(self, code: RecoveryCode) -> bool:
        """Tell whether this is the store's recovery code."""
        return protection.check_recovery(self._vault, code)

    def recover(self, code: RecoveryCode, *, with_keyring: bool) -> None:
        """Open the store by its code and lock it to what is here now: see `protection.recover`."""
        protection.recover(self._vault, code, with_keyring=with_keyring)

    def sweep(self) -> int:
        """Remove what killed writers left beside the file, sealed as it is; returns how many files."""
        return self._vault.sweep()

    def keyring_name(self) -> str:
        """Return the name of this session's keyring; raises `KeyringError` where there is none to use."""
        return self._vault.keyring.name()

    def _entries(self) -> Entries:
        file = self._vault.read()
        if file is None:
            return {}
        return dict(self._vault.open(file, self._vault.master_key(file)).entries)

    def _change(self, change: Callable[[Entries], None]) -> None:
        def make(opened: Opened | None) -> Opened:
            state = opened or protection.new_store(self._vault)
            entries = dict(state.entries)
            change(entries)
            return replace(state, entries=entries)

        self._vault.edit(make)


def check_name(name: str) -> None:
    """Raise `CredentialInvalid` unless `name` can name a credential: it is shown, typed and referred to."""
    if not 1 <= len(name) <= LONGEST_NAME:
        raise CredentialInvalid(f"a credential's name has 1 to {LONGEST_NAME} characters")
    if not name.isprintable() or name != name.strip():
        raise CredentialInvalid("a credential's name has no control characters, and no blank at its ends")


def _check_secret(name: str, secret: Secret) -> None:
    try:
        size = len(secret.reveal().encode())
    except UnicodeEncodeError:
        raise CredentialInvalid(f"{name}: the secret is no valid text") from None
    if not size:
        raise CredentialInvalid(f"{name}: the secret is empty")
    if size > LONGEST_SECRET_BYTES:
        raise CredentialInvalid(f"{name}: the secret is longer than {LONGEST_SECRET_BYTES // 1024} KiB")
