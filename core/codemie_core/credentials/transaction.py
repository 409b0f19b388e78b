"""The store while its lock is held, for a change that involves other files."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from codemie_core.credentials import protection
from codemie_core.credentials.entries.changes import not_found, pruned, with_secrets, without
from codemie_core.credentials.entries.contents import Entries, Opened
from codemie_core.credentials.entries.limits import check_secrets
from codemie_core.credentials.secret import Secret
from codemie_core.credentials.vault.session import Session
from codemie_core.credentials.vault.vault import Vault
from codemie_core.errors import CredentialsDamaged, StoreBusy
from codemie_core.files.atomic_file import TargetChanged


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
        """Return all entries by name, with the origins that each may be sent to."""
        opened = self._session.opened
        return dict(opened.entries) if opened else {}

    def get(self, name: str) -> Secret:
        """Return one secret; raises `CredentialNotFound`."""
        opened = self._session.opened
        if opened is None or name not in opened.entries:
            raise not_found(opened, name)
        return opened.entries[name].secret

    def set_many(
        self, secrets: Mapping[str, Secret], origins: Mapping[str, tuple[str, ...]] | None = None
    ) -> None:
        """Store secrets, and read them back from the disk.

        Raises:
            CredentialsDamaged: they differ from what was stored.
            CredentialError, StoreError: as `CredentialStore.set`.
        """
        check_secrets(secrets)
        self._change(lambda opened: with_secrets(opened, secrets, origins or {}, self._now_ms()))
        try:
            back = self._session.reread().entries
        except TargetChanged:
            back = {}
        if any(name not in back or back[name].secret != secret for name, secret in secrets.items()):
            raise CredentialsDamaged(self._vault.path, "did not return what was stored")

    def remove(self, *names: str) -> None:
        """Remove secrets; raises as `CredentialStore.remove`."""
        self._change(lambda opened: without(opened, names, self._now_ms(), for_good=False))

    def _change(self, change: Callable[[Opened], Opened]) -> None:
        state = self._session.opened or protection.new_store(self._vault, self._session)
        try:
            self._session.replace(pruned(change(state), self._now_ms()))
        except TargetChanged:
            raise StoreBusy(
                self._vault.path, "another program changed it in the meantime; try again"
            ) from None
