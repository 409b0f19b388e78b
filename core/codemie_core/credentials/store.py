"""`CredentialStore`: secrets by name, encrypted on disk.

store = CredentialStore(Home.from_environ())
store.set("work/apiKey", Secret("sk-..."))
store.get("work/apiKey").reveal()
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace

from codemie_core.credentials import protection
from codemie_core.credentials.contents import Entries, Entry, Opened, Removed
from codemie_core.credentials.file.format import LARGEST_FILE_BYTES
from codemie_core.credentials.file.key_derivation import Cost
from codemie_core.credentials.file.recovery_code import RecoveryCode
from codemie_core.credentials.file.slot_machine import IdentitySource, this_machine
from codemie_core.credentials.os_keyring.client import HelperKeyring, Keyring
from codemie_core.credentials.protection import Protection
from codemie_core.credentials.secret import Secret
from codemie_core.credentials.vault import Session, Vault
from codemie_core.errors import CredentialInvalid, CredentialNotFound, CredentialsDamaged, StoreBusy
from codemie_core.files.atomic_file import TargetChanged
from codemie_core.files.lock import DEFAULT_TIMEOUT_SECONDS
from codemie_core.home import Home

LONGEST_NAME = 200
"""Characters of a credential's name."""
LONGEST_SECRET_BYTES = 64 * 1024
"""Bytes of one secret in UTF-8."""
REMOVED_KEPT_DAYS = 7
"""So long a removed secret can be restored; the first change after that removes it for good."""
REMOVED_KEPT = 100
"""So many removed secrets are kept at most."""
_DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class CredentialInfo:
    """What `list` tells about one secret: not the secret."""

    name: str
    changed_ms: int
    """When it was last set, milliseconds since 1970."""


