"""How far one file was read, as the index keeps it."""

from __future__ import annotations

from dataclasses import dataclass, field

from codemie_core.sessions.jsonl.decoder import TypedJSON


@dataclass(slots=True)
class FileState:
    """How far one file was read, and what was met on the way."""

    session: str = ""
    metadata: str = ""
    """For whom it was counted, see `refresh`; empty: not at all."""
    turns: int = 0
    """Cli layout: lines that counted. Agents' logs: lines that name tokens."""
    last_ms: int | None = None
    """Cli layout: when the latest of them was, in milliseconds since 1970."""
    time_ms: int | None = None
    """Cli layout: how much of the session's time is in its totals; None: none, since it had no turn."""
    offset: int = 0
    fingerprint: str = ""
    """Of all before `offset`."""
    open_end: bool = False
    """The last record counted has no newline yet."""
    torn: bool = False
    good: int = 0
    salvaged: int = 0
    bad: int = 0
    """Without the torn last line."""
    overlong: int = 0
    places: list[tuple[int, str]] = field(default_factory=list)
    """Offset and reason of the first bad lines."""
    context: str = ""
    """Agents' logs: what the reader has to know of the lines before, see `agent_logs`."""

    @property
    def troubled(self) -> bool:
        """Whether it has lines that could not simply be counted."""
        return bool(self.bad or self.salvaged or self.torn)


STATE = TypedJSON(FileState)
