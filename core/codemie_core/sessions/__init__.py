"""Sessions on disk: their records and files, in both layouts.

Each name is loaded on first use: whoever only reads JSON Lines does not load the records.
"""

import importlib

TYPE_CHECKING = False  # as `typing` has it, whose import every command would pay for
if TYPE_CHECKING:
    from codemie_core.sessions.folders import SessionFile as SessionFile
    from codemie_core.sessions.folders import SessionFileKind as SessionFileKind
    from codemie_core.sessions.folders import session_files as session_files
    from codemie_core.sessions.records import ConversationMessage as ConversationMessage
    from codemie_core.sessions.records import ConversationRecord as ConversationRecord
    from codemie_core.sessions.records import MetricRecord as MetricRecord
    from codemie_core.sessions.records import RecordInvalid as RecordInvalid

_MODULE_OF = {
    "ConversationMessage": "records",
    "ConversationRecord": "records",
    "MetricRecord": "records",
    "RecordInvalid": "records",
    "SessionFile": "folders",
    "SessionFileKind": "folders",
    "session_files": "folders",
}
__all__ = list(_MODULE_OF)


def __getattr__(name: str) -> object:
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(importlib.import_module(f"{__name__}.{_MODULE_OF[name]}"), name)
    globals()[name] = value
    return value
