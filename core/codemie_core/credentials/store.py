"""`CredentialStore`: named secrets, encrypted on disk.

store = CredentialStore(Home.from_environ())
store.set("work/apiKey", Secret("sk-..."))
store.get("work/apiKey").reveal()
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from codemie_core.credentials import protection
from codemie_core.credentials.entries.changes import (
    not_found,
    pruned,
    restored,
    with_origins,
    with_secrets,
    without,
)
from codemie_core.credentials.entries.contents import Entries, Entry, Opened
from codemie_core.credentials.entries.info import CredentialInfo, RemovedInfo, removed_in, stored_in
from codemie_core.credentials.entries.limits import check_secrets
from codemie_core.credentials.file.key_derivation import Cost
from codemie_core.credentials.file.recovery_code import RecoveryCode
from codemie_core.credentials.file.slot_machine import IdentitySource, this_machine
from codemie_core.credentials.os_keyring.client import HelperKeyring, Keyring
from codemie_core.credentials.protection_level import Protection
from codemie_core.credentials.secret import Secret
from codemie_core.credentials.transaction import Transaction
from codemie_core.credentials.vault.vault import Vault
from codemie_core.files.lock import DEFAULT_TIMEOUT_SECONDS
from codemie_core.home import Home


class CredentialStore:
    """The secrets of one home. Several processes can use it at once without losing a change.

    Args:
        home: the home.
        keyring: the OS keyring; default: the real one, which may prompt the user.
        identity: returns the machine and the user.
        now_ms: the clock, in milliseconds since 1970.
        lock_timeout_seconds: how long a change waits for a concurrent one.
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
        """Return all names, sorted.

        Raises:
            CredentialError: the store can't be opened; the subclass and message say why and what to do.
        """
        return stored_in(self._vault.opened())

    def get(self, name: str) -> Secret:
        """Return one secret.

        Raises:
            CredentialNotFound: there is no secret with this name.
            CredentialError: the store can't be opened.
        """
        opened = self._vault.opened()
        if opened is None or name not in opened.entries:
            raise not_found(opened, name)
        return opened.entries[name].secret

    def get_all(self) -> dict[str, Secret]:
        """Return all secrets by name, with a single keyring request.

        Raises:
            CredentialError: the store can't be opened.
        """
        return {name: entry.secret for name, entry in self._entries().items()}

    def entries(self) -> Entries:
        """Return all entries by name, with the origins each may be sent to, with a single keyring request.

        Raises:
            CredentialError: the store can't be opened.
        """
        return dict(self._entries())

    def set(self, name: str, secret: Secret) -> None:
        """Store a secret, replacing any with the same name.

        Raises:
            TypeError: the secret is not a `Secret`.
            CredentialInvalid: the store does not accept the name or the secret.
            CredentialError, StoreError: the store can't be opened or written; the file is unchanged.
        """
        self.set_many({name: secret})

    def set_many(
        self, secrets: Mapping[str, Secret], origins: Mapping[str, tuple[str, ...]] | None = None
    ) -> None:
        """Store several secrets in one write: all of them or none. Raises as `set`.

        Args:
            secrets: the secrets by name.
            origins: where each may be sent to. Known origins of a name are kept: a new secret must not permit
                an address that was changed in the configuration.
        """
        check_secrets(secrets)
        self._change(lambda opened: with_secrets(opened, secrets, origins or {}, self._now_ms()))

    def set_origins(self, origins: Mapping[str, tuple[str, ...]]) -> None:
        """Set where secrets may be sent to, in one write.

        Raises:
            CredentialNotFound: one of them does not exist; nothing was changed.
            CredentialError, StoreError: the store can't be opened or written; the file is unchanged.
        """
        self._change(lambda opened: with_origins(opened, origins))

    def remove(self, *names: str, for_good: bool = False) -> None:
        """Remove secrets in one write; they can be restored for `REMOVED_KEPT_DAYS`.

        Args:
            names: their names.
            for_good: remove them permanently, along with earlier removed secrets of the same names.

        Raises:
            CredentialNotFound: one of them does not exist; none was removed.
            CredentialError, StoreError: the store can't be opened or written; the file is unchanged.
        """
        self._change(lambda opened: without(opened, names, self._now_ms(), for_good=for_good))

    def removed(self) -> tuple[RemovedInfo, ...]:
        """Return the secrets that `restore` can bring back, most recently removed first.

        Raises:
            CredentialError: the store can't be opened.
        """
        return removed_in(self._vault.opened())

    def restore(self, name: str) -> None:
        """Restore the most recently removed secret with this name.

        Raises:
            CredentialInvalid: a secret with this name exists again; nothing was changed.
            CredentialNotFound: no such secret was removed, or it was removed too long ago.
            CredentialError, StoreError: the store can't be opened or written; the file is unchanged.
        """
        self._change(lambda opened: restored(opened, name))

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Hold the store open and locked, for a change that involves other files.

        If you also need the configuration's lock, take it inside (`home.LOCK_ORDER`).

        Raises:
            CredentialError: the store can't be opened.
            StoreBusy: other processes kept changing it.
        """
        with self._vault.session() as session:
            yield Transaction(self._vault, session, self._now_ms)

    def protection(self) -> Protection:
        """Return how the store is protected, without opening it or asking a keyring.

        Raises:
            StoreRolledBack: the file is an older one that was put back.
            CredentialError: the file can't be read, or is damaged.
        """
        return Protection.of(self._vault.file.read_newest())

    def present_protection(self) -> Protection:
        """Return how the current file is protected, even if it is an older one that was put back."""
        return Protection.of(self._vault.file.read())

    def accept(self) -> bool:
        """Accept an older file that was put back on purpose: see `protection.accept`."""
        return protection.accept(self._vault)

    def protect(self) -> bool:
        """Move the key into the OS keyring: see `protection.protect`."""
        return protection.protect(self._vault)

    def unprotect(self) -> bool:
        """Lock the key to the machine's identifier: see `protection.unprotect`."""
        return protection.unprotect(self._vault)

    def rekey(self) -> bool:
        """Change all keys: see `protection.rekey`."""
        return protection.rekey(self._vault)

    def add_recovery(self, code: RecoveryCode, *, replace: bool = False, cost: Cost | None = None) -> None:
        """Add a recovery code: see `protection.add_recovery`."""
        protection.add_recovery(self._vault, code, cost=cost or Cost(), replace=replace)

    def check_recovery(self, code: RecoveryCode) -> bool:
        """Whether this is the store's recovery code."""
        return protection.check_recovery(self._vault, code)

    def recover(self, code: RecoveryCode, *, with_keyring: bool) -> None:
        """Open the store with its code and lock it to this machine or keyring: see `protection.recover`."""
        protection.recover(self._vault, code, with_keyring=with_keyring)

    def sweep(self) -> int:
        """Remove (sealed) files left by killed writers; returns how many."""
        return self._vault.sweep()

    def keyring_name(self) -> str:
        """Return the name of this session's keyring; raises `KeyringError` if none is usable."""
        return self._vault.keyring.name()

    def _entries(self) -> Mapping[str, Entry]:
        opened = self._vault.opened()
        return opened.entries if opened else {}

    def _change(self, change: Callable[[Opened], Opened]) -> None:
        self._vault.edit(
            lambda session: pruned(
                change(session.opened or protection.new_store(self._vault, session)), self._now_ms()
            )
        )
