"""Named secrets, encrypted on disk; see `docs/credentials-file.md` and `SECURITY.md`."""

from codemie_core.credentials.file.recovery_code import RecoveryCode
from codemie_core.credentials.protection import Level, Protection
from codemie_core.credentials.secret import Secret
from codemie_core.credentials.store import CredentialInfo, CredentialStore, RemovedInfo

__all__ = [
    "CredentialInfo",
    "CredentialStore",
    "Level",
    "Protection",
    "RecoveryCode",
    "RemovedInfo",
    "Secret",
]
