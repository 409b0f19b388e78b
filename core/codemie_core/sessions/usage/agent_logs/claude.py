"""Claude Code's logs: `~/.claude/projects/<folder>/<session>.jsonl`, and for subagents
`<session>/subagents/agent-<id>.jsonl` beside it.

A response takes one line per block, all with the same `message.id` and `requestId`, and with token counts
that grow while it streams. Providers other than Anthropic may omit `requestId`, and some reuse an id in
another session; then the session is part of the key (https://github.com/ccusage/ccusage/issues/976 and
/1635). Failed retries are logged as messages of the model `<synthetic>`, without tokens.

What an advisor used, another model that the response asked, is not part of the response's own numbers
(https://github.com/ccusage/ccusage/issues/1115). Lines of the type `progress` repeat a subagent's messages.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from codemie_core.sessions.jsonl.decoder import Count, Struct
from codemie_core.sessions.usage.agent_logs.log_format import Found, add_found
from codemie_core.sessions.usage.agent_logs.response import FAST, Response, Tokens
from codemie_core.sessions.usage.counting.quarter_hours import milliseconds_of
from codemie_core.sessions.usage.sources.digest import digest, digest_of_names

_SYNTHETIC = "<synthetic>"


class CacheWrites(Struct, gc=False):
    """How long the cache keeps what was written to it."""

    ephemeral_1h_input_tokens: Count | None = None


class Counts(Struct, gc=False):
    """What the provider counted; input excludes what was read from the cache or written to it."""

    input_tokens: Count | None = None
    output_tokens: Count | None = None
    cache_read_input_tokens: Count | None = None
    cache_creation_input_tokens: Count | None = None
    """For any duration."""
    cache_creation: CacheWrites | None = None


class Iteration(Counts):
    """One of the model calls that a response consists of."""

    type: Any = None
    model: Any = None


class TokenUsage(Counts):
    """The numbers of a response: those of its own model."""

    speed: Any = None
    iterations: list[Iteration] | None = None


class Message(Struct):
    """A message of a conversation, without its text."""

    id: str | None = None
    model: str | None = None
    usage: TokenUsage | None = None


class SubagentMessage(Struct, rename={"request": "requestId"}):
    """A line of a subagent's log, as repeated in that of its parent."""

    timestamp: str | int | float | None = None
    request: str | None = None
    message: Message | str | list[Any] | None = None


class Progress(Struct):
    """What a line of the type `progress` reports."""

    message: SubagentMessage | str | list[Any] | None = None


class ClaudeLine(Struct, rename={"request": "requestId", "sidechain": "isSidechain"}):
    """A line; lines that are not messages have something else under `message`, or nothing."""

    timestamp: str | int | float | None = None
    request: str | None = None
    sidechain: bool | None = None
    message: Message | str | list[Any] | None = None
    data: Progress | str | int | float | bool | list[Any] | None = None


class ClaudeLog:
    """Reads the lines of a Claude Code log."""

    row = ClaudeLine

    def __init__(self, session: str, context: str) -> None:
        self._session = session
        self._unnamed = int(context or "0")
        self.found: Found = {}
        self.lines = 0

    def add(self, rows: Sequence[ClaudeLine]) -> None:
        """Process lines."""
        named, key_of_named = ("", ""), (b"", b"")
        for row in rows:
            line: ClaudeLine | SubagentMessage = row
            sidechain = 1 if row.sidechain else 0
            if isinstance(row.data, Progress) and isinstance(row.data.message, SubagentMessage):
                line, sidechain = row.data.message, 1
            message = line.message
            if not isinstance(message, Message) or message.usage is None or message.model == _SYNTHETIC:
                continue
            self.lines += 1
            usage, at_ms = message.usage, milliseconds_of(line.timestamp)
            model = message.model or ""
            if usage.speed == "fast" and model:
                model += FAST
            response = Response(sidechain, at_ms, model, *_numbers(usage))
            if message.id and line.request:
                if named != (message.id, line.request):  # a response's lines follow one another
                    named = message.id, line.request
                    key_of_named = digest_of_names("claude", message.id), digest_of_names(line.request)[:8]
                key = key_of_named
            elif message.id or line.request:
                name = message.id or f"request {line.request}"
                key = digest_of_names("claude", name, self._session), b""
            else:
                self._unnamed += 1
                key = digest_of_names("claude", "", self._session, str(self._unnamed)), b""
            add_found(self.found, key, response)
            for number, call in enumerate(usage.iterations or ()):
                if call.type == "advisor_message" and isinstance(call.model, str):
                    advised = digest(key[0], b"advisor", str(number).encode()), key[1]
                    add_found(self.found, advised, Response(sidechain, at_ms, call.model, *_numbers(call)))

    def context(self) -> str:
        """Return how many lines had no id at all."""
        return str(self._unnamed)


def _numbers(counts: Counts) -> Tokens:
    written = counts.cache_creation_input_tokens or 0
    hour = (counts.cache_creation.ephemeral_1h_input_tokens or 0) if counts.cache_creation else 0
    hour = min(hour, written)
    read = counts.cache_read_input_tokens or 0
    return counts.input_tokens or 0, counts.output_tokens or 0, read, written - hour, hour


def logs_of_subagents(path: str) -> list[str]:
    """Return the logs of a session's subagents, from the folder beside its own log."""
    folder = os.path.join(os.path.splitext(path)[0], "subagents")
    try:
        names = os.listdir(folder)
    except OSError:
        return []
    return [
        os.path.join(folder, name)
        for name in sorted(names)
        if name.startswith("agent-") and name.endswith(".jsonl")
    ]
