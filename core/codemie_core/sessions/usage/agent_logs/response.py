"""One response of a model, as a line of an agent's log names it."""

from __future__ import annotations

from typing import NamedTuple

ResponseKey = tuple[bytes, bytes]
"""Digests of what names the message, and of what names the request."""
Tokens = tuple[int, int, int, int, int]
"""Input, output, read from the cache, written to it for five minutes, written to it for an hour. None is part
of another."""


class Response(NamedTuple):
    """When it was, by which model, and what it took."""

    sidechain: int
    """1: a side chain's, that is, of a subagent or a question beside the conversation."""
    at_ms: int | None
    """Milliseconds since 1970."""
    model: str
    input: int
    output: int
    cache_read: int
    cache_write: int
    cache_write_1h: int

    @property
    def tokens(self) -> Tokens:
        """Its numbers of tokens."""
        return self[3:]

    def fuller(self, other: Response) -> Response:
        """Return the one that says more: lines written while it streamed have fewer tokens."""
        return max(self, other, key=_rank)


def _rank(response: Response) -> tuple[int, int, Response]:
    return sum(response.tokens), response.at_ms or 0, response._replace(at_ms=0)
