"""Sessions on disk: their records and files, in both layouts."""

from codemie_core.sessions.folders import SessionFile, SessionFileKind, session_files
from codemie_core.sessions.records import ConversationMessage, ConversationRecord, MetricRecord, RecordInvalid

__all__ = [
    "ConversationMessage",
    "ConversationRecord",
    "MetricRecord",
    "RecordInvalid",
    "SessionFile",
    "SessionFileKind",
    "session_files",
]
