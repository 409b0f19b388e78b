"""Named secrets, encrypted on disk; see `docs/credentials-file.md` and `SECURITY.md`."""

from codemie_core.credentials.entries.info import CredentialInfo, RemovedInfo
from codemie_core.credentials.file.recovery_code import RecoveryCode
from codemie_core.credentials.protection_level import Level, Protection
from codemie_core.credentials.secret import Secret
from codemie_core.credentials.store import CredentialStore

__all__ = [
    "CredentialInfo",
    "CredentialStore",
    "Level",
    "Protection",
    "RecoveryCode",
    "RemovedInfo",
    "Secret",
]
