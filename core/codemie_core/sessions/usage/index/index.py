"""What was counted before, kept in SQLite: a cache, so that asking again costs only the new bytes.

Per file one row (which version, how far), its cells in a few pieces a UTC day, and per day a seal over all of
its pieces. SQLite does not check the pages it reads, so everything a number comes from carries a digest: a
damaged index is noticed, thrown away and made anew, and never answers wrong. The only file that imports
sqlite3.
"""

from __future__ import annotations

import contextlib
import operator
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from types import TracebackType

from codemie_core.files.private_database import connect_private, remove_database
from codemie_core.sessions.jsonl.decoder import TypedJSON
from codemie_core.sessions.usage.counting.totals import Cells, Used, by_day, cells_of
from codemie_core.sessions.usage.sources.digest import DIGEST_LETTERS, digest
from codemie_core.sessions.usage.sources.version import Version
from codemie_core.system.boot_id import boot_id

SCHEMA = 3
"""Raise it with every change of meaning: an index of another schema is made anew."""
BUSY_SECONDS = 10.0
_MOST_PIECES = 4
"""Of one file's day. What is new is a piece of its own, so that its cost does not grow with the day; so many
are made one, so that neither does the cost of asking."""
_TABLES = """
CREATE TABLE file (path TEXT PRIMARY KEY, device INTEGER, inode INTEGER, size INTEGER, mtime_ns INTEGER,
    ctime_ns INTEGER, troubled INTEGER, state TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE part (day INTEGER, path TEXT, piece INTEGER, cells TEXT NOT NULL,
    PRIMARY KEY (day, path, piece)) WITHOUT ROWID;
CREATE INDEX part_by_path ON part (path);
CREATE TABLE day (day INTEGER PRIMARY KEY, seal TEXT NOT NULL);
CREATE TABLE checked (boot TEXT NOT NULL);
"""

_CELLS = TypedJSON(list[Used])


_SQLITE_ERRORS = (sqlite3.Error, UnicodeError)
"""SQLite quotes a damaged file in its messages, and Python then fails to decode the message."""


class IndexCorrupt(Exception):
    """What the index says of itself does not hold."""


class IndexUnusable(Exception):
    """Nothing is wrong with it, and it can't be used now: held too long by another process, disk full, ..."""


@dataclass(slots=True)
class FileState:
    """How far one file was read, and what was met on the way."""

    session: str = ""
    about: str = ""
    """For whom it was counted, see `refresh`; empty: not at all."""
    turns: int = 0
    """Cli layout: lines that counted."""
    last_ms: int | None = None
    """Cli layout: when the latest of them was, in milliseconds since 1970."""
    time_ms: int | None = None
    """Cli layout: how much of the session's time is in its cells; None: none, since it had no turn."""
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
    parts: dict[str, tuple[int, str]] = field(default_factory=dict)
    """UTC day -> in how many pieces its cells are kept, and the digests of these, in one."""


_STATE = TypedJSON(FileState)


