"""How far one file was read, as stored in the index."""

from __future__ import annotations

from dataclasses import dataclass, field

from codemie_core.sessions.jsonl.decoder import TypedJSON


@dataclass(slots=True)
class FileState:
    """How far one file was read, and what was found so far."""

    session: str = ""
    metadata: str = ""
    """Who it was counted for, see `refresh`; empty if it was not counted."""
    turns: int = 0
    """Cli layout: lines that counted. Agents' logs: lines with tokens."""
    last_ms: int | None = None
    """Cli layout: time of the latest of them, in milliseconds since 1970."""
    time_ms: int | None = None
    """Cli layout: how much of the session's time is in its totals; None if it had no turn, so none is."""
    offset: int = 0
    fingerprint: str = ""
    """Of everything before `offset`."""
    open_end: bool = False
    """The last counted record has no newline yet."""
    torn: bool = False
    good: int = 0
    salvaged: int = 0
    bad: int = 0
    """Without the torn last line."""
    overlong: int = 0
    places: list[tuple[int, str]] = field(default_factory=list)
    """Offset and reason of the first bad lines."""
    context: str = ""
    """Agents' logs: what the reader has to know about earlier lines, see `agent_logs`."""

    @property
    def troubled(self) -> bool:
        """Whether some of its lines could not be counted normally."""
        return bool(self.bad or self.salvaged or self.torn)


STATE = TypedJSON(FileState)
