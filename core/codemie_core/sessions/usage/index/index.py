"""What was counted before, kept in SQLite: a cache, so that asking again costs only the new bytes.

Each file has one row (which version was read, how far, of which session) and its totals, in a few pieces per
UTC day. Tokens come from agents' logs, which repeat each other: see `responses`. A refresh is one
transaction. The database is in WAL mode with `synchronous=NORMAL`: a power cut can lose the last refreshes,
and leaves the state before them (https://www.sqlite.org/pragma.html#pragma_synchronous); the next one reads
on from there. The only file that imports sqlite3.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator, Mapping
from types import TracebackType
from typing import NamedTuple

from codemie_core.files.private.database import connect_private, read_only_beside, remove_database
from codemie_core.sessions.jsonl.decoder import TypedJSON
from codemie_core.sessions.usage.counting.totals import Cells, Used, by_day, cells_of
from codemie_core.sessions.usage.index.file_state import STATE, FileState
from codemie_core.sessions.usage.sources.version import Version

SCHEMA = 4
"""Raise it with every change of meaning: an index of another schema is made anew."""
BUSY_SECONDS = 10.0
_MOST_PIECES = 4
"""Of one file's day. What is new is a piece of its own, so that its cost does not grow with the day; so many
are made one, so that neither does the cost of asking."""
_TABLES = """
CREATE TABLE file (id INTEGER PRIMARY KEY, path TEXT UNIQUE NOT NULL, device INTEGER, inode INTEGER,
    size INTEGER, mtime_ns INTEGER, ctime_ns INTEGER, troubled INTEGER, session TEXT, agent TEXT,
    provider TEXT, start_ms INTEGER, project TEXT, log TEXT, responses INTEGER, state TEXT NOT NULL);
CREATE TABLE turn_part (day INTEGER, file INTEGER, piece INTEGER, cells TEXT NOT NULL,
    PRIMARY KEY (day, file, piece)) WITHOUT ROWID;
CREATE INDEX turn_part_by_file ON turn_part (file);
CREATE TABLE token_part (day INTEGER, file INTEGER, piece INTEGER, cells TEXT NOT NULL,
    PRIMARY KEY (day, file, piece)) WITHOUT ROWID;
CREATE INDEX token_part_by_file ON token_part (file);
CREATE TABLE response (key BLOB, file INTEGER, request BLOB, sidechain INTEGER, at_ms INTEGER, model TEXT,
    input INTEGER, output INTEGER, cache_read INTEGER, cache_write INTEGER, cache_write_1h INTEGER,
    PRIMARY KEY (key, file, request)) WITHOUT ROWID;
CREATE INDEX response_by_file ON response (file);
"""
TURNS, TOKENS = "turn_part", "token_part"
"""Where totals are kept: those of metrics files, and those of agents' logs."""

_CELLS = TypedJSON(list[Used])


_SQLITE_ERRORS = (sqlite3.Error, UnicodeError)
"""SQLite quotes a damaged file in its messages, and Python then fails to decode the message."""


class IndexCorrupt(Exception):
    """The file is damaged, or of another version."""


class IndexUnusable(Exception):
    """Nothing is wrong with it, and it can't be used now: held too long by another process, disk full, ..."""


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


