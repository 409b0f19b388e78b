"""Moves tokens from the configuration into the store, and back.

Two files can't change in one step. So the store is locked from the first read to the last write, which keeps
other moves out. A token is written to its destination and read back before it is removed from its source. If
the process is killed, each token is in one place or in both, and every reference in the configuration can be
resolved. Running the move again completes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from codemie_core.config.model.config import Config
from codemie_core.config.model.profile import FieldPath
from codemie_core.config.store import ConfigLoader
from codemie_core.credentials.secret import Secret
from codemie_core.credentials.store import CredentialStore
from codemie_core.profiles.tokens.allowed_address import origins_after_use
from codemie_core.profiles.tokens.movable import movable_tokens
from codemie_core.profiles.tokens.origin import origins_of
from codemie_core.profiles.tokens.reference import TokenField, reference_to, token_fields


@dataclass(frozen=True, slots=True)
class Move:
    """A token that was moved, or would be."""

    profile: str
    field: str
    """The field's name, parts joined by dots."""
    credential: str
    """Its name in the store."""


def move_in(loader: ConfigLoader, store: CredentialStore) -> tuple[Move, ...]:
    """Move each movable token into the store, and replace it with a reference.

    Raises:
        ConfigError, CredentialError, StoreError: one of the two files can't be read or written; no token
            is lost.
    """
    if not movable_tokens(loader.load()):
        return ()
    with store.transaction() as stored:
        config = loader.load()  # load again: from here on, nobody else moves tokens
        tokens = movable_tokens(config)
        known = stored.get_all()
        named: dict[str, Secret] = {}
        moves = []
        for token in tokens:
            name = _free_name(token, {**known, **named})
            named[name] = token.value
            moves.append((token, _move(token, name)))
        if not moves:
            return ()
        origins = {move.credential: origins_of(config.profile(move.profile)) for _, move in moves}
        stored.set_many(named, origins)
        after = loader.set_tokens(
            {
                (token.profile, token.field_path): (token.value.reveal(), reference_to(move.credential))
                for token, move in moves
            }
        )
        # A program that takes no lock may have written another token in the meantime; keep it.
        references = _references(after)
        unused = set(named) - set(known) - set(references.values())
        if unused:
            stored.remove(*sorted(unused))
        done = [
            move
            for token, move in moves
            if references.get((token.profile, token.field_path)) == move.credential
        ]
    return tuple(done)


def move_out(loader: ConfigLoader, store: CredentialStore) -> tuple[Move, ...]:
    """Move every referenced token back into the configuration, and remove it from the store.

    Removed tokens can be restored for some days, because a program that takes no lock may write back the
    references that it read before.

    Raises:
        CredentialNotFound: a profile refers to a credential that does not exist; nothing was changed.
        AddressNotAllowed: a profile now names an address that its token was not stored for; nothing was
            changed.
        ConfigError, CredentialError, StoreError: one of the files can't be read or written; no token is
            lost.
    """
    if not _references(loader.load()):
        return ()
    with store.transaction() as stored:
        config = loader.load()
        tokens = [token for token in token_fields(config) if token.reference is not None]
        moves = [(token, _move(token, token.reference or "")) for token in tokens]
        secrets = {move.credential: stored.get(move.credential) for _, move in moves}
        entries = stored.entries()
        for _, move in moves:
            # In clear text next to another address, the CLI would send it there on its next start.
            origins_after_use(move.credential, entries[move.credential], config.profile(move.profile))
        if not moves:
            return ()
        after = loader.set_tokens(
            {
                (token.profile, token.field_path): (
                    token.value.reveal(),
                    secrets[move.credential].reveal(),
                )
                for token, move in moves
            }
        )
        unused = set(secrets) - set(_references(after).values())
        if unused:
            stored.remove(*sorted(unused))
    return tuple(move for _, move in moves)


def _move(token: TokenField, name: str) -> Move:
    return Move(token.profile, ".".join(token.field_path), name)


def _references(config: Config) -> dict[tuple[str, FieldPath], str]:
    """Return the credential that each field refers to."""
    return {
        (token.profile, token.field_path): token.reference
        for token in token_fields(config)
        if token.reference is not None
    }


def _free_name(token: TokenField, known: Mapping[str, Secret]) -> str:
    """Return a name that is free, or already has this very token (from an interrupted move)."""
    base = f"{token.profile}/{'.'.join(token.field_path)}"[:190].strip()
    base = "".join(char if char.isprintable() else "_" for char in base)
    number = 1
    while True:
        name = base if number == 1 else f"{base} {number}"
        if name not in known or known[name] == token.value:
            return name
        number += 1
