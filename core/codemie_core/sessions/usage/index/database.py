"""The SQLite file of the index: its tables, opening it, and its transactions.

The database is in WAL mode with `synchronous=NORMAL`: a power cut can lose the last refreshes, but leaves the
state before them (https://www.sqlite.org/pragma.html#pragma_synchronous), from which the next refresh
continues. The only file that imports sqlite3.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from types import TracebackType
from typing import Self

from codemie_core.files.private.database import connect_private, read_only_beside, remove_database

SCHEMA = 10
"""Raise it whenever the meaning changes: an index with another schema is rebuilt."""
BUSY_SECONDS = 10.0
LONGEST_LOG_BYTES = 1 << 20
"""Opening the database with a log of this length takes about a millisecond longer than without."""
# The shorter texts of a part come first: SQLite walks through the pages of all texts before the one it reads.
# Parts have row ids (`part_id`), because the key of a table without them is compared together with its texts.
_TABLES = """
CREATE TABLE file (id INTEGER PRIMARY KEY, path TEXT UNIQUE NOT NULL, device INTEGER, inode INTEGER,
    size INTEGER, mtime_ns INTEGER, ctime_ns INTEGER, troubled INTEGER, session TEXT, agent TEXT,
    provider TEXT, start_ms INTEGER, project TEXT, log TEXT, responses INTEGER, state TEXT NOT NULL);
CREATE INDEX file_troubled ON file (path) WHERE troubled;
CREATE INDEX file_with_log ON file (session) WHERE log != '';
CREATE INDEX file_with_responses ON file (session) WHERE responses > 0;
CREATE TABLE turn_part (id INTEGER PRIMARY KEY, day INTEGER, file INTEGER, day_groups TEXT NOT NULL,
    day_totals TEXT NOT NULL, totals TEXT NOT NULL);
CREATE INDEX turn_part_by_day ON turn_part (day);
CREATE INDEX turn_part_by_file ON turn_part (file);
CREATE TABLE token_part (id INTEGER PRIMARY KEY, day INTEGER, file INTEGER, day_groups TEXT NOT NULL,
    day_totals TEXT NOT NULL, totals TEXT NOT NULL);
CREATE INDEX token_part_by_day ON token_part (day);
CREATE INDEX token_part_by_file ON token_part (file);
CREATE TABLE response (key BLOB, file INTEGER, request BLOB, sidechain INTEGER, at_ms INTEGER, model TEXT,
    input INTEGER, output INTEGER, cache_read INTEGER, cache_write INTEGER, cache_write_1h INTEGER,
    PRIMARY KEY (key, file, request)) WITHOUT ROWID;
CREATE INDEX response_by_file ON response (file);
"""
_SQLITE_ERRORS = (sqlite3.Error, UnicodeError)
"""SQLite quotes a damaged file in its messages, which Python then fails to decode."""


class IndexCorrupt(Exception):
    """The file is damaged, or of another version."""


class IndexUnusable(Exception):
    """The index is fine, but can't be used now: locked too long by another process, disk full, ..."""


class IndexDatabase:
    """One database file, as a context manager.

    Args:
        path: the file; None for a temporary one, removed when closed.
    """

    def __init__(self, path: str | None) -> None:
        self._path = path
        self._open: sqlite3.Connection | None = None

    def __enter__(self) -> Self:
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
        """Close the file; uncommitted changes are lost."""
        connection, self._open = self._open, None
        if connection is not None:
            with contextlib.nullcontext() if self._path is None else read_only_beside(self._path):
                connection.close()

    def empty_long_log(self) -> None:
        """Move a long log into the database, because whoever opens it next reads all of the log.

        SQLite's own checkpoints leave the log as it is, and the next process to open it no longer knows that
        they were made: each of its commits would copy all of the log again.
        """
        if self._path is None:
            return
        with contextlib.suppress(OSError, *_SQLITE_ERRORS):  # the log is as good as the database
            if os.stat(self._path + "-wal").st_size <= LONGEST_LOG_BYTES:
                return
            self.connection.execute("PRAGMA busy_timeout=0")  # another one is reading it: next time, then
            try:
                self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            finally:
                self.connection.execute(f"PRAGMA busy_timeout={round(BUSY_SECONDS * 1000)}")

    def discard(self) -> None:
        """Delete the index and create an empty one.

        Raises:
            IndexUnusable: it can't be created (the disk is full).
        """
        self.close()
        if self._path is not None:
            remove_database(self._path)
        try:
            self._connect()
        except (*_SQLITE_ERRORS, IndexCorrupt) as error:
            raise IndexUnusable(f"can't be rebuilt: {error}") from error

    def _connect(self) -> None:
        connection = connect_private(self._path, busy_seconds=BUSY_SECONDS)
        try:
            if self._path is not None:
                connection.execute("PRAGMA synchronous=NORMAL")
            if connection.execute("PRAGMA user_version").fetchone() != (SCHEMA,):
                if self._path is not None:
                    connection.execute("PRAGMA journal_mode=WAL")  # stored in the file
                connection.execute("BEGIN IMMEDIATE")
                # Another process may have created the tables while we waited.
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
        """Read one consistent state of the index throughout."""
        yield from self._transaction("BEGIN")

    @contextlib.contextmanager
    def writing(self) -> Iterator[None]:
        """Change the index completely or not at all.

        Raises:
            IndexUnusable: another process keeps it locked for too long.
        """
        yield from self._transaction("BEGIN IMMEDIATE")

    def rolled_back(self) -> None:
        """Forget what is only true within the transaction that is being rolled back."""

    def _transaction(self, begin: str) -> Iterator[None]:
        try:
            self.connection.execute(begin)
            try:
                yield
            except BaseException:
                self.rolled_back()
                with contextlib.suppress(sqlite3.Error):
                    self.connection.execute("ROLLBACK")
                raise
            self.connection.execute("COMMIT")
        except _SQLITE_ERRORS as error:
            _raise_if_unusable(error)
            raise IndexCorrupt("SQLite can't read it") from error


_UNUSABLE = (
    *(sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY),
    *(sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_PERM, sqlite3.SQLITE_NOMEM),
)


def _raise_if_unusable(error: Exception) -> None:
    if getattr(error, "sqlite_errorcode", 0) & 0xFF in _UNUSABLE:
        raise IndexUnusable(str(error)) from error
