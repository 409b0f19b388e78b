"""Who a file belongs to, and the names of agents' logs in the index."""

from __future__ import annotations

from typing import NamedTuple

LOG_PREFIX = "//"
"""Prefix of the names of agents' logs in the index; other names are relative to the home."""


class Owner(NamedTuple):
    """The owner of a session's metadata and of its agent's logs."""

    session: str
    agent: str = ""
    provider: str = ""
    start_ms: int | None = None
    project: str = ""
    """The folder the session worked in."""
    log: str = ""
    """Path of the agent's own log."""
