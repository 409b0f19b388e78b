"""What to do next, for errors whose message does not say it."""

from __future__ import annotations

from codemie_core import CodeMieError, errors
from codemie_core.system.command_word import command_word
from codemie_tray import PROGRAM
from codemie_tray.commands.console.wrong_usage import WrongUsage

_ADVICE: tuple[tuple[type[CodeMieError], str], ...] = (
    (errors.ProfileExists, f"Choose another name, or change that profile: {PROGRAM} profile edit {{name}}"),
    (errors.ProfileInvalid, f"See what is wrong with it: {PROGRAM} profile test {{name}}"),
    (errors.ProfileNotFound, f"List the profiles: {PROGRAM} profiles"),
    (errors.NoteInvalid, "Shorten it, or remove what is secret from it."),
    (errors.ProfileError, f"List the profiles: {PROGRAM} profiles"),
    (errors.SettingInvalid, f"See what is wrong: {PROGRAM} doctor"),
    (errors.VersionNotFound, f"List the versions: {PROGRAM} history list"),
    (errors.CredentialNotFound, f"`{PROGRAM} credentials list` lists them."),
    (errors.CredentialInvalid, f"See what can be stored, and how: {PROGRAM} help credentials set"),
    (errors.RecoveryCodeMistyped, "Compare it with what you wrote down, and type it again."),
    (errors.RecoveryCodeWrong, f"See how the credentials are protected: {PROGRAM} doctor"),
    (errors.RecoveryExists, f"See the options: {PROGRAM} help credentials recovery"),
    (errors.KeyringLocked, "Unlock the keyring and try again."),
    (errors.KeyringDenied, "Try again, and allow access when the keyring asks."),
    (errors.KeyringHung, "See whether the keyring is waiting for you in a window, and try again."),
    (errors.KeyringError, f"See how the credentials are protected: {PROGRAM} doctor"),
    (errors.CredentialsDamaged, "Restore an earlier copy from a backup."),
    (errors.CredentialsTooNew, "Update CodeMie Tray."),
    (errors.CredentialsUnreadable, f"See who may read it: {PROGRAM} doctor"),
    (errors.SchemaTooNew, "Update CodeMie Tray."),
    (errors.MigrationImpossible, f"`{PROGRAM} migrate status` shows what is possible."),
    (errors.StoreRolledBack, f"Compare it with your backups, or accept it: {PROGRAM} credentials accept"),
    (errors.MachineUnknown, f"See how the credentials are protected: {PROGRAM} doctor"),
    (errors.KeyMissing, f"See how the credentials are protected: {PROGRAM} doctor"),
    (errors.CredentialError, f"See how the credentials are protected: {PROGRAM} doctor"),
    (errors.StoreBusy, "Try again in a moment."),
    (errors.StoreFull, "Free some space on that drive and try again."),
    (errors.StoreUnsafe, f"See what is there: {PROGRAM} doctor"),
    (errors.StoreDenied, f"See who owns it and who may write there: {PROGRAM} doctor"),
    (errors.StoreError, f"See what is wrong: {PROGRAM} doctor"),
    (errors.ConfigMissing, f"Create the first profile: {PROGRAM} profile add"),
    (errors.ConfigTooLarge, f"Make it smaller, or list earlier versions: {PROGRAM} history list"),
    (errors.ConfigUnreadable, f"See who may read it: {PROGRAM} doctor"),
    (errors.ConfigCorrupt, f"Fix it in an editor, or list earlier versions: {PROGRAM} history list"),
    (errors.ConfigConflict, "Close the program that keeps writing it, and try again."),
    (errors.ConfigError, f"See what is wrong: {PROGRAM} doctor"),
)
"""A subclass comes before its parents."""


def advice_for(error: CodeMieError) -> str:
    """Return what the user can do; empty if the message already says it."""
    if error.advice or "codemie-tray " in str(error):
        return error.advice
    if isinstance(error, WrongUsage):
        command = error.prog.removeprefix(PROGRAM).strip()
        return (
            f"See its options: {PROGRAM} help {command}" if command else f"See the commands: {PROGRAM} help"
        )
    text = next((text for kind, text in _ADVICE if isinstance(error, kind)), "")
    return text.replace("{name}", command_word(getattr(error, "name", "")))