class UsageIndex:
    """One index file, opened by `with`.

    Args:
        path: the file; None for a private one that goes away when closed.
    """

    def __init__(self, path: str | None) -> None:
        self._path = path
        self._open: sqlite3.Connection | None = None
        self._known: tuple[int, dict[str, Version]] | None = None

    def __enter__(self) -> UsageIndex:
        try:
            self._connect()
        except _SQLITE_ERRORS as error:
            _raise_if_unusable(error)
            self.discard()
        except IndexCorrupt:
            self.discard()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; what was not committed is forgotten."""
        connection, self._open = self._open, None
        self._known = None
        if connection is not None:
            with contextlib.nullcontext() if self._path is None else read_only_beside(self._path):
                connection.close()

    def discard(self) -> None:
        """Throw the index away and begin an empty one.

        Raises:
            IndexUnusable: it can't be begun (the disk is full).
        """
        self.close()
        if self._path is not None:
            remove_database(self._path)
        try:
            self._connect()
        except (*_SQLITE_ERRORS, IndexCorrupt) as error:
            raise IndexUnusable(f"can't be made anew: {error}") from error

    def _connect(self) -> None:
        connection = connect_private(self._path, busy_seconds=BUSY_SECONDS)
        try:
            if self._path is not None:
                connection.execute("PRAGMA synchronous=NORMAL")
            if connection.execute("PRAGMA user_version").fetchone() != (SCHEMA,):
                if self._path is not None:
                    connection.execute("PRAGMA journal_mode=WAL")  # the file keeps it
                connection.execute("BEGIN IMMEDIATE")
                # Another process may have made the tables while we waited.
                (version,) = connection.execute("PRAGMA user_version").fetchone()
                if version != SCHEMA:
                    if version or connection.execute("SELECT 1 FROM sqlite_master").fetchone():
                        raise IndexCorrupt("of another version")
                    for statement in _TABLES.strip().split(";\n"):
                        connection.execute(statement)
                    connection.execute(f"PRAGMA user_version={SCHEMA}")
                connection.execute("COMMIT")
        except BaseException:
            connection.close()
            raise
        self._open = connection

    @property
    def connection(self) -> sqlite3.Connection:
        """The open database."""
        if self._open is None:
            raise RuntimeError("the index is not open")
        return self._open

    @contextlib.contextmanager
    def reading(self) -> Iterator[None]:
        """See one state of the index throughout."""
        yield from self._transaction("BEGIN")

    @contextlib.contextmanager
    def writing(self) -> Iterator[None]:
        """Change the index: all of it at once, or not at all.

        Raises:
            IndexUnusable: another process is at it and takes too long.
        """
        yield from self._transaction("BEGIN IMMEDIATE")

    def _transaction(self, begin: str) -> Iterator[None]:
        try:
            self.connection.execute(begin)
            try:
                yield
            except BaseException:
                with contextlib.suppress(sqlite3.Error):
                    self.connection.execute("ROLLBACK")
                raise
            self.connection.execute("COMMIT")
        except _SQLITE_ERRORS as error:
            _raise_if_unusable(error)
            raise IndexCorrupt("SQLite can't read it") from error

    def versions(self) -> Mapping[str, Version]:
        """Return which version of each file was read; read once until somebody changes it."""
        (committed,) = self.connection.execute("PRAGMA data_version").fetchone()
        if self._known is None or self._known[0] != committed:
            rows = self.connection.execute("SELECT path, device, inode, size, mtime_ns, ctime_ns FROM file")
            self._known = committed, {row[0]: row[1:] for row in rows}
        return self._known[1]

    def version_of(self, path: str) -> Version | None:
        """Return which version of one file was read."""
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
        """Return the number by which a file's totals are kept."""
        row = self.connection.execute("SELECT id FROM file WHERE path = ?", (path,)).fetchone()
        return None if row is None else int(row[0])

    def owners_with_logs(self) -> list[Owner]:
        """Return the sessions whose metadata names an agent's log."""
        rows = self.connection.execute(
            "SELECT session, agent, provider, start_ms, project, log FROM file WHERE log != ''"
        )
        return [Owner(*row) for row in rows]

    def context_of(self, path: str) -> str:
        """Return what the reader of a log has left; empty where it was not read."""
        state = self.state(path)
        return "" if state is None else state.context

    def projects(self) -> dict[str, str]:
        """Return the folder that each session worked in."""
        return dict(self.connection.execute("SELECT session, project FROM file WHERE project != ''"))

    def sessions_with_tokens(self) -> set[str]:
        """Return the sessions whose agents' logs name tokens."""
        return {row[0] for row in self.connection.execute("SELECT session FROM file WHERE responses > 0")}

    def forget(self, path: str) -> None:
        """Drop a file and its totals. Responses of an agent's log are dropped by `responses.forget`."""
        file = self.id_of(path)
        self._known = None
        if file is not None:
            for table in (TURNS, TOKENS):
                self.connection.execute(f"DELETE FROM {table} WHERE file = ?", (file,))
            self.connection.execute("DELETE FROM file WHERE id = ?", (file,))

    def put(self, path: str, version: Version, state: FileState, owner: Owner | None = None) -> int:
        """Say how far a file was read; return its number.

        Args:
            path: the file.
            version: which version of it was read.
            state: how far.
            owner: of metadata and of agents' logs.
        """
        self._known = None
        owner = owner or Owner(state.session)
        names = (
            "path, device, inode, size, mtime_ns, ctime_ns, troubled, session, agent, provider, start_ms, "
            "project, log, responses, state"
        )
        is_log = path.startswith(LOG_PREFIX)
        values = (
            *(path, *version, state.troubled, *owner[:5], "" if is_log else owner.log),
            *(state.turns if is_log else 0, STATE.text(state)),
        )
        changes = ", ".join(f"{name} = excluded.{name}" for name in names.split(", ")[1:])
        self.connection.execute(  # the names are those above
            f"INSERT INTO file ({names}) VALUES ({', '.join('?' * len(values))}) "
            f"ON CONFLICT (path) DO UPDATE SET {changes}",
            values,
        )
        file = self.id_of(path)
        assert file is not None  # noqa: S101 - for the type checker: it was just put there
        return file

    def add(self, file: int, cells: Cells, table: str = TURNS) -> None:
        """Add totals of a file.

        Args:
            file: its number, see `put`.
            cells: the totals.
            table: `TURNS` or `TOKENS`.

        Raises:
            IndexCorrupt: those they would be added to are damaged.
        """
        for day, used in by_day(cells).items():
            new = used
            pieces = f"FROM {table} WHERE day = ? AND file = ?"
            (count,) = self.connection.execute(f"SELECT count(*) {pieces}", (day, file)).fetchone()
            if count >= _MOST_PIECES:
                for (text,) in self.connection.execute(f"SELECT cells {pieces}", (day, file)).fetchall():
                    new = _used(text) + new
                self.connection.execute(f"DELETE {pieces}", (day, file))
                new, count = by_day(cells_of(new))[day], 0
            self.connection.execute(
                f"INSERT INTO {table} VALUES (?, ?, ?, ?)", (day, file, count, _CELLS.text(new))
            )

    def troubled(self) -> list[tuple[str, FileState]]:
        """Return the files with lines that could not simply be counted.

        Raises:
            IndexCorrupt: a row is damaged.
        """
        rows = self.connection.execute("SELECT path, state FROM file WHERE troubled ORDER BY path")
        return [(path, _parsed(text)) for path, text in rows]

    def days(self, first_day: int, last_day: int) -> list[int]:
        """Return the UTC days of which there are totals, counted from 1970, in their order."""
        between = (first_day, last_day)
        rows = self.connection.execute(
            "SELECT day FROM turn_part WHERE day BETWEEN ? AND ? "
            "UNION SELECT day FROM token_part WHERE day BETWEEN ? AND ? ORDER BY day",
            between * 2,
        )
        return [row[0] for row in rows]

    def cells(self, first_day: int, last_day: int, table: str = TURNS) -> Iterator[list[Used]]:
        """Yield the totals of some UTC days, a piece at a time.

        Args:
            first_day: counted from 1970.
            last_day: the last that is wanted.
            table: `TURNS` or `TOKENS`.

        Raises:
            IndexCorrupt: something is damaged.
        """
        between = (first_day, last_day)
        for (text,) in self.connection.execute(
            f"SELECT cells FROM {table} WHERE day BETWEEN ? AND ?", between
        ):
            yield _used(text)


LOG_PREFIX = "//"
"""What the names of agents' logs begin with in the index; others are relative to the home."""

_UNUSABLE = (
    *(sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY),
    *(sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_PERM, sqlite3.SQLITE_NOMEM),
)


def _raise_if_unusable(error: Exception) -> None:
    if getattr(error, "sqlite_errorcode", 0) & 0xFF in _UNUSABLE:
        raise IndexUnusable(str(error)) from error


def _parsed(text: object) -> FileState:
    try:
        return STATE.parse(text)  # type: ignore[arg-type]  # what is no text is refused by it
    except (ValueError, TypeError) as error:
        raise IndexCorrupt("a file's state is damaged") from error


def _used(text: object) -> list[Used]:
    try:
        return _CELLS.parse(text)  # type: ignore[arg-type]
    except (ValueError, TypeError) as error:
        raise IndexCorrupt("a day's totals are damaged") from error
