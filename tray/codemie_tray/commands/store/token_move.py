"""`codemie-tray credentials move-in` and `move-out`: tokens into the encrypted store, and back."""

from __future__ import annotations

from codemie_core import ConfigLoader, Home
from codemie_core.config.model.layout import CLI
from codemie_core.credentials import CredentialStore
from codemie_core.errors import CredentialInvalid
from codemie_core.profiles.tokens.movable import movable_tokens, staying_tokens
from codemie_core.profiles.tokens.move import move_in, move_out
from codemie_tray import PROGRAM
from codemie_tray.commands.console.output import print_error, print_line
from codemie_tray.commands.console.prompt import confirm
from codemie_tray.text.exit_codes import ExitCode
from codemie_tray.text.plain_text import plain


def move(home: Home, store: CredentialStore, *, into: bool, yes: bool) -> ExitCode:
    """Move all tokens that can be moved; asks first, unless `yes`."""
    loader = ConfigLoader(home)
    if into:
        config = loader.load()
        tokens = movable_tokens(config)
        if tokens and config.layout is CLI:
            print_line(
                f"After this, `codemie` by itself has no token: start it with `{PROGRAM} run -- codemie "
                "...`. "
                f"To undo this, run `{PROGRAM} credentials move-out`."
            )
        if tokens and not yes and not confirm(f"Move {len(tokens)} token(s) into the encrypted store?"):
            raise _not_confirmed()
        for staying in staying_tokens(config):
            print_error(f"{PROGRAM}: {plain(staying.profile)}: {staying.field} stays: {staying.reason}")
        moves = move_in(loader, store)
    else:
        if not yes and not confirm("Write the tokens into the configuration, in the clear?"):
            raise _not_confirmed()
        moves = move_out(loader, store)
    for moved in moves:
        arrow = "->" if into else "<-"
        print_line(f"{plain(moved.profile)}: {moved.field} {arrow} credential {plain(moved.credential, 80)}")
    if into and moves:
        print_line(
            "Earlier versions in the history still hold these tokens. To remove those versions, run "
            f"`{PROGRAM} history forget-tokens`."
        )
    if not moves:
        print_line("Nothing to move.")
    return ExitCode.OK


def _not_confirmed() -> CredentialInvalid:
    error = CredentialInvalid("not confirmed; nothing was changed")
    error.advice = "Use --yes to skip the question."
    return error
