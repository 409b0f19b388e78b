"""What a click does with the stored credentials; `keyring_worker` runs it on a thread that may wait."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, assert_never

from codemie_core import ConfigLoader, Home
from codemie_core.profiles.tokens.home_trust import check_trusted
from codemie_tray import PROGRAM
from codemie_tray.text.language import _, ngettext
from codemie_tray.text.language.formats import number
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
    text = _("If you lose that keyring, only a recovery code opens them. To create one:\n{command}")
    return (
        _("Protected with {keyring}").format(keyring=plain(protection.keyring_name)),
        text.format(command=f"{PROGRAM} credentials recovery"),
    )


def _move_in(loader: ConfigLoader, store: CredentialStore) -> tuple[str, str] | None:
    from codemie_core.profiles.tokens.move import move_in

    moves = move_in(loader, store)
    if not moves:
        return None
    count = len(moves)
    title = ngettext(
        "{count} token moved into the encrypted store", "{count} tokens moved into the encrypted store", count
    )
    text = ngettext(
        "Start the CLI with:\n{run}\n"
        "Earlier versions in the history still hold it. To remove those:\n{forget}",
        "Start the CLI with:\n{run}\n"
        "Earlier versions in the history still hold them. To remove those:\n{forget}",
        count,
    )
    commands = {"run": f"{PROGRAM} run -- codemie", "forget": f"{PROGRAM} history forget-tokens"}
    return title.format(count=number(count)), text.format(**commands)


def _move_out(loader: ConfigLoader, store: CredentialStore) -> tuple[str, str] | None:
    from codemie_core.profiles.tokens.move import move_out

    moves = move_out(loader, store)
    if not moves:
        return None
    count = len(moves)
    title = ngettext("{count} token moved back to {file}", "{count} tokens moved back to {file}", count)
    return (
        title.format(count=number(count), file=config_name(loader.load().path)),
        ngettext("It is in the clear again.", "They are in the clear again.", count),
    )
