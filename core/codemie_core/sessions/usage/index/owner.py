"""Whose a file is, and how agents' logs are named in the index."""

from __future__ import annotations

from typing import NamedTuple

LOG_PREFIX = "//"
"""What the names of agents' logs begin with in the index; others are relative to the home."""


class Owner(NamedTuple):
    """Whose a file is: of a session's metadata and of its agent's logs."""

    session: str
    agent: str = ""
    provider: str = ""
    start_ms: int | None = None
    project: str = ""
    """The folder the session worked in."""
    log: str = ""
    """Path of the agent's own log."""
