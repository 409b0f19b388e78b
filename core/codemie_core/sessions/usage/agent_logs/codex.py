"""Codex's logs: `~/.codex/sessions/<year>/<month>/<day>/rollout-<time>-<thread>.jsonl`.

A `token_count` event has the thread's tokens so far (`total_token_usage`) and those of the latest request
(`last_token_usage`). Codex repeats it unchanged whenever it shows limits: without a new total, there was no
new request (https://github.com/ccusage/ccusage/issues/1288). A forked thread, or a subagent's, repeats the
events of its parent thread with new times, so both numbers together identify a request
(https://github.com/ccusage/ccusage/issues/897 and /950). Input includes what was read from the cache or
written to it, and output includes reasoning. `thread_settings_applied` says when fast mode was turned on or
off.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from typing import Any

from codemie_core.sessions.jsonl.decoder import Count, Struct
from codemie_core.sessions.usage.agent_logs.log_format import Found, add_found
from codemie_core.sessions.usage.agent_logs.response import FAST, Response
from codemie_core.sessions.usage.counting.quarter_hours import milliseconds_of
from codemie_core.sessions.usage.sources.digest import digest_of_names

_THREAD = 36
"""Length of a thread's id, a UUID."""
_FAST_TIERS = ("fast", "priority")


class TokenBlock(Struct, gc=False):
    """Tokens of one request, or of all requests so far."""

    input_tokens: Count = 0
    cached_input_tokens: Count = 0
    cache_write_input_tokens: Count = 0
    output_tokens: Count = 0


class TokenInfo(Struct):
    """The content of `token_count`."""

    total_token_usage: TokenBlock | None = None
    last_token_usage: TokenBlock | None = None


class ThreadSettings(Struct):
    """The content of `thread_settings_applied`."""

    service_tier: Any = None


class Payload(Struct):
    """The payload of a line; each kind has some of these fields."""

    type: Any = None
    id: Any = None
    model: Any = None
    info: TokenInfo | str | list[Any] | None = None
    thread_settings: ThreadSettings | str | list[Any] | None = None
    forked_from_id: Any = None
    parent_thread_id: Any = None
    new_thread_id: Any = None
    name: Any = None
    arguments: Any = None


class CodexLine(Struct):
    """A line of a rollout."""

    timestamp: str | int | float | None = None
    type: Any = None
    payload: Payload | str | list[Any] | None = None


class CodexLog:
    """Reads the lines of a Codex rollout."""

    row = CodexLine

    def __init__(self, session: str, context: str) -> None:
        known = json.loads(context) if context else {}
        self._thread: str = known.get("thread", session)
        self._model: str = known.get("model", "")
        self._total: list[int] = known.get("total", [0, 0, 0, 0])
        self._fast: bool = known.get("fast", False)
        self._children: list[str] = known.get("children", [])
        self.found: Found = {}
        self.lines = 0

    def add(self, rows: Sequence[CodexLine]) -> None:
        """Process lines."""
        for row in rows:
            payload = row.payload
            if not isinstance(payload, Payload):
                continue
            if row.type == "turn_context":
                self._model = _text(payload.model) or self._model
            elif row.type == "session_meta":
                # In a thread's first request both numbers are equal, and another thread may begin the same.
                from_thread = _text(payload.forked_from_id) or _text(payload.parent_thread_id)
                self._thread = from_thread or _text(payload.id) or self._thread
            elif payload.type == "token_count" and isinstance(payload.info, TokenInfo):
                self._count(row.timestamp, payload.info)
            elif isinstance(payload.thread_settings, ThreadSettings):
                tier = _text(payload.thread_settings.service_tier)
                self._fast = tier in _FAST_TIERS if tier else self._fast
            elif payload.type == "collab_agent_spawn_end":
                self._child(payload.new_thread_id)
            elif payload.name == "wait_agent" and isinstance(payload.arguments, str):
                self._children_of_call(payload.arguments)

    def context(self) -> str:
        """Return the thread, its model, whether it is in fast mode, its total, and the threads it started."""
        known = {"thread": self._thread, "model": self._model, "total": self._total, "fast": self._fast}
        return json.dumps({**known, "children": self._children})

    def _count(self, timestamp: str | float | None, info: TokenInfo) -> None:
        self.lines += 1
        total = None if info.total_token_usage is None else _numbers(info.total_token_usage)
        if total is not None and total == self._total:
            return
        if info.last_token_usage is not None:
            last = _numbers(info.last_token_usage)
        elif total is not None:
            last = [max(0, now - before) for now, before in zip(total, self._total, strict=True)]
        else:
            return
        self._total = total or [before + more for before, more in zip(self._total, last, strict=True)]
        given, cached, written, output = last
        cached = min(cached, given)
        written = min(written, given - cached)
        model = self._model + FAST if self._fast and self._model else self._model
        response = Response(
            *(0, milliseconds_of(timestamp), model),
            *(given - cached - written, output, cached, written, 0),
        )
        scope = self._thread if self._total == last else ""
        key = digest_of_names("codex", scope, *map(str, (*self._total, *last)))
        add_found(self.found, (key, b""), response)

    def _child(self, thread: object) -> None:
        if isinstance(thread, str) and len(thread) == _THREAD and thread not in self._children:
            self._children.append(thread)

    def _children_of_call(self, arguments: str) -> None:
        try:
            targets = json.loads(arguments)["targets"]
        except (ValueError, KeyError, TypeError, RecursionError):
            return
        for target in targets if isinstance(targets, list) else ():
            self._child(target)


def logs_of_threads(path: str, context: str) -> list[str]:
    """Return the rollouts of the threads that this one started; they are in the folder of their day.

    Args:
        path: this one.
        context: what its reader left.
    """
    children = json.loads(context).get("children", []) if context else []
    if not children:
        return []
    folder = os.path.dirname(path)
    try:
        names = sorted(os.listdir(folder))
    except OSError:
        return []
    ours = os.path.basename(path)
    return [
        os.path.join(folder, name)
        for name in names
        if name != ours and name.endswith(tuple(f"-{child}.jsonl" for child in children))
    ]


def _numbers(block: TokenBlock) -> list[int]:
    written = block.cache_write_input_tokens
    return [block.input_tokens, block.cached_input_tokens, written, block.output_tokens]


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""
