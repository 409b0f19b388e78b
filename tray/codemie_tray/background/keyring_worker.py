"""Does with the stored credentials what may need the OS keyring, while the tray goes on.

A keyring may ask a person and wait for minutes: it has a thread of its own, and profiles can be switched.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from codemie_core import CodeMieError, Home
from codemie_core.system.core_dumps import forbid_core_dumps
from codemie_tray.background.mailbox import Worker

if TYPE_CHECKING:
    from codemie_core.credentials import CredentialStore

LOG = logging.getLogger(__name__)

Words = tuple[str, str]
"""Title and text of what a person is told."""
Work = Callable[["CredentialStore"], Words | None]
"""What is done with the store; None: nothing needs to be said of it, the menu shows it."""


class KeyringWorker:
    """What is known of this session's keyring, and what is being done with it.

    Args:
        home: whose credentials.
        in_turn: has something done on the tray's worker; all but the keyring's own calls happens there.
        changed: `keyring_name` or `busy` did.
        ended: told how what was begun went: what it failed with, or what is to be said.
        on_fault: told of what nobody foresaw.
    """

    def __init__(
        self,
        home: Home,
        *,
        in_turn: Callable[[Callable[[], None]], None],
        changed: Callable[[], None],
        ended: Callable[[CodeMieError | Words | None], None],
        on_fault: Callable[[Exception], None],
    ) -> None:
        self._home = home
        self._in_turn = in_turn
        self._changed = changed
        self._ended = ended
        self._worker = Worker(on_fault)
        self.keyring_name = ""
        """As a person knows it; empty until it is known, and where there is none."""
        self.busy = False
        """The keyring is being spoken to, or is asking the person."""

    def start(self) -> None:
        """Find out which keyring there is."""
        self._worker.submit(self._learn_name)
        self._worker.start()

    def stop(self) -> None:
        """End. Not waited for: what it does survives being ended at any point, and its helper has a limit."""
        self._worker.stop(timeout_seconds=0)

    def begin(self, work: Work) -> None:
        """Begin something; nothing where something is under way. On the tray's worker."""
        if not self.busy:
            self.busy = True
            self._changed()
            self._worker.submit(lambda: self._do(work))

    # ---- the keyring's thread ----------------------------------------------------------------------

    def _learn_name(self) -> None:
        from codemie_core.credentials import CredentialStore
        from codemie_core.credentials.os_keyring.client import HelperKeyring

        try:
            name = CredentialStore(self._home, keyring=HelperKeyring(interactive=False)).keyring_name()
        except CodeMieError as error:
            LOG.info("no keyring to name: %s", error)
        else:
            self._in_turn(lambda: self._know(name))

    def _do(self, work: Work) -> None:
        from codemie_core.credentials import CredentialStore

        outcome: CodeMieError | Words | None = None
        # Only meanwhile: portals, by which the tray opens folders, refuse a program they can't look at.
        allow_again = forbid_core_dumps()
        try:
            outcome = work(CredentialStore(self._home))
        except CodeMieError as error:
            outcome = error
        finally:
            allow_again()
            self._in_turn(lambda: self._done(outcome))

    # ---- the tray's worker -------------------------------------------------------------------------

    def _know(self, name: str) -> None:
        self.keyring_name = name
        self._changed()

    def _done(self, outcome: CodeMieError | Words | None) -> None:
        self.busy = False
        self._ended(outcome)
