"""Gemini CLI's logs: `~/.gemini/tmp/<project>/chats/session-<time>-<id>.jsonl`, formerly one JSON object in
`session-<time>-<id>.json`.

Messages of type `gemini` have `tokens`; in the newer format, a message that grows is written again under the
same `id`. Input includes what was read from the cache. Thoughts are not part of the output, but cost as much
(https://ai.google.dev/gemini-api/docs/pricing). The total is input, output, thoughts and tools.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from codemie_core.sessions.jsonl.decoder import Count, Struct
from codemie_core.sessions.usage.agent_logs.log_format import Found, add_found
from codemie_core.sessions.usage.agent_logs.response import Response
from codemie_core.sessions.usage.counting.quarter_hours import milliseconds_of
from codemie_core.sessions.usage.sources.digest import digest_of_names


class GeminiTokens(Struct, gc=False):
    """Tokens of one message."""

    input: Count | None = None
    output: Count | None = None
    cached: Count | None = None
    thoughts: Count | None = None
    tool: Count | None = None


class GeminiMessage(Struct):
    """A message; in the newer format, a line."""

    id: Any = None
    timestamp: str | int | float | None = None
    model: Any = None
    tokens: GeminiTokens | None = None


class GeminiLine(GeminiMessage):
    """A line of the newer format, or the whole file in the older one."""

    messages: list[GeminiMessage] | None = None


class GeminiLog:
    """Reads the messages of a Gemini CLI log."""

    row = GeminiLine

    def __init__(self, session: str, context: str) -> None:
        self._session = session
        self._unnamed = int(context or "0")
        self.found: Found = {}
        self.lines = 0

    def add(self, rows: Sequence[GeminiLine]) -> None:
        """Process lines."""
        for row in rows:
            self._add(row)
            for message in row.messages or ():
                self._add(message)

    def context(self) -> str:
        """Return how many messages had no id."""
        return str(self._unnamed)

    def _add(self, message: GeminiMessage) -> None:
        tokens = message.tokens
        if tokens is None:
            return
        self.lines += 1
        given = (tokens.input or 0) + (tokens.tool or 0)
        cached = min(tokens.cached or 0, given)
        response = Response(
            *(0, milliseconds_of(message.timestamp), message.model if isinstance(message.model, str) else ""),
            *(given - cached, (tokens.output or 0) + (tokens.thoughts or 0), cached, 0, 0),
        )
        name = message.id if isinstance(message.id, str) else ""
        if not name:
            self._unnamed += 1
            name = f"message {self._unnamed}"
        add_found(self.found, (digest_of_names("gemini", self._session, name), b""), response)
