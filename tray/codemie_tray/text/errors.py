"""What went wrong, as a row of the menu: a long path would push the reason out of the row."""

from __future__ import annotations

import os

from codemie_core import CodeMieError, StoreError, errors

_TITLES: tuple[tuple[type[CodeMieError], str], ...] = (
    (errors.KeyringLocked, "The keyring is locked"),
    (errors.KeyringDenied, "The keyring denied access"),
    (errors.KeyringHung, "The keyring did not answer"),
    (errors.KeyringError, "The keyring can't be used"),
    (errors.CredentialError, "The stored credentials can't be used"),
    (errors.StoreFull, "No space left to save the change"),
    (errors.StoreError, "The change could not be saved"),
    (errors.ConfigError, "The configuration can't be used"),
)
"""A subclass comes before its parents."""
_OF_ANOTHER_FILE = "can't be written, nothing was changed: "


def in_a_row(error: CodeMieError, path: str = "") -> str:
    """Return an error's message with its path (`path`, if the error has none) cut to the file's name."""
    path = str(getattr(error, "path", path))
    return str(error).replace(path, os.path.basename(path)) if path else str(error)


def title_of(error: CodeMieError) -> str:
    """Return the title of the notification that reports an error."""
    return next((title for kind, title in _TITLES if isinstance(error, kind)), "Something went wrong")


def not_kept(error: StoreError) -> str:
    """Return why a state is not in the history.

    The error's "nothing was changed" is about the history's file; after a successful switch it would mislead.
    """
    return f"Could not save to the history: {error.reason.removeprefix(_OF_ANOTHER_FILE)}"
