"""One response of a model, as recorded in a line of an agent's log."""

from __future__ import annotations

from typing import NamedTuple

ResponseKey = tuple[bytes, bytes]
"""Digests of the ids of the message and of the request."""
Tokens = tuple[int, int, int, int, int]
"""Input, output, cache read, cache written for five minutes, cache written for an hour; no number includes
another one."""
FAST = "-fast"
"""Ends the name of a model whose response came in fast mode, which costs more (as ccusage names it)."""
PROMPT_STEPS = (272_000, 200_000, 128_000, 100_000)
"""Request lengths, in input tokens, above which some model has another price."""
PROMPT_MARK = "\x1e"
"""Separates a model from the step of a long request, if a price depends on both."""


class Response(NamedTuple):
    """When it was, by which model, and its tokens."""

    sidechain: int
    """1 for a side chain, that is, a subagent or a side question."""
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
        """Its token counts."""
        return self[3:]

    @property
    def priced_model(self) -> str:
        """Its model, marked with the highest of `PROMPT_STEPS` that its request exceeds.

        Tokens read from the cache or written to it are part of the request.
        """
        prompt = sum(self.tokens) - self.output
        step = next((step for step in PROMPT_STEPS if prompt > step), 0)
        model = self.model.replace(PROMPT_MARK, " ")
        return f"{model}{PROMPT_MARK}{step}" if step else model

    def fuller(self, other: Response) -> Response:
        """Return the more complete one: lines written while it streamed have fewer tokens."""
        more = sum(self.tokens) - sum(other.tokens) or (self.at_ms or 0) - (other.at_ms or 0)
        if more:
            return self if more > 0 else other
        return max(self, other, key=_without_time)


def _without_time(response: Response) -> tuple[object, ...]:
    return (response.sidechain, *response[2:])
