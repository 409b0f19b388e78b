"""Which agents' logs are supported, and one pass through one of them."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass

from codemie_core.sessions.jsonl.blocks import Source as Bytes
from codemie_core.sessions.jsonl.reader import JSONLReader
from codemie_core.sessions.jsonl.tally import BadLine, Tally
from codemie_core.sessions.usage.agent_logs.claude import ClaudeLog, logs_of_subagents
from codemie_core.sessions.usage.agent_logs.codex import CodexLog, logs_of_threads
from codemie_core.sessions.usage.agent_logs.gemini import GeminiLog
from codemie_core.sessions.usage.agent_logs.log_format import Found, LogFormat

WHOLE_LIMIT_BYTES = 64 << 20
"""A log that is one JSON object is read at once; larger ones are not read."""
_SPILL_RESPONSES = 4096
_CLAUDE = ("claude", "claude-acp")
_ENDINGS = (".jsonl", ".json")


@dataclass(slots=True)
class LogTally(Tally):
    """What a read reports about the lines of a log."""

    turns: int = 0
    """Lines with tokens."""
    context: str = ""


def format_of(agent: str) -> type[LogFormat] | None:
    """Return the reader of an agent's logs; None if their format, and so the tokens, are unknown."""
    agent = agent.lower()
    if agent in _CLAUDE:
        return ClaudeLog
    if "codex" in agent:
        return CodexLog
    return GeminiLog if agent == "gemini" else None


def logs_of_session(path: str, agent: str, context: Callable[[], str]) -> list[str]:
    """Return a session's logs: the one in its metadata, and those of everything it started.

    Args:
        path: the log in the metadata; it need not exist.
        agent: the agent that wrote it.
        context: returns what the reader of that log left.
    """
    kind = format_of(agent)
    if kind is None or not _is_of_this_system(path) or not path.endswith(_ENDINGS):
        return []
    more = logs_of_subagents(path) if kind is ClaudeLog else []
    if kind is CodexLog:
        more = logs_of_threads(path, context())
    return [path, *more]


def _is_of_this_system(path: str) -> bool:
    """Whether a path is absolute here.

    On Windows it needs a drive: `/home/...` was copied from another system, and merely examining a network
    path would send the user's name and a hash of the password to its server.
    """
    if sys.platform == "win32":
        return os.path.isabs(path) and os.path.splitdrive(path)[0][1:] == ":"
    return os.path.isabs(path)


def is_whole(path: str) -> bool:
    """Whether a log is one JSON object, which is read in full whenever it changes."""
    return path.endswith(".json")


def scan_log(
    file: Bytes,
    start: int,
    end: int,
    *,
    reader: LogFormat,
    spill: Callable[[Found], object],
    advance: Callable[[int], object],
) -> LogTally:
    """Read part of a log.

    Args:
        file: where to read.
        start: offset of a line's first byte.
        end: offset just past the last line.
        reader: picks the lines.
        spill: called with the responses.
        advance: called with the number of bytes read.
    """
    tally = LogTally()
    read_to = start
    for rows in JSONLReader().scan(file, reader.row, start=start, end=end, tally=tally):
        reader.add(rows)
        if len(reader.found) >= _SPILL_RESPONSES:
            spill(reader.found)
            reader.found.clear()
        advance(tally.end_offset - read_to)
        read_to = tally.end_offset
    spill(reader.found)
    tally.turns, tally.context = reader.lines, reader.context()
    return tally


def scan_whole_log(data: bytes, *, reader: LogFormat, spill: Callable[[Found], object]) -> LogTally:
    """Read a log that is one JSON object; like `scan_log`."""
    from codemie_core.sessions.jsonl.decoder import TypedJSON

    tally = LogTally(end_offset=len(data))
    try:
        reader.add([TypedJSON(reader.row).parse(data.decode("utf-8", "replace"))])
        tally.good = 1
    except (ValueError, RecursionError):
        tally.note(BadLine(0, "not a record"))
    spill(reader.found)
    tally.turns, tally.context = reader.lines, reader.context()
    return tally