class UsageIndex:
    """One index file, opened by `with`.

    Args:
        path: the file; None for a private one that goes away when closed.
    """

    def __init__(self, path: str | None) -> None:
        self._path = path
        self._open: sqlite3.Connection | None = None
        self._changed_seals: dict[int, int] = {}
        self._known: tuple[int, dict[str, Version]] | None = None

    def __enter__(self) -> UsageIndex:
        try:
            self._connect()
            self._check_after_boot()
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
                # No waiting for the disk, so a power cut can leave some pages new and some old: what
                # `_check_after_boot` is for.
                connection.execute("PRAGMA synchronous=OFF")
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
                    connection.execute("INSERT INTO checked VALUES (?)", (boot_id(),))
                    connection.execute(f"PRAGMA user_version={SCHEMA}")
                connection.execute("COMMIT")
        except BaseException:
            connection.close()
            raise
        self._open = connection

    def _check_after_boot(self) -> None:
        """Once each time the machine was started: whether files, their days and the seals are of one time.

        Raises:
            IndexCorrupt: they are not.
        """
        boot = boot_id()
        if self._connection.execute("SELECT boot FROM checked").fetchall() == [(boot,)]:
            return
        with self.writing():
            seals = {
                day: _opened_seal(day, text) for day, text in self._connection.execute("SELECT * FROM day")
            }
            for path, text in self._connection.execute("SELECT path, state FROM file"):
                for day, (_, digests) in _unsealed(path, text).parts.items():
                    seals[int(day)] = seals.get(int(day), 0) ^ int(digests, 16)
            if any(seals.values()):
                raise IndexCorrupt("files and days are not of one time")
            self._connection.execute("DELETE FROM checked")
            self._connection.execute("INSERT INTO checked VALUES (?)", (boot,))

    @property
    def _connection(self) -> sqlite3.Connection:
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
        self._changed_seals.clear()
        yield from self._transaction("BEGIN IMMEDIATE")

    def _transaction(self, begin: str) -> Iterator[None]:
        try:
            self._connection.execute(begin)
            try:
                yield
            except BaseException:
                with contextlib.suppress(sqlite3.Error):
                    self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")
        except _SQLITE_ERRORS as error:
            _raise_if_unusable(error)
            raise IndexCorrupt("SQLite can't read it") from error

    def versions(self) -> Mapping[str, Version]:
        """Return which version of each file was read; read once until somebody changes it."""
        (committed,) = self._connection.execute("PRAGMA data_version").fetchone()
        if self._known is None or self._known[0] != committed:
            rows = self._connection.execute("SELECT path, device, inode, size, mtime_ns, ctime_ns FROM file")
            self._known = committed, {row[0]: row[1:] for row in rows}
        return self._known[1]

    def version_of(self, path: str) -> Version | None:
        """Return which version of one file was read."""
        version: Version | None = self._connection.execute(
            "SELECT device, inode, size, mtime_ns, ctime_ns FROM file WHERE path = ?", (path,)
        ).fetchone()
        return version

    def state(self, path: str) -> FileState | None:
        """Return how far a file was read.

        Raises:
            IndexCorrupt: the row is damaged.
        """
        row = self._connection.execute("SELECT state FROM file WHERE path = ?", (path,)).fetchone()
        return None if row is None else _unsealed(path, row[0])

    def forget(self, path: str, state: FileState | None = None) -> None:
        """Drop a file and its cells.

        Args:
            path: the file.
            state: what `add` kept in step and no `put` has said yet; else the one last said.

        Raises:
            IndexCorrupt: its row and its cells don't belong together.
        """
        state = self.state(path) if state is None else state
        rows = self._connection.execute("SELECT day, count(*) FROM part WHERE path = ? GROUP BY day", (path,))
        parts = {} if state is None else state.parts
        if dict(rows) != {int(day): pieces for day, (pieces, _) in parts.items()}:
            raise IndexCorrupt("a file's days are not those it was read for")
        self._known = None
        for day, (_, digests) in parts.items():
            self._connection.execute("DELETE FROM part WHERE day = ? AND path = ?", (int(day), path))
            self._seal(int(day), int(digests, 16))
        self._connection.execute("DELETE FROM file WHERE path = ?", (path,))

    def add(self, path: str, state: FileState, cells: Cells) -> None:
        """Add cells of a file; `state.parts` is kept in step.

        Raises:
            IndexCorrupt: the cells they would be added to are damaged.
        """
        for day, new in by_day(cells).items():
            pieces, digests = state.parts.get(str(day), (0, "0"))
            if pieces < _MOST_PIECES:
                text = _CELLS.text(new)
            else:
                text = _CELLS.text(by_day(cells_of(self._taken_out(day, path, digests) + new))[day])
                pieces, digests = 0, "0"
            its_digest = _digest_of_piece(day, path, pieces, text)
            self._seal(day, its_digest)
            self._connection.execute("INSERT INTO part VALUES (?, ?, ?, ?)", (day, path, pieces, text))
            state.parts[str(day)] = (pieces + 1, f"{int(digests, 16) ^ its_digest:x}")

    def _taken_out(self, day: int, path: str, digests: str) -> list[Used]:
        """Remove all pieces of a file's day and return what is in them."""
        expected = int(digests, 16)
        self._seal(day, expected)
        used: list[Used] = []
        pieces = "FROM part WHERE day = ? AND path = ?"
        for piece, text in self._connection.execute(f"SELECT piece, cells {pieces}", (day, path)):
            expected ^= _digest_of_piece(day, path, piece, text)
            used += _CELLS.parse(text)
        if expected:
            raise IndexCorrupt("a day's cells do not match their digest")
        self._connection.execute(f"DELETE {pieces}", (day, path))
        return used

    def put(self, path: str, version: Version, state: FileState) -> None:
        """Say how far a file was read."""
        self._known = None
        troubled = bool(state.bad or state.salvaged or state.torn)
        self._connection.execute(
            "INSERT OR REPLACE INTO file VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (path, *version, troubled, _sealed(path, state)),
        )

    def troubled(self) -> list[tuple[str, FileState]]:
        """Return the files with lines that could not simply be counted.

        Raises:
            IndexCorrupt: a row is damaged.
        """
        rows = self._connection.execute("SELECT path, state FROM file WHERE troubled ORDER BY path")
        return [(path, _unsealed(path, text)) for path, text in rows]

    def cells(self, first_day: int, last_day: int) -> Iterator[list[Used]]:
        """Yield the cells of some UTC days, a file's day at a time.

        Args:
            first_day: counted from 1970.
            last_day: the last that is wanted.

        Raises:
            IndexCorrupt: something is damaged or missing; told before the day it concerns, or at the end.
        """
        between = (first_day, last_day)
        seals = {
            day: _opened_seal(day, text)
            for day, text in self._connection.execute("SELECT * FROM day WHERE day BETWEEN ? AND ?", between)
        }
        parts = self._connection.execute("SELECT * FROM part WHERE day BETWEEN ? AND ? ORDER BY day", between)
        for day, of_the_day in groupby(parts, key=operator.itemgetter(0)):
            seal, texts = seals.pop(day, 0), []
            for _, path, piece, text in of_the_day:
                seal ^= _digest_of_piece(day, path, piece, text)
                texts.append(text)
            if seal:
                raise IndexCorrupt("a day's cells are not those that were counted")
            yield from map(_CELLS.parse, texts)
        if any(seals.values()):
            raise IndexCorrupt("a day's cells are missing")

    def _seal(self, day: int, its_digest: int) -> None:
        """Put a piece's digest into its day's seal, or take it out: both are the same XOR."""
        self._changed_seals[day] = self._changed_seals.get(day, 0) ^ its_digest

    def close_seals(self) -> None:
        """Write the seals of the days that changed: the last step of each change.

        Raises:
            IndexCorrupt: a seal is damaged.
        """
        for day, change in self._changed_seals.items():
            row = self._connection.execute("SELECT seal FROM day WHERE day = ?", (day,)).fetchone()
            seal = (0 if row is None else _opened_seal(day, row[0])) ^ change
            text = f"{seal:0{DIGEST_LETTERS}x}"
            self._connection.execute(
                "INSERT OR REPLACE INTO day VALUES (?, ?)", (day, _digest(f"{day}|{text}") + text)
            )
        self._changed_seals.clear()


