"""The store beneath CodeMie Tray, usable alone: profiles, sessions, credentials and logs of an AI coding CLI.

It works on one folder, the home: `$CODEMIE_HOME`, else `~/.codemie`. It has no screen and prints nothing.
What goes wrong is a `CodeMieError` whose class is a decision for the caller.

    from codemie_core import ConfigLoader, Home

    loader = ConfigLoader(Home.from_environ())
    print(loader.load().active)
    loader.switch_profile("personal")

Where things are:

    Home                                  the paths of one home
    ConfigLoader, Config, Profile         profiles: load, save, switch, rename, delete
    History                               earlier versions of the configuration
    JSONLReader, JSONLWriter              files of JSON Lines, of any size
    ConversationRecord, MetricRecord      the records in a session's files
    CredentialStore, Secret               secrets by name, encrypted on disk
    Migration, Registry, MigrationRunner  the classic configuration from version to version
    cleanup_old_logs, cleanup_old_sessions
    codemie_core.sessions.usage           totals of tokens, sessions and time
    codemie_core.testing                  a home of its own for each of your tests

Each name is loaded when it is first asked for, so importing the package costs next to nothing.
"""

import importlib

TYPE_CHECKING = False  # as `typing` has it, whose import every command would pay for
if TYPE_CHECKING:
    from codemie_core.config.history import History as History
    from codemie_core.config.migrations.definition import Migration as Migration
    from codemie_core.config.migrations.registry import REGISTRY as REGISTRY
    from codemie_core.config.migrations.registry import Registry as Registry
    from codemie_core.config.migrations.runner import MigrationRunner as MigrationRunner
    from codemie_core.config.model import Config as Config
    from codemie_core.config.profile import Profile as Profile
    from codemie_core.config.store import ConfigLoader as ConfigLoader
    from codemie_core.credentials import CredentialStore as CredentialStore
    from codemie_core.credentials import RecoveryCode as RecoveryCode
    from codemie_core.credentials import Secret as Secret
    from codemie_core.errors import *  # noqa: F403
    from codemie_core.home import Home as Home
    from codemie_core.retention import cleanup_old_logs as cleanup_old_logs
    from codemie_core.retention import cleanup_old_sessions as cleanup_old_sessions
    from codemie_core.sessions import ConversationMessage as ConversationMessage
    from codemie_core.sessions import ConversationRecord as ConversationRecord
    from codemie_core.sessions import MetricRecord as MetricRecord
    from codemie_core.sessions import RecordInvalid as RecordInvalid
    from codemie_core.sessions.jsonl import BadLine as BadLine
    from codemie_core.sessions.jsonl import JSONLReader as JSONLReader
    from codemie_core.sessions.jsonl import JSONLWriter as JSONLWriter
    from codemie_core.sessions.jsonl import Tally as Tally

_MODULES = {
    "config.history": ("History",),
    "config.migrations.definition": ("Migration",),
    "config.migrations.registry": ("REGISTRY", "Registry"),
    "config.migrations.runner": ("MigrationRunner",),
    "config.model": ("Config",),
    "config.profile": ("Profile",),
    "config.store": ("ConfigLoader",),
    "credentials": ("CredentialStore", "RecoveryCode", "Secret"),
    "home": ("Home",),
    "retention": ("cleanup_old_logs", "cleanup_old_sessions"),
    "sessions": ("ConversationMessage", "ConversationRecord", "MetricRecord", "RecordInvalid"),
    "sessions.jsonl": ("BadLine", "JSONLReader", "JSONLWriter", "Tally"),
}
_MODULE_OF = {name: module for module, names in _MODULES.items() for name in names}


def __getattr__(name: str) -> object:
    if name == "__all__":
        value: object = sorted({*_MODULE_OF, *_errors()})
    elif name in _MODULE_OF:
        value = getattr(importlib.import_module(f"codemie_core.{_MODULE_OF[name]}"), name)
    elif not name.startswith("_") and name in _errors():
        value = _errors()[name]
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
