"""One response of a model, as a line of an agent's log names it."""

from __future__ import annotations

from typing import NamedTuple

ResponseKey = tuple[bytes, bytes]
"""Digests of what names the message, and of what names the request."""
Tokens = tuple[int, int, int, int, int]
"""Input, output, read from the cache, written to it for five minutes, written to it for an hour. None is part
of another."""
PROMPT_STEPS = (272_000, 200_000, 128_000, 100_000)
"""Lengths of a request, in input tokens, above which some model has another price."""
PROMPT_MARK = "\x1e"
"""Stands between a model and the step of a long request, where a price depends on both."""


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

    @property
    def priced_model(self) -> str:
        """Its model, marked with the longest of `PROMPT_STEPS` that its request exceeds.

        What was read from the cache or written to it is part of the request.
        """
        prompt = sum(self.tokens) - self.output
        step = next((step for step in PROMPT_STEPS if prompt > step), 0)
        model = self.model.replace(PROMPT_MARK, " ")
        return f"{model}{PROMPT_MARK}{step}" if step else model

    def fuller(self, other: Response) -> Response:
        """Return the one that says more: lines written while it streamed have fewer tokens."""
        return max(self, other, key=_rank)


def _rank(response: Response) -> tuple[int, int, Response]:
    return sum(response.tokens), response.at_ms or 0, response._replace(at_ms=0)