@dataclass(frozen=True, slots=True)
class RemovedInfo:
    """What `removed` tells about one secret that can be restored: not the secret."""

    name: str
    removed_ms: int
    """When it was removed, milliseconds since 1970."""


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
        opened = self._vault.opened()
        if opened is None or name not in opened.entries:
            raise _not_found(opened, name)
        return opened.entries[name].secret

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
        return dict(self._entries())

    def set(self, name: str, secret: Secret) -> None:
        """Store one secret, over the one that has this name.

        Raises:
            CredentialInvalid: a name or a secret the store does not take.
            CredentialError, StoreError: the store can't be opened or written; the file is what it was.
        """
        self.set_many({name: secret})

    def set_many(
        self, secrets: Mapping[str, Secret], origins: Mapping[str, tuple[str, ...]] | None = None
    ) -> None:
        """Store several secrets in one write: all of them or none. Raises as `set` does.

        Args:
            secrets: the secrets by name.
            origins: where each may be sent to. What is known of a name stays: a new secret must not open
                the way to an address that somebody changed in the configuration.
        """
        _check(secrets)
        self._change(lambda opened: _with(opened, secrets, origins or {}, self._now_ms()))

    def set_origins(self, origins: Mapping[str, tuple[str, ...]]) -> None:
        """Say where secrets may be sent to, in one write.

        Raises:
            CredentialNotFound: one of them is not there; nothing was changed.
            CredentialError, StoreError: the store can't be opened or written; the file is what it was.
        """

        def change(opened: Opened) -> Opened:
            entries: Entries = dict(opened.entries)
            for name, allowed in origins.items():
                if name not in entries:
                    raise _not_found(opened, name)
                entries[name] = replace(entries[name], origins=allowed)
            return replace(opened, entries=entries)

        self._change(change)

    def remove(self, *names: str, for_good: bool = False) -> None:
        """Remove secrets in one write; they can be restored for `REMOVED_KEPT_DAYS`.

        Args:
            names: theirs.
            for_good: nothing of them is kept, nor of earlier ones of these names.

        Raises:
            CredentialNotFound: one of them is not there; none was removed.
            CredentialError, StoreError: the store can't be opened or written; the file is what it was.
        """
        self._change(lambda opened: _without(opened, names, self._now_ms(), for_good=for_good))

    def removed(self) -> tuple[RemovedInfo, ...]:
        """Return what `restore` can bring back, the last removed first.

        Raises:
            CredentialError: the store can't be opened.
        """
        opened = self._vault.opened()
        return tuple(
            RemovedInfo(one.name, one.removed_ms) for one in reversed(opened.removed if opened else ())
        )

    def restore(self, name: str) -> None:
        """Bring back the secret of this name that was removed last.

        Raises:
            CredentialInvalid: there is one of this name again; nothing was changed.
            CredentialNotFound: none was removed, or too long ago.
            CredentialError, StoreError: the store can't be opened or written; the file is what it was.
        """
        self._change(lambda opened: _restored(opened, name))

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Hold the store open under its lock, for a change that reaches further than this file.

        Whoever takes the configuration's lock as well does so inside (`home.LOCK_ORDER`).

        Raises:
            CredentialError: the store can't be opened.
            StoreBusy: others kept changing it.
        """
        with self._vault.session() as session:
            yield Transaction(self._vault, session, self._now_ms)

    def protection(self) -> Protection:
        """Tell how the store is protected, without opening it or speaking to a keyring.

        Raises:
            StoreRolledBack: the file is an older one that was put back.
            CredentialError: the file can't be read, or is damaged.
        """
        return Protection.of(self._vault.read_newest())

    def present_protection(self) -> Protection:
        """Tell how the file that is there is protected, be it an old one."""
        return Protection.of(self._vault.read())

    def accept(self) -> bool:
        """Go on with an older file that was put back on purpose: see `protection.accept`."""
        return protection.accept(self._vault)

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

    def _entries(self) -> Mapping[str, Entry]:
        opened = self._vault.opened()
        return opened.entries if opened else {}

    def _change(self, change: Callable[[Opened], Opened]) -> None:
        self._vault.edit(
            lambda session: _pruned(
                change(session.opened or protection.new_store(self._vault, session)), self._now_ms()
            )
        )


class Transaction:
    """The store while its lock is held: see `CredentialStore.transaction`."""

    def __init__(self, vault: Vault, session: Session, now_ms: Callable[[], int]) -> None:
        self._vault = vault
        self._session = session
        self._now_ms = now_ms

    def get_all(self) -> dict[str, Secret]:
        """Return all secrets by name."""
        return {name: entry.secret for name, entry in self.entries().items()}

    def entries(self) -> Entries:
        """Return all there is by name, with the origins each may be sent to."""
        opened = self._session.opened
        return dict(opened.entries) if opened else {}

    def get(self, name: str) -> Secret:
        """Return one secret; raises `CredentialNotFound`."""
        opened = self._session.opened
        if opened is None or name not in opened.entries:
            raise _not_found(opened, name)
        return opened.entries[name].secret

    def set_many(
        self, secrets: Mapping[str, Secret], origins: Mapping[str, tuple[str, ...]] | None = None
    ) -> None:
        """Store secrets, and read them back from the disk.

        Raises:
            CredentialsDamaged: something else came back.
            CredentialError, StoreError: as `CredentialStore.set`.
        """
        _check(secrets)
        self._change(lambda opened: _with(opened, secrets, origins or {}, self._now_ms()))
        try:
            back = self._session.reread().entries
        except TargetChanged:
            back = {}
        if any(name not in back or back[name].secret != secret for name, secret in secrets.items()):
            raise CredentialsDamaged(self._vault.path, "did not return what was stored")

    def remove(self, *names: str) -> None:
        """Remove secrets; raises as `CredentialStore.remove` does."""
        self._change(lambda opened: _without(opened, names, self._now_ms(), for_good=False))

    def _change(self, change: Callable[[Opened], Opened]) -> None:
        state = self._session.opened or protection.new_store(self._vault, self._session)
        try:
            self._session.replace(_pruned(change(state), self._now_ms()))
        except TargetChanged:
            raise StoreBusy(
                self._vault.path, "another program changed it in the meantime; try again"
            ) from None


def _with(
    opened: Opened, secrets: Mapping[str, Secret], origins: Mapping[str, tuple[str, ...]], now_ms: int
) -> Opened:
    entries: Entries = dict(opened.entries)
    for name, secret in secrets.items():
        known = entries[name].origins if name in entries else ()
        entries[name] = Entry(secret, now_ms, known or origins.get(name, ()))
    return replace(opened, entries=entries)


def _without(opened: Opened, names: tuple[str, ...], now_ms: int, *, for_good: bool) -> Opened:
    entries: Entries = dict(opened.entries)
    gone = []
    for name in dict.fromkeys(names):
        earlier = any(one.name == name for one in opened.removed)
        if name in entries:
            gone.append(Removed(name, entries.pop(name), now_ms))
        elif not (for_good and earlier):
            raise CredentialNotFound(name, removed=earlier)
    if for_good:
        return replace(
            opened, entries=entries, removed=tuple(one for one in opened.removed if one.name not in names)
        )
    # The same secret, removed once more, is kept once.
    kept = [one for one in opened.removed if not any(_same(one, other) for other in gone)]
    return replace(opened, entries=entries, removed=(*kept, *gone))


def _restored(opened: Opened, name: str) -> Opened:
    last = next((one for one in reversed(opened.removed) if one.name == name), None)
    if name in opened.entries:
        raise CredentialInvalid(
            f"there is already a credential {name!r}; remove it first. Nothing was changed"
        )
    if last is None:
        raise CredentialNotFound(name)
    return replace(
        opened,
        entries={**opened.entries, name: last.entry},
        removed=tuple(one for one in opened.removed if one is not last),
    )


def _pruned(opened: Opened, now_ms: int) -> Opened:
    # Neither before its time nor, where the clock was set back, never.
    kept = [one for one in opened.removed if abs(now_ms - one.removed_ms) < REMOVED_KEPT_DAYS * _DAY_MS]
    kept = kept[-REMOVED_KEPT:]
    # What is removed must leave room for what is not.
    room = LARGEST_FILE_BYTES // 2 - sum(len(entry.secret) for entry in opened.entries.values())
    while kept and sum(len(one.entry.secret) for one in kept) > room:
        kept.pop(0)
    return replace(opened, removed=tuple(kept))


def _same(one: Removed, other: Removed) -> bool:
    return one.name == other.name and one.entry.secret == other.entry.secret


def _not_found(opened: Opened | None, name: str) -> CredentialNotFound:
    return CredentialNotFound(
        name, removed=opened is not None and any(one.name == name for one in opened.removed)
    )


def check_name(name: str) -> None:
    """Raise `CredentialInvalid` unless `name` can name a credential: it is shown, typed and referred to."""
    if not 1 <= len(name) <= LONGEST_NAME:
        raise CredentialInvalid(f"a credential's name must have 1 to {LONGEST_NAME} characters")
    if not name.isprintable() or name != name.strip():
        raise CredentialInvalid(
            "a credential's name can't contain control characters, or start or end with a blank"
        )


def _check(secrets: Mapping[str, Secret]) -> None:
    for name, secret in secrets.items():
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
