"""Secrets by name, encrypted on disk; `docs/credentials-file.md` and `SECURITY.md` say how and how well."""

from codemie_core.credential.protection import Level, Protection
from codemie_core.credential.recovery_code import RecoveryCode
from codemie_core.credential.secret import Secret
from codemie_core.credential.store import CredentialInfo, CredentialStore

__all__ = ["CredentialInfo", "CredentialStore", "Level", "Protection", "RecoveryCode", "Secret"]
