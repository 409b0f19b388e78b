"""What went wrong, as a row of the menu: a long path would push the reason out of the row."""

from __future__ import annotations

import os

from codemie_core import CodeMieError, StoreError, errors
from codemie_tray.text.language import Message, _
from codemie_tray.text.language.core_texts import from_core

_OF_ANOTHER_FILE = "can't be written, nothing was changed: "


def in_a_row(error: CodeMieError, path: str = "") -> str:
    """Return an error's message with its path (`path`, if the error has none) cut to the file's name."""
    path = str(getattr(error, "path", path))
    text = in_words(error)
    return text.replace(path, os.path.basename(path)) if path else text


def in_words(error: CodeMieError) -> str:
    """Return an error's message in the chosen language, as far as that knows it."""
    text, reason = str(error), getattr(error, "reason", "")
    if reason and text.endswith(reason):
        return f"{text.removesuffix(reason)}{from_core(reason)}"
    return from_core(text)


def _titles() -> tuple[tuple[type[CodeMieError], Message], ...]:
    """Return the titles; a subclass comes before its parents."""
    return (
        (errors.KeyringLocked, _("The keyring is locked")),
        (errors.KeyringDenied, _("The keyring denied access")),
        (errors.KeyringHung, _("The keyring did not answer")),
        (errors.KeyringError, _("The keyring can't be used")),
        (errors.CredentialError, _("The stored credentials can't be used")),
        (errors.StoreFull, _("No space left to save the change")),
        (errors.StoreError, _("The change could not be saved")),
        (errors.ConfigError, _("The configuration can't be used")),
    )


def title_of(error: CodeMieError) -> str:
    """Return the title of the notification that reports an error."""
    titles = (title for kind, title in _titles() if isinstance(error, kind))
    return next(titles, _("Something went wrong"))


def not_kept(error: StoreError) -> str:
    """Return why a state is not in the history.

    The error's "nothing was changed" is about the history's file; after a successful switch it would mislead.
    """
    reason = from_core(error.reason.removeprefix(_OF_ANOTHER_FILE))
    return _("Could not save to the history: {reason}").format(reason=reason)
