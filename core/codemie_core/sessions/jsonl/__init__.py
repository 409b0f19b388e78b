"""JSON Lines: reads files of any size, appends whole records. Only the reader loads msgspec.

The writer is loaded on first use: whoever only reads does not load its locks.
"""

from codemie_core.sessions.jsonl.reader import JSONLReader
from codemie_core.sessions.jsonl.tally import BadLine, Tally

TYPE_CHECKING = False  # as `typing` has it, whose import every command would pay for
if TYPE_CHECKING:
    from codemie_core.sessions.jsonl.writer import JSONLWriter

__all__ = ["BadLine", "JSONLReader", "JSONLWriter", "Tally"]


def __getattr__(name: str) -> object:
    if name != "JSONLWriter":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from codemie_core.sessions.jsonl.writer import JSONLWriter

    globals()[name] = JSONLWriter
    return JSONLWriter
