"""What was counted before, in SQLite: a cache, so that the next query costs only the new bytes.

Each file has one row (which version was read, how far, of which session) and its totals, in a few pieces per
UTC day. Tokens come from agents' logs, which repeat each other: see `responses`. A refresh is one
transaction.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping

from codemie_core.sessions.usage.counting.totals import (
    GROUPS,
    USED,
    Group,
    Piece,
    Used,
    by_day,
    piece_of,
    totals_of,
)
from codemie_core.sessions.usage.index.database import IndexCorrupt, IndexDatabase
from codemie_core.sessions.usage.index.file_state import STATE, FileState
from codemie_core.sessions.usage.index.owner import LOG_PREFIX, Owner
from codemie_core.sessions.usage.sources.version import Version

_MOST_PIECES = 4
"""Of one file's day. New totals become a separate piece, so their cost does not grow with the day; this many
are merged into one, so the cost of a query does not grow either."""
TURNS, TOKENS = "turn_part", "token_part"
"""The tables of totals: those of metrics files, and those of agents' logs."""


_FIELDS = (
    *("path", "device", "inode", "size", "mtime_ns", "ctime_ns", "troubled", "session", "agent", "provider"),
    *("start_ms", "project", "log", "responses", "state"),
)
_PUT = (
    f"INSERT INTO file ({', '.join(_FIELDS)}) VALUES ({', '.join('?' * len(_FIELDS))}) "
    f"ON CONFLICT (path) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in _FIELDS[1:])}"
)


