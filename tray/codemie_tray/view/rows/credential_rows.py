"""The menu's rows about stored credentials, and about tokens in the configuration. Pure, like the view."""

from __future__ import annotations

from collections.abc import Iterator

from codemie_tray import PROGRAM
from codemie_tray.text.language import _, ngettext
from codemie_tray.text.language.formats import number
from codemie_tray.text.plain_text import plain
from codemie_tray.view.actions import Do, KeepTokensInStore
from codemie_tray.view.menu import SEPARATOR, Item
from codemie_tray.view.state import Credentials, Ready, State, config_name


def protection_row(credentials: Credentials) -> Item:
    """Return the row that protects the stored credentials, or says that they are."""
    keyring = plain(credentials.keyring_name) or _("the system's keyring")
    if credentials.busy:
        return Item(
            _("Waiting for {keyring}...").format(keyring=keyring),
            enabled=False,
            checked=credentials.protected,
        )
    usable = credentials.problem is None
    if not credentials.protected:
        label = _("Protect credentials with {keyring}").format(keyring=keyring)
        return Item(label, Do.PROTECT_CREDENTIALS, enabled=usable, checked=False)
    return _way_down(
        _("Credentials are protected with {keyring}").format(keyring=keyring),
        _("Without it, any program you run can read them."),
        Item(_("Stop protecting credentials"), Do.UNPROTECT_CREDENTIALS, enabled=usable),
    )


def _way_down(label: str, what_then: str, item: Item) -> Item:
    """Return the row of an active protection. One click must not end it, so it opens an explanation."""
    return Item(label, items=(Item(what_then, enabled=False), SEPARATOR, item))


def warns_about_tokens(state: State) -> bool:
    """Return whether tokens in the clear count as a problem, so that their row is below it."""
    config = state.config
    if not (isinstance(config, Ready) and state.warns_about_clear_tokens and not config.read_only):
        return False
    return bool(config.tokens.in_clear)


def tokens_rows(state: State) -> Iterator[Item]:
    """Return the row that moves the tokens into the encrypted store, or back; none without tokens."""
    tokens = state.config.tokens if isinstance(state.config, Ready) and not state.config.read_only else None
    if tokens is None or not (tokens.in_clear or tokens.stored):
        return
    label = _("Keep tokens in the encrypted store")
    usable = state.credentials.problem is None and not state.credentials.busy
    if not tokens.in_clear:
        name = config_name(state.config.path) if isinstance(state.config, Ready) else ""
        put_back = ngettext(
            "Move {count} token back to {file}", "Move {count} tokens back to {file}", tokens.stored
        ).format(count=number(tokens.stored), file=name)
        yield _way_down(
            _("Tokens are in the encrypted store"),
            _("Outside it, any program and any copy of the file exposes them."),
            Item(put_back, KeepTokensInStore(on=False), enabled=usable),
        )
        return
    if not tokens.read_by_cli:
        yield Item(label, KeepTokensInStore(on=True), enabled=usable, checked=False)
        return
    what_then = (
        Item(_("The CLI then gets no token by itself. Start it with:"), enabled=False),
        Item(f"{PROGRAM} run -- codemie", enabled=False),
    )
    move = ngettext(
        "Move {count} token into the store", "Move {count} tokens into the store", tokens.in_clear
    ).format(count=number(tokens.in_clear))
    yield Item(label, items=(*what_then, SEPARATOR, Item(move, KeepTokensInStore(on=True), enabled=usable)))
