"""Moving tokens out of the configuration into the store, and back.

Two files can't change in one step. So the place a token goes to is written and read back first, and only
then is it taken from where it was: killed anywhere, each token is in the one, in the other, or in both, and
whatever the configuration says can be followed. Doing it again finishes the work.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from codemie_core.config.model import Config
from codemie_core.config.store import ConfigLoader
from codemie_core.credentials.secret import Secret
from codemie_core.credentials.store import CredentialStore
from codemie_core.errors import CredentialNotFound, CredentialsDamaged
from codemie_core.tokens.reference import TokenField, reference_to, token_fields


@dataclass(frozen=True, slots=True)
class Move:
    """One token that was, or would be, moved."""

    profile: str
    field: str
    """The field's name, parts joined by dots."""
    credential: str
    """Its name in the store."""


def plan_move_in(config: Config) -> tuple[TokenField, ...]:
    """Return the tokens that stand in the clear in a configuration."""
    return tuple(token for token in token_fields(config) if token.in_clear)


def move_in(loader: ConfigLoader, store: CredentialStore) -> tuple[Move, ...]:
    """Put every token of the configuration into the store and a reference in its place.

    Raises:
        ConfigError, CredentialError, StoreError: one of the two files can't be read or written; no token
            is lost.
    """
    tokens = plan_move_in(loader.load())
    if not tokens:
        return ()
    known = store.get_all()
    named: dict[str, Secret] = {}
    moves = []
    for token in tokens:
        name = _free_name(token, {**known, **named})
        named[name] = token.value
        moves.append((token, Move(token.profile, ".".join(token.field_path), name)))
    store.set_many(named)
    back = store.get_all()
    if any(back.get(name) != secret for name, secret in named.items()):
        raise CredentialsDamaged(
            store.path, "did not give back what was put in; the configuration is unchanged"
        )
    loader.set_tokens(
        {
            (token.profile, token.field_path): (token.value.reveal(), reference_to(move.credential))
            for token, move in moves
        }
    )
    return tuple(move for _, move in moves)


def move_out(loader: ConfigLoader, store: CredentialStore) -> tuple[Move, ...]:
    """Put every referred token back into the configuration, and remove it from the store.

    Raises:
        CredentialNotFound: a profile refers to something the store has not; nothing was changed.
        ConfigError, CredentialError, StoreError: one of the files can't be read or written; no token is
            lost.
    """
    tokens = [token for token in token_fields(loader.load()) if token.reference is not None]
    if not tokens:
        return ()
    known = store.get_all()
    moves = []
    for token in tokens:
        name = token.reference or ""
        if name not in known:
            raise CredentialNotFound(name)
        moves.append((token, Move(token.profile, ".".join(token.field_path), name)))
    after = loader.set_tokens(
        {
            (token.profile, token.field_path): (token.value.reveal(), known[move.credential].reveal())
            for token, move in moves
        }
    )
    still = {token.reference for token in token_fields(after)}
    gone = {move.credential for _, move in moves} - still
    if gone:
        store.remove(*sorted(gone))
    return tuple(move for _, move in moves)


def _free_name(token: TokenField, known: Mapping[str, Secret]) -> str:
    """Return a name that is free, or that holds this very token already (a move that was cut short)."""
    base = f"{token.profile}/{'.'.join(token.field_path)}"[:190].strip()
    base = "".join(char if char.isprintable() else "_" for char in base)
    number = 1
    while True:
        name = base if number == 1 else f"{base} {number}"
        if name not in known or known[name] == token.value:
            return name
        number += 1
