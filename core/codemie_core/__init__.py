"""The store behind CodeMie Tray: profiles, sessions, credentials and logs of an AI coding CLI.

It can be used on its own. It works on a single folder, the home: `$CODEMIE_HOME`, or `~/.codemie` by
default. It has no user interface and prints nothing. Failures raise a `CodeMieError` whose class tells the
caller what to do.

    from codemie_core import ConfigLoader, Home

    loader = ConfigLoader(Home.from_environ())
    print(loader.load().active)
    loader.switch_profile("personal")

Overview:

    Home                                  the paths of a home
    ConfigLoader, Config, Profile         profiles: load, save, switch, rename, delete
    History                               earlier versions of the configuration
    JSONLReader, JSONLWriter              JSON Lines files of any size
    ConversationRecord, MetricRecord      records in session files
    CredentialStore, Secret               secrets by name, encrypted on disk
    Migration, Registry, MigrationRunner  migrations of the classic configuration
    cleanup_old_logs, cleanup_old_sessions
    codemie_core.sessions.usage           totals of tokens, sessions and time
    codemie_core.testing                  a separate home for each of your tests

Each name is loaded on first use, so importing the package costs next to nothing.
"""

import importlib

TYPE_CHECKING = False  # as `typing` has it, whose import every command would pay for
if TYPE_CHECKING:
    from codemie_core.config.history import History as History
    from codemie_core.config.migrations.definition import Migration as Migration
    from codemie_core.config.migrations.registry import REGISTRY as REGISTRY
    from codemie_core.config.migrations.registry import Registry as Registry
    from codemie_core.config.migrations.runner import MigrationRunner as MigrationRunner
    from codemie_core.config.model.config import Config as Config
    from codemie_core.config.model.profile import Profile as Profile
    from codemie_core.config.store import ConfigLoader as ConfigLoader
    from codemie_core.credentials import CredentialStore as CredentialStore
    from codemie_core.credentials import RecoveryCode as RecoveryCode
    from codemie_core.credentials import Secret as Secret
    from codemie_core.errors import *  # noqa: F403
    from codemie_core.home import Home as Home
    from codemie_core.retention import cleanup_old_logs as cleanup_old_logs
    from codemie_core.retention import cleanup_old_sessions as cleanup_old_sessions
    from codemie_core.sessions.jsonl import BadLine as BadLine
    from codemie_core.sessions.jsonl import JSONLReader as JSONLReader
    from codemie_core.sessions.jsonl import JSONLWriter as JSONLWriter
    from codemie_core.sessions.jsonl import Tally as Tally
    from codemie_core.sessions.records import ConversationMessage as ConversationMessage
    from codemie_core.sessions.records import ConversationRecord as ConversationRecord
    from codemie_core.sessions.records import MetricRecord as MetricRecord
    from codemie_core.sessions.records import RecordInvalid as RecordInvalid

_MODULES = {
    "config.history": ("History",),
    "config.migrations.definition": ("Migration",),
    "config.migrations.registry": ("REGISTRY", "Registry"),
    "config.migrations.runner": ("MigrationRunner",),
    "config.model.config": ("Config",),
    "config.model.profile": ("Profile",),
    "config.store": ("ConfigLoader",),
    "credentials": ("CredentialStore", "RecoveryCode", "Secret"),
    "home": ("Home",),
    "retention": ("cleanup_old_logs", "cleanup_old_sessions"),
    "sessions.jsonl": ("BadLine", "JSONLReader", "JSONLWriter", "Tally"),
    "sessions.records": ("ConversationMessage", "ConversationRecord", "MetricRecord", "RecordInvalid"),
}
_MODULE_OF = {name: module for module, names in _MODULES.items() for name in names}


def __getattr__(name: str) -> object:
    if name == "__all__":
        value: object = sorted({*_MODULE_OF, *_errors()})
    elif name in _MODULE_OF:
        value = getattr(importlib.import_module(f"codemie_core.{_MODULE_OF[name]}"), name)
    elif not name.startswith("_") and name in (errors := _errors()):
        globals().update(errors)  # all at once: whoever needs one usually names several
        return errors[name]
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_MODULE_OF, *_errors()})


def _errors() -> dict[str, type[Exception]]:
    errors = importlib.import_module("codemie_core.errors")
    root = errors.CodeMieError
    return {
        name: value
        for name, value in vars(errors).items()
        if isinstance(value, type) and issubclass(value, root)
    }