class UsageIndex(IndexDatabase):
    """One index file, as a context manager.

    Args:
        path: the file; None for a temporary one, removed when closed.
    """

    def __init__(self, path: str | None) -> None:
        super().__init__(path)
        self._known: tuple[int, dict[str, Version]] | None = None

    def close(self) -> None:
        """Close the file; uncommitted changes are lost."""
        self._known = None
        super().close()

    def rolled_back(self) -> None:
        """Forget the versions that were put."""
        self._known = None

    def versions(self) -> Mapping[str, Version]:
        """Return the version of each file that was read; cached until another process changes it."""
        (committed,) = self.connection.execute("PRAGMA data_version").fetchone()
        if self._known is None or self._known[0] != committed:
            rows = self.connection.execute("SELECT path, device, inode, size, mtime_ns, ctime_ns FROM file")
            self._known = committed, {row[0]: row[1:] for row in rows}
        return self._known[1]

    def version_of(self, path: str) -> Version | None:
        """Return the version of one file that was read."""
        version: Version | None = self.connection.execute(
            "SELECT device, inode, size, mtime_ns, ctime_ns FROM file WHERE path = ?", (path,)
        ).fetchone()
        return version

    def state(self, path: str) -> FileState | None:
        """Return how far a file was read.

        Raises:
            IndexCorrupt: the row is damaged.
        """
        row = self.connection.execute("SELECT state FROM file WHERE path = ?", (path,)).fetchone()
        return None if row is None else _parsed(row[0])

    def id_of(self, path: str) -> int | None:
        """Return the id under which a file's totals are kept."""
        row = self.connection.execute("SELECT id FROM file WHERE path = ?", (path,)).fetchone()
        return None if row is None else int(row[0])

    def row_of(self, path: str) -> tuple[int, Version, FileState] | None:
        """Return the id under which a file's totals are kept, its version, and how far it was read.

        Raises:
            IndexCorrupt: the row is damaged.
        """
        row = self.connection.execute(
            "SELECT id, state, device, inode, size, mtime_ns, ctime_ns FROM file WHERE path = ?", (path,)
        ).fetchone()
        return None if row is None else (int(row[0]), row[2:], _parsed(row[1]))

    def owners_with_logs(self) -> list[Owner]:
        """Return the sessions whose metadata names an agent's log."""
        rows = self.connection.execute(
            "SELECT session, agent, provider, start_ms, project, log FROM file WHERE log != ''"
        )
        return [Owner(*row) for row in rows]

    def context_of(self, path: str) -> str:
        """Return the context that a log's reader left; empty if the log was not read."""
        state = self.state(path)
        return "" if state is None else state.context

    def projects(self) -> dict[str, str]:
        """Return the folder that each session worked in."""
        return dict(self.connection.execute("SELECT session, project FROM file WHERE project != ''"))

    def sessions_with_tokens(self) -> set[str]:
        """Return the sessions whose agents' logs have tokens."""
        return {row[0] for row in self.connection.execute("SELECT session FROM file WHERE responses > 0")}

    def forget(self, path: str) -> None:
        """Drop a file and its totals. `responses.forget` drops the responses of an agent's log."""
        file = self.id_of(path)
        if file is not None:
            if self._known is not None:
                self._known[1].pop(path, None)
            for table in (TURNS, TOKENS):
                self.connection.execute(f"DELETE FROM {table} WHERE file = ?", (file,))
            self.connection.execute("DELETE FROM file WHERE id = ?", (file,))

    def put(self, path: str, version: Version, state: FileState, owner: Owner | None = None) -> int:
        """Record how far a file was read; return its number.

        Args:
            path: the file.
            version: the version that was read.
            state: how far it was read.
            owner: for metadata and agents' logs.
        """
        if self._known is not None:
            self._known[1][path] = version
        owner = owner or Owner(state.session)
        is_log = path.startswith(LOG_PREFIX)
        values = (
            *(path, *version, state.troubled, *owner[:5], "" if is_log else owner.log),
            *(state.turns if is_log else 0, STATE.text(state)),
        )
        self.connection.execute(_PUT, values)
        file = self.id_of(path)
        assert file is not None  # noqa: S101 - for the type checker: it was just put there
        return file

    def add(self, file: int, pieces: Iterable[Piece], table: str = TURNS) -> None:
        """Add totals of a file.

        Args:
            file: its number, see `put`.
            pieces: the totals, see `pieces_of`.
            table: `TURNS` or `TOKENS`.

        Raises:
            IndexCorrupt: the totals they would be added to are damaged.
        """
        for new in pieces:
            piece, day = new, new.day
            first = _part_id(day, file)
            ids = f"FROM {table} WHERE id BETWEEN ? AND ?"
            (count,) = self.connection.execute(
                f"SELECT count(*) {ids}", (first, first + _MOST_PIECES)
            ).fetchone()
            if count >= _MOST_PIECES:
                texts = self.connection.execute(
                    f"SELECT totals {ids}", (first, first + _MOST_PIECES)
                ).fetchall()
                used = [one for (text,) in (*texts, (new.totals,)) for one in _used(text)]
                self.connection.execute(f"DELETE {ids}", (first, first + _MOST_PIECES))
                merged = by_day(totals_of(used))[day]
                piece, count = piece_of(day, merged, of_logs=table == TOKENS), 0
            self.connection.execute(
                f"INSERT INTO {table} VALUES (?, ?, ?, ?, ?, ?)", (first + count, day, file, *piece[1:])
            )

    def troubled(self) -> list[tuple[str, FileState]]:
        """Return the files with lines that could not be counted normally.

        Raises:
            IndexCorrupt: a row is damaged.
        """
        rows = self.connection.execute("SELECT path, state FROM file WHERE troubled ORDER BY path")
        return [(path, _parsed(text)) for path, text in rows]

    def days(self, first_day: int, last_day: int, *tables: str) -> list[int]:
        """Return the UTC days with totals, counted from 1970, in order."""
        days = " UNION ".join(f"SELECT day FROM {table} WHERE day BETWEEN ?1 AND ?2" for table in tables)
        rows = self.connection.execute(
            f"SELECT DISTINCT day FROM ({days}) ORDER BY day", (first_day, last_day)
        )
        return [row[0] for row in rows]

    def totals(
        self,
        first_day: int,
        last_day: int,
        table: str = TURNS,
        *,
        is_whole: Callable[[int], bool] = lambda day: False,  # noqa: ARG005
        parts_only: bool = False,
    ) -> Iterator[list[Used]]:
        """Yield the totals of some UTC days, piece by piece.

        Args:
            first_day: counted from 1970.
            last_day: the last one wanted.
            table: `TURNS` or `TOKENS`.
            is_whole: returns whether the sum of a day suffices. If so, the totals are those of
                `summed_by_day`, which are several times as fast to read.
            parts_only: leave out the days of which the sum suffices, because `groups` has them.

        Raises:
            IndexCorrupt: something is damaged.
        """
        days = self.days(first_day, last_day, table)
        for whole, run in itertools.groupby(days, is_whole):
            if whole and parts_only:
                continue
            column, of_run = "day_totals" if whole else "totals", list(run)
            for (text,) in self.connection.execute(
                f"SELECT {column} FROM {table} WHERE day BETWEEN ? AND ?", (of_run[0], of_run[-1])
            ):
                yield _used(text)

    def groups(
        self, first_day: int, last_day: int, *, is_whole: Callable[[int], bool]
    ) -> Iterator[tuple[int, list[Group]]]:
        """Yield the groups of some UTC days, piece by piece, each with its day.

        Args:
            first_day: counted from 1970.
            last_day: the last one wanted.
            is_whole: returns whether the sum of a day suffices; other days are left out.

        Raises:
            IndexCorrupt: something is damaged.
        """
        for whole, run in itertools.groupby(self.days(first_day, last_day, TURNS), is_whole):
            of_run = list(run)
            if whole:
                for day, text in self.connection.execute(
                    f"SELECT day, day_groups FROM {TURNS} WHERE day BETWEEN ? AND ?", (of_run[0], of_run[-1])
                ):
                    yield day, _groups(text)


def _part_id(day: int, file: int) -> int:
    """Return the id of the first piece of a file's day; the parts of a day are neighbours in the database."""
    return ((day + 1) << 40 | file) * (_MOST_PIECES + 1)


def _parsed(text: object) -> FileState:
    try:
        return STATE.parse(text)  # type: ignore[arg-type]  # it refuses anything but text
    except (ValueError, TypeError) as error:
        raise IndexCorrupt("a file's state is damaged") from error


def _groups(text: object) -> list[Group]:
    try:
        return GROUPS.parse(text)  # type: ignore[arg-type]
    except (ValueError, TypeError) as error:
        raise IndexCorrupt("a day's groups are damaged") from error


def _used(text: object) -> list[Used]:
    try:
        return USED.parse(text)  # type: ignore[arg-type]
    except (ValueError, TypeError) as error:
        raise IndexCorrupt("a day's totals are damaged") from error
