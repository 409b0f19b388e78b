"""What the reader of one agent's logs does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from codemie_core.sessions.usage.agent_logs.response import Response, ResponseKey

Found = dict[ResponseKey, Response]
"""The fullest line of each response."""


class LogFormat(Protocol):
    """Picks the lines that name tokens; made for one way through one log, or through what was appended.

    Args:
        session: whose log it is.
        context: what the reader of the lines before has left; empty at the beginning of a log.
    """

    row: type[Any]
    """The fields of a line that are needed."""
    found: Found
    lines: int
    """How many lines name tokens, repetitions too."""

    def __init__(self, session: str, context: str) -> None: ...

    def add(self, rows: Sequence[Any]) -> None:
        """Take lines."""

    def context(self) -> str:
        """Return what the reader of the lines behind these has to know."""


def add_found(found: Found, key: ResponseKey, response: Response) -> None:
    """Keep the fullest line of a response."""
    known = found.get(key)
    found[key] = response if known is None else known.fuller(response)
