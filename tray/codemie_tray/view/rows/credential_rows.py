"""The menu's rows about stored credentials, and about tokens in the configuration. Pure, like the view."""

from __future__ import annotations

from collections.abc import Iterator

from codemie_tray import PROGRAM
from codemie_tray.text.amounts import plural
from codemie_tray.text.plain_text import plain
from codemie_tray.view.actions import Do, KeepTokensInStore
from codemie_tray.view.menu import SEPARATOR, Item
from codemie_tray.view.state import Credentials, Ready, State, config_name


def protection_row(credentials: Credentials) -> Item:
    """Return the row that protects the stored credentials, or says that they are."""
    keyring = plain(credentials.keyring_name) or "the system's keyring"
    if credentials.busy:
        return Item(f"Waiting for {keyring}...", enabled=False, checked=credentials.protected)
    usable = credentials.problem is None
    if not credentials.protected:
        return Item(
            f"Protect credentials with {keyring}", Do.PROTECT_CREDENTIALS, enabled=usable, checked=False
        )
    return _way_down(
        f"Credentials are protected with {keyring}",
        "Without it, any program you run can read them.",
        Item("Stop protecting credentials", Do.UNPROTECT_CREDENTIALS, enabled=usable),
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
    label = "Keep tokens in the encrypted store"
    usable = state.credentials.problem is None and not state.credentials.busy
    if not tokens.in_clear:
        name = config_name(state.config.path) if isinstance(state.config, Ready) else ""
        put_back = f"Move {plural(tokens.stored, 'token')} back to {name}"
        yield _way_down(
            "Tokens are in the encrypted store",
            "Outside it, any program and any copy of the file exposes them.",
            Item(put_back, KeepTokensInStore(on=False), enabled=usable),
        )
        return
    if not tokens.read_by_cli:
        yield Item(label, KeepTokensInStore(on=True), enabled=usable, checked=False)
        return
    what_then = (
        Item("The CLI then gets no token by itself. Start it with:", enabled=False),
        Item(f"{PROGRAM} run -- codemie", enabled=False),
    )
    move = f"Move {plural(tokens.in_clear, 'token')} into the store"
    yield Item(label, items=(*what_then, SEPARATOR, Item(move, KeepTokensInStore(on=True), enabled=usable)))
