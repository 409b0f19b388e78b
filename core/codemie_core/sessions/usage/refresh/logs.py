"""Reads one agent's log, or what was appended to it."""

from __future__ import annotations

import io

from codemie_core.sessions.usage.agent_logs.log_format import Found
from codemie_core.sessions.usage.agent_logs.logs import (
    WHOLE_LIMIT_BYTES,
    format_of,
    is_whole,
    scan_log,
    scan_whole_log,
)
from codemie_core.sessions.usage.index.file_state import FileState
from codemie_core.sessions.usage.index.index import UsageIndex
from codemie_core.sessions.usage.index.owner import Owner
from codemie_core.sessions.usage.index.responses import Responses
from codemie_core.sessions.usage.refresh.progress import Progress
from codemie_core.sessions.usage.refresh.snapshot import Snapshot, add_tally, version_to_keep
from codemie_core.sessions.usage.sources.files import LogSource


def ownership(owner: Owner) -> str:
    """Return what a log's totals depend on, which excludes the session's folder and length."""
    return "/".join((owner.agent, owner.provider, str(owner.start_ms)))


def read_log(index: UsageIndex, log: LogSource, file: io.FileIO, *, now_ns: int, progress: Progress) -> int:
    """Update the index from one log.

    Args:
        index: within `index.writing()`.
        log: which one.
        file: the log, open.
        now_ns: the wall clock.
        progress: called for each block.

    Returns:
        How many bytes were read.

    Raises:
        OSError: it can't be read.
    """
    kind = format_of(log.owner.agent)
    assert kind is not None  # noqa: S101 - for the type checker: `logs_of_session` has looked
    responses = Responses(index)
    snapshot = Snapshot(file)
    whole = is_whole(log.path)
    known, state = index.version_of(log.key), index.state(log.key)
    if (
        state is None
        or known is None
        or whole
        or state.metadata != ownership(log.owner)
        or not snapshot.continues(known, state)
    ):
        responses.forget(log.key)
        state = FileState(log.owner.session, ownership(log.owner))
    number = index.put(log.key, version_to_keep(snapshot.status, now_ns), state, log.owner)
    reader = kind(log.owner.session, state.context)
    begun = state.offset

    def spill(found: Found) -> None:
        responses.add(number, found)

    if not whole:
        tally = scan_log(
            snapshot.source, begun, snapshot.size, reader=reader, spill=spill, advance=progress.advance
        )
    elif snapshot.size > WHOLE_LIMIT_BYTES:
        raise OSError(f"longer than {WHOLE_LIMIT_BYTES} bytes")
    else:
        tally = scan_whole_log(snapshot.read_at(snapshot.size, 0), reader=reader, spill=spill)
    add_tally(state, tally, begun)
    state.turns += tally.turns
    state.context = tally.context
    state.fingerprint = snapshot.fingerprint(state.offset)
    index.put(log.key, version_to_keep(snapshot.status, now_ns), state, log.owner)
    return snapshot.size - begun
