"""The interface of a reader of one agent's logs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from codemie_core.sessions.usage.agent_logs.response import Response, ResponseKey

Found = dict[ResponseKey, Response]
"""The most complete line of each response."""


class LogFormat(Protocol):
    """Picks the lines with tokens; used for one pass through a log, or through the lines appended to it.

    Args:
        session: the session that the log belongs to.
        context: what the reader of the earlier lines left; empty at the beginning of a log.
    """

    row: type[Any]
    """The needed fields of a line."""
    found: Found
    lines: int
    """How many lines have tokens, including repetitions."""

    def __init__(self, session: str, context: str) -> None: ...

    def add(self, rows: Sequence[Any]) -> None:
        """Process lines."""

    def context(self) -> str:
        """Return what the reader of the following lines has to know."""


def add_found(found: Found, key: ResponseKey, response: Response) -> None:
    """Keep the most complete line of a response."""
    known = found.get(key)
    found[key] = response if known is None else known.fuller(response)
