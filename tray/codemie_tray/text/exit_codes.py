"""What the command line's exit codes mean; docs/commands.md has the same table."""

from __future__ import annotations

from enum import IntEnum

from codemie_core import (
    CodeMieError,
    ConfigConflict,
    ConfigCorrupt,
    ConfigMissing,
    ConfigUnreadable,
    MigrationImpossible,
    ProfileError,
    SchemaTooNew,
    StoreBusy,
    StoreError,
    VersionNotFound,
)
from codemie_core.errors import (
    CredentialError,
    CredentialInvalid,
    CredentialNotFound,
    HandoverRefused,
    HomeUntrusted,
    RecoveryCodeMistyped,
    RecoveryExists,
)


class ExitCode(IntEnum):
    """Stable: scripts depend on them."""

    OK = 0
    FAILED = 1
    USAGE = 2
    NO_CONFIG = 3
    BAD_CONFIG = 4
    NO_SUCH_PROFILE = 5
    BUSY = 6
    NOT_WRITTEN = 7
    NO_TRAY = 8
    NO_SUCH_CREDENTIAL = 9
    CREDENTIALS_SHUT = 10
    FOUND_SOMETHING = 11
    NOT_HANDED_OVER = 12
    FOUND_DANGER = 13
    HOME_UNTRUSTED = 14
    NO_WINDOW = 15
    INTERRUPTED = 130


def exit_code_of(error: CodeMieError) -> ExitCode:
    """Return the exit code that tells a script what went wrong."""
    for kind, code in (
        (ConfigMissing, ExitCode.NO_CONFIG),
        ((ConfigCorrupt, ConfigUnreadable), ExitCode.BAD_CONFIG),
        ((ProfileError, VersionNotFound), ExitCode.NO_SUCH_PROFILE),
        ((ConfigConflict, StoreBusy), ExitCode.BUSY),
        ((StoreError, SchemaTooNew, MigrationImpossible), ExitCode.NOT_WRITTEN),
        (HomeUntrusted, ExitCode.HOME_UNTRUSTED),
        (CredentialNotFound, ExitCode.NO_SUCH_CREDENTIAL),
        ((CredentialInvalid, RecoveryCodeMistyped, RecoveryExists), ExitCode.FAILED),
        (CredentialError, ExitCode.CREDENTIALS_SHUT),
        (HandoverRefused, ExitCode.NOT_HANDED_OVER),
    ):
        if isinstance(error, kind):
            return code
    return ExitCode.FAILED
