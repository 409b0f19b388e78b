"""What to do next, for errors whose message does not say it."""

from __future__ import annotations

from codemie_core import CodeMieError, errors
from codemie_tray import PROGRAM

_ADVICE: tuple[tuple[type[CodeMieError], str], ...] = (
    (errors.ProfileExists, f"Choose another name, or change that profile: {PROGRAM} profile edit NAME"),
    (errors.ProfileInvalid, f"See what is wrong with it: {PROGRAM} profile test NAME"),
    (errors.CredentialNotFound, f"`{PROGRAM} credentials list` lists them."),
    (errors.CredentialsDamaged, "Restore an earlier copy from a backup."),
    (errors.CredentialsTooNew, "Update CodeMie Tray."),
    (errors.CredentialsUnreadable, f"See who may read it: {PROGRAM} doctor"),
    (errors.SchemaTooNew, "Update CodeMie Tray."),
    (errors.MigrationImpossible, f"`{PROGRAM} migrate status` shows what is possible."),
    (errors.StoreBusy, "Try again in a moment."),
    (errors.StoreFull, "Free some space on that drive and try again."),
    (errors.StoreUnsafe, f"See what is there: {PROGRAM} doctor"),
    (errors.StoreDenied, f"See who owns it and who may write there: {PROGRAM} doctor"),
    (errors.ConfigUnreadable, f"See who may read it: {PROGRAM} doctor"),
    (errors.ConfigCorrupt, f"Fix it in an editor, or list earlier versions: {PROGRAM} history list"),
    (errors.ConfigConflict, "Close the program that keeps writing it, and try again."),
)
"""A subclass comes before its parents."""


def advice_for(error: CodeMieError) -> str:
    """Return what the user can do; empty if the message already says it."""
    if error.advice or "codemie-tray " in str(error):
        return error.advice
    return next((text for kind, text in _ADVICE if isinstance(error, kind)), "")
