"""Counts an agent's response once, no matter in how many lines and logs it was written.

Agents write one response several times: one line per block, with token counts that grow while it streams,
and again at the beginning of a resumed or forked session; and Claude Code's side questions repeat the
conversation before them under new request ids. So the index stores the numbers of each line with tokens, by
the id of its message, and `counted` says which lines count. The result depends on which lines there are, not
on the order in which they were read.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from codemie_core.sessions.usage.agent_logs.response import Response, ResponseKey
from codemie_core.sessions.usage.counting.quarter_hours import quarter_of
from codemie_core.sessions.usage.counting.totals import KeyedTotals, pieces_of
from codemie_core.sessions.usage.index.index import TOKENS, UsageIndex


class Held(NamedTuple):
    """One line with a response's tokens, and its log. Sorts by which came first."""

    start_ms: int
    session: str
    path: str
    file: int
    agent: str
    provider: str
    request: bytes
    response: Response


_OWNER = "ifnull(start_ms, ?), session, path, id, agent, provider"
_KEYS_PER_QUERY = 500
"""SQLite's own limit was 999 parameters until version 3.32."""
_NEVER = 1 << 62
"""Sorts a session without a start after all others."""


def counted(held: Iterable[Held]) -> list[Held]:
    """Return which of the lines about one message count.

    For each request, that is the most complete line of the session that began first, as in the CLI's own
    analytics. A side chain's line counts only if no other has the message
    (https://github.com/ccusage/ccusage/issues/913).
    """
    lines = sorted(held)
    if len(lines) < 2:
        return lines
    main = [line for line in lines if not line.response.sidechain]
    chosen: dict[bytes, Held] = {}
    for line in main or lines:
        request = line.request if main else b""
        first = chosen.setdefault(request, line)
        if first[:2] == line[:2] and first.response.fuller(line.response) != first.response:
            chosen[request] = line
    return list(chosen.values())


class Responses:
    """The responses in an index; within `index.writing()`.

    Args:
        index: where they are stored.
    """

    def __init__(self, index: UsageIndex) -> None:
        self._index = index
        self._changes: dict[int, KeyedTotals] = {}

    def add(self, file: int, found: Mapping[ResponseKey, Response]) -> None:
        """Add what was found in a log, and update the totals.

        Args:
            file: the log's number; it has an owner.
            found: the most complete line of each response, in the part of the log that was read.
        """
        owner = self._index.connection.execute(
            f"SELECT {_OWNER} FROM file WHERE id = ?", (_NEVER, file)
        ).fetchone()
        held = self._held_of({key for key, _ in found})
        added = []
        for (key, request), response in found.items():
            before = held.get(key, [])
            others = [one for one in before if (one.file, one.request) != (file, request)]
            known = next((one.response for one in before if one not in others), response)
            if known is not response and known.fuller(response) == known:
                continue
            added.append((key, file, request, *response))
            held[key] = [*others, _held(owner, request, response)]
            self._count(before, held[key])
        self._index.connection.executemany(
            "INSERT OR REPLACE INTO response VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", added
        )
        self._write()

    def forget(self, path: str) -> None:
        """Drop a log; responses it shared with another log are then counted there."""
        file = self._index.id_of(path)
        if file is None:
            return
        execute = self._index.connection.execute
        shared = execute(
            "SELECT DISTINCT mine.key FROM response mine JOIN response other "
            "ON other.key = mine.key AND other.file != mine.file WHERE mine.file = ?",
            (file,),
        ).fetchall()
        for before in self._held_of([key for (key,) in shared]).values():
            self._count(before, [one for one in before if one.file != file])
        self._changes.pop(file, None)
        execute("DELETE FROM response WHERE file = ?", (file,))
        self._index.forget(path)
        self._write()

    def _held_of(self, keys: Collection[bytes]) -> dict[bytes, list[Held]]:
        """Return the lines about each of these messages; a message without any is not in it."""
        held: dict[bytes, list[Held]] = {}
        waiting = iter(keys)
        while some := list(itertools.islice(waiting, _KEYS_PER_QUERY)):
            rows = self._index.connection.execute(
                f"SELECT key, {_OWNER}, request, sidechain, at_ms, model, input, output, cache_read, "
                "cache_write, cache_write_1h FROM response JOIN file ON file.id = response.file "
                f"WHERE key IN ({', '.join('?' * len(some))})",
                (_NEVER, *some),
            )
            for key, *row in rows:
                held.setdefault(key, []).append(_held(tuple(row[:6]), row[6], Response(*row[7:])))
        return held

    def _count(self, before: list[Held], after: list[Held]) -> None:
        for sign, lines in ((-1, counted(before)), (1, counted(after))):
            for line in lines:
                quarter = quarter_of(line.response.at_ms)
                who = (quarter, line.session, line.agent, line.provider, line.response.priced_model)
                total = self._changes.setdefault(line.file, {}).setdefault(who, [0, 0, 0, 0, 0])
                for number, amount in enumerate(line.response.tokens):
                    total[number] += sign * amount

    def _write(self) -> None:
        for file, totals in self._changes.items():
            changed = {key: total for key, total in totals.items() if any(total)}
            if changed:
                self._index.add(file, pieces_of(changed, of_logs=True), TOKENS)
        self._changes.clear()


def _held(owner: tuple[int, str, str, int, str, str], request: bytes, response: Response) -> Held:
    """Return a line; `owner` is what `_OWNER` selects."""
    return Held(*owner, request, response)