_UNUSABLE = (
    *(sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY),
    *(sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_PERM, sqlite3.SQLITE_NOMEM),
)


def _raise_if_unusable(error: Exception) -> None:
    if getattr(error, "sqlite_errorcode", 0) & 0xFF in _UNUSABLE:
        raise IndexUnusable(str(error)) from error


def _digest(text: str) -> str:
    return digest(text.encode("utf-8", "surrogatepass"))


def _sealed(path: str, state: FileState) -> str:
    text = _STATE.text(state)
    return _digest(f"{path}|{text}") + text


def _unsealed(path: str, sealed: object) -> FileState:
    if not isinstance(sealed, str):
        raise IndexCorrupt("a file's state is no text")
    seal, text = sealed[:DIGEST_LETTERS], sealed[DIGEST_LETTERS:]
    if _digest(f"{path}|{text}") != seal:
        raise IndexCorrupt("a file's state does not match its digest")
    return _STATE.parse(text)


def _opened_seal(day: int, sealed: object) -> int:
    if not isinstance(sealed, str) or _digest(f"{day}|{sealed[DIGEST_LETTERS:]}") != sealed[:DIGEST_LETTERS]:
        raise IndexCorrupt("a day's seal is damaged")
    return int(sealed[DIGEST_LETTERS:], 16)


def _digest_of_piece(day: int, path: str, piece: int, text: object) -> int:
    return int(_digest(f"{day}|{path}|{piece}|{text}"), 16)
