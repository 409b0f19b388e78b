"""JSON Lines: reads files of any size, appends whole records. Only the reader loads msgspec."""

from codemie_core.sessions.jsonl.reader import JSONLReader
from codemie_core.sessions.jsonl.tally import BadLine, Tally
from codemie_core.sessions.jsonl.writer import JSONLWriter

__all__ = ["BadLine", "JSONLReader", "JSONLWriter", "Tally"]
