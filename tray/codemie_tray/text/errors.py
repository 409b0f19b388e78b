"""What went wrong, as a row of the menu: a long path would push the reason out of the row."""

from __future__ import annotations

import os

from codemie_core import CodeMieError, StoreError

_OF_ANOTHER_FILE = "can't be written, nothing was changed: "


def in_a_row(error: CodeMieError, path: str = "") -> str:
    """Return an error's message with its path (`path`, if the error has none) cut to the file's name."""
    path = str(getattr(error, "path", path))
    return str(error).replace(path, os.path.basename(path)) if path else str(error)


def not_kept(error: StoreError) -> str:
    """Return why a state is not in the history.

    The error's "nothing was changed" is about the history's file; after a successful switch it would mislead.
    """
    return f"Could not save to the history: {error.reason.removeprefix(_OF_ANOTHER_FILE)}"
