"""Carries out actions on the stored credentials that may need the OS keyring.

A keyring may ask the user and wait for minutes, so it has its own thread, and profiles can be switched
meanwhile.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from enum import Enum, auto

from codemie_core import CodeMieError, Home
from codemie_core.system.process.core_dumps import forbid_core_dumps
from codemie_tray.background.credential_actions import CredentialAction, carry_out
from codemie_tray.background.mailbox import Mailbox
from codemie_tray.background.messages import CredentialsDone, KeyringNamed

LOG = logging.getLogger(__name__)


class _Find(Enum):
    KEYRING = auto()


class KeyringWorker:
    """Detects this session's keyring, and carries out actions on the stored credentials.

    Args:
        home: whose credentials.
        post: receives the results, on the keyring's thread.
        on_fault: called with unexpected errors.
    """

    def __init__(
        self,
        home: Home,
        post: Callable[[KeyringNamed | CredentialsDone], None],
        *,
        on_fault: Callable[[Exception], None],
    ) -> None:
        self._home = home
        self._post = post
        self._mailbox: Mailbox[_Find | CredentialAction] = Mailbox("keyring", self._do, on_fault)

    def start(self) -> None:
        """Detect which keyring this session has."""
        self._mailbox.post(_Find.KEYRING)
        self._mailbox.start()

    def stop(self) -> None:
        """End without waiting: an action survives a kill at any point, and its helper has a time limit."""
        self._mailbox.stop(timeout_seconds=0)

    def begin(self, action: CredentialAction) -> None:
        """Carry out an action; posts `CredentialsDone` when it has ended."""
        self._mailbox.post(action)

    def _do(self, job: _Find | CredentialAction) -> None:
        if job is _Find.KEYRING:
            self._find_keyring()
        else:
            self._carry_out(job)

    def _find_keyring(self) -> None:
        from codemie_core.credentials import CredentialStore
        from codemie_core.credentials.os_keyring.client import HelperKeyring

        try:
            name = CredentialStore(self._home, keyring=HelperKeyring(interactive=False)).keyring_name()
        except CodeMieError as error:
            LOG.info("the keyring is unknown: %s", error)
        else:
            self._post(KeyringNamed(name))

    def _carry_out(self, action: CredentialAction) -> None:
        from codemie_core.credentials import CredentialStore

        outcome: CodeMieError | tuple[str, str] | None = None
        # Only during the action: portals, through which the tray opens folders, refuse a program they can't
        # inspect.
        allow_again = forbid_core_dumps()
        try:
            outcome = carry_out(action, self._home, CredentialStore(self._home))
        except CodeMieError as error:
            outcome = error
        finally:
            allow_again()
            self._post(CredentialsDone(outcome))
