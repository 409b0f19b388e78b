"""What a click does with the stored credentials; `keyring_worker` runs it on a thread that may wait."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, assert_never

from codemie_core import ConfigLoader, Home
from codemie_core.profiles.tokens.home_trust import check_trusted
from codemie_tray import PROGRAM
from codemie_tray.text.amounts import plural
from codemie_tray.text.plain_text import plain
from codemie_tray.view.actions import Do, KeepTokensInStore
from codemie_tray.view.state import config_name

if TYPE_CHECKING:
    from codemie_core.credentials import CredentialStore

CredentialAction = Literal[Do.PROTECT_CREDENTIALS, Do.UNPROTECT_CREDENTIALS] | KeepTokensInStore


def carry_out(action: CredentialAction, home: Home, store: CredentialStore) -> tuple[str, str] | None:
    """Carry out a click. Returns the title and text of a notification, or None if the menu shows the result.

    Raises:
        CodeMieError: it failed; no secret is lost. `HomeUntrusted` if another user could have changed the
            home.
    """
    check_trusted(home)
    match action:
        case Do.PROTECT_CREDENTIALS:
            return _protect(store)
        case Do.UNPROTECT_CREDENTIALS:
            store.unprotect()
            return None
        case KeepTokensInStore(on=True):
            return _move_in(ConfigLoader(home), store)
        case KeepTokensInStore():
            return _move_out(ConfigLoader(home), store)
        case _:
            assert_never(action)


def _protect(store: CredentialStore) -> tuple[str, str] | None:
    changed, protection = store.protect(), store.protection()
    if not changed or protection.has_recovery:
        return None
    return (
        f"Protected with {plain(protection.keyring_name)}",
        "If you lose that keyring, only a recovery code opens them. To create one:\n"
        f"{PROGRAM} credentials recovery",
    )


def _move_in(loader: ConfigLoader, store: CredentialStore) -> tuple[str, str] | None:
    from codemie_core.profiles.tokens.move import move_in

    moves = move_in(loader, store)
    if not moves:
        return None
    it = "them" if len(moves) > 1 else "it"
    return (
        f"{plural(len(moves), 'token')} moved into the encrypted store",
        f"Start the CLI with:\n{PROGRAM} run -- codemie\n"
        f"Earlier versions in the history still hold {it}. To remove those:\n"
        f"{PROGRAM} history forget-tokens",
    )


def _move_out(loader: ConfigLoader, store: CredentialStore) -> tuple[str, str] | None:
    from codemie_core.profiles.tokens.move import move_out

    moves = move_out(loader, store)
    if not moves:
        return None
    stand = "They are" if len(moves) > 1 else "It is"
    return (
        f"{plural(len(moves), 'token')} moved back to {config_name(loader.load().path)}",
        f"{stand} in the clear again.",
    )
