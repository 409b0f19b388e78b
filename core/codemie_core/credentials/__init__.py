"""Named secrets, encrypted on disk; see `docs/credentials-file.md` and `SECURITY.md`.

Each name is loaded on first use: whoever only needs `Secret` does not load the whole store.
"""

import importlib

TYPE_CHECKING = False  # as `typing` has it, whose import every command would pay for
if TYPE_CHECKING:
    from codemie_core.credentials.entries.info import CredentialInfo as CredentialInfo
    from codemie_core.credentials.entries.info import RemovedInfo as RemovedInfo
    from codemie_core.credentials.file.recovery_code import RecoveryCode as RecoveryCode
    from codemie_core.credentials.protection_level import Level as Level
    from codemie_core.credentials.protection_level import Protection as Protection
    from codemie_core.credentials.secret import Secret as Secret
    from codemie_core.credentials.store import CredentialStore as CredentialStore

_MODULE_OF = {
    "CredentialInfo": "entries.info",
    "CredentialStore": "store",
    "Level": "protection_level",
    "Protection": "protection_level",
    "RecoveryCode": "file.recovery_code",
    "RemovedInfo": "entries.info",
    "Secret": "secret",
}
__all__ = list(_MODULE_OF)


def __getattr__(name: str) -> object:
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(importlib.import_module(f"{__name__}.{_MODULE_OF[name]}"), name)
    globals()[name] = value
    return value
