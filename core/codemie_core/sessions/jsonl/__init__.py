"""JSON Lines: reading at any size, appending whole records. The reader loads msgspec, the writer does not."""

from codemie_core.sessions.jsonl.reader import JSONLReader
from codemie_core.sessions.jsonl.tally import BadLine, Tally
from codemie_core.sessions.jsonl.writer import JSONLWriter

__all__ = ["BadLine", "JSONLReader", "JSONLWriter", "Tally"]
