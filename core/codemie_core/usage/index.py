"""What was counted before, kept in SQLite: a cache, so that asking again costs only the new bytes.

Per file one row (which version, how far), its cells in one blob a UTC day, and per day a seal over all of its
blobs. SQLite does not check the pages it reads, so everything a number comes from carries a digest: a damaged
index is noticed, thrown away and made anew, and never answers wrong. The only file that imports sqlite3.
"""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from itertools import groupby
from operator import itemgetter
from types import TracebackType

from codemie_core.jsonl.decoder import TypedJSON
from codemie_core.lock import make_private_folder
from codemie_core.usage.cells import Cells, add_cell, by_day
from codemie_core.usage.digest import DIGEST_LETTERS, digest
from codemie_core.usage.version import Version

SCHEMA = 1
"""Raise it with every change of meaning: an index of another schema is made anew."""
BUSY_SECONDS = 10.0
_TABLES = """
CREATE TABLE file (path TEXT PRIMARY KEY, device INTEGER, inode INTEGER, size INTEGER, mtime_ns INTEGER,
    ctime_ns INTEGER, troubled INTEGER, state TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE part (day INTEGER, path TEXT, cells TEXT NOT NULL, PRIMARY KEY (day, path)) WITHOUT ROWID;
CREATE INDEX part_by_path ON part (path);
CREATE TABLE day (day INTEGER PRIMARY KEY, seal TEXT NOT NULL);
"""

_CellRow = tuple[int, str, str, str, str, int, int, int, int]
_CELLS = TypedJSON(list[_CellRow])


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
    about: tuple[str, str] = ("", "")
    """Agent and provider that records without their own were counted for."""
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
    parts: dict[str, str] = field(default_factory=dict)
    """UTC day -> digest of its cells."""


_STATE_FIELDS = tuple(one.name for one in fields(FileState))


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
        except _SQLITE_ERRORS as error:
            _raise_if_unusable(error)
            self.discard()
        except IndexCorrupt:
            self.discard()
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
        """Throw the index away and begin an empty one."""
        self.close()
        if self._path is not None:
            for suffix in ("", "-wal", "-shm", "-journal"):
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(self._path + suffix)
        self._connect()

    def _connect(self) -> None:
        if self._path is not None:
            make_private_folder(os.path.dirname(self._path))
            with contextlib.suppress(FileExistsError):  # SQLite would make it readable to others
                os.close(os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        connection = sqlite3.connect(self._path or "", timeout=BUSY_SECONDS, isolation_level=None)
        try:
            if self._path is not None:
                connection.execute("PRAGMA journal_mode=WAL")
                # No waiting for the disk: what a power cut leaves half written does not fit its digests, and
                # a cache is made anew.
                connection.execute("PRAGMA synchronous=OFF")
            if connection.execute("PRAGMA user_version").fetchone() != (SCHEMA,):
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

    def forget(self, path: str) -> None:
        """Drop a file and its cells.

        Raises:
            IndexCorrupt: its row and its cells don't belong together.
        """
        state = self.state(path)
        days = self._connection.execute("SELECT day FROM part WHERE path = ?", (path,)).fetchall()
        parts = {} if state is None else state.parts
        if {str(day) for (day,) in days} != parts.keys():
            raise IndexCorrupt("a file's days are not those it was read for")
        self._known = None
        for day, its_digest in parts.items():
            self._connection.execute("DELETE FROM part WHERE day = ? AND path = ?", (int(day), path))
            self._seal(int(day), its_digest)
        self._connection.execute("DELETE FROM file WHERE path = ?", (path,))

    def add(self, path: str, state: FileState, cells: Cells) -> None:
        """Add cells of a file; `state.parts` is kept in step.

        Raises:
            IndexCorrupt: the cells they would be added to are damaged.
        """
        for day, fresh in by_day(cells).items():
            known, old = fresh, state.parts.get(str(day))
            if old is not None:
                row = self._connection.execute(
                    "SELECT cells FROM part WHERE day = ? AND path = ?", (day, path)
                ).fetchone()
                if row is None or _digest_of_part(day, path, row[0]) != old:
                    raise IndexCorrupt("a day's cells do not match their digest")
                known = _unpacked(row[0])
                for key, cell in fresh.items():
                    add_cell(known, key, cell)
                self._seal(day, old)
            text = _packed(known)
            new = state.parts[str(day)] = _digest_of_part(day, path, text)
            self._seal(day, new)
            self._connection.execute("INSERT OR REPLACE INTO part VALUES (?, ?, ?)", (day, path, text))

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

    def cells(self, first_day: int, last_day: int) -> Iterator[Cells]:
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
        parts = self._connection.execute(
            "SELECT day, path, cells FROM part WHERE day BETWEEN ? AND ? ORDER BY day", between
        )
        for day, of_the_day in groupby(parts, key=itemgetter(0)):
            texts = [(path, text) for _, path, text in of_the_day]
            seal = seals.pop(day, 0)
            for path, text in texts:
                seal ^= int(_digest_of_part(day, path, text), 16)
            if seal:
                raise IndexCorrupt("a day's cells are not those that were counted")
            for _, text in texts:
                yield _unpacked(text)
        if any(seals.values()):
            raise IndexCorrupt("a day's cells are missing")

    def _seal(self, day: int, its_digest: str) -> None:
        """Put a part's digest into its day's seal, or take it out: both are the same XOR."""
        self._changed_seals[day] = self._changed_seals.get(day, 0) ^ int(its_digest, 16)

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
    # Not `asdict`: its deep copy of a year's days took longer than all the rest of a look.
    text = json.dumps({name: getattr(state, name) for name in _STATE_FIELDS}, separators=(",", ":"))
    return _digest(f"{path}|{text}") + text


def _unsealed(path: str, sealed: object) -> FileState:
    if not isinstance(sealed, str):
        raise IndexCorrupt("a file's state is no text")
    seal, text = sealed[:DIGEST_LETTERS], sealed[DIGEST_LETTERS:]
    if _digest(f"{path}|{text}") != seal:
        raise IndexCorrupt("a file's state does not match its digest")
    values = json.loads(text)
    values["about"] = tuple(values["about"])
    values["places"] = [tuple(place) for place in values["places"]]
    return FileState(**values)


def _opened_seal(day: int, sealed: object) -> int:
    if not isinstance(sealed, str) or _digest(f"{day}|{sealed[DIGEST_LETTERS:]}") != sealed[:DIGEST_LETTERS]:
        raise IndexCorrupt("a day's seal is damaged")
    return int(sealed[DIGEST_LETTERS:], 16)


def _packed(cells: Cells) -> str:
    return _CELLS.text([(*key, cell[0], cell[1], cell[2], cell[3]) for key, cell in cells.items()])


def _digest_of_part(day: int, path: str, text: object) -> str:
    return _digest(f"{day}|{path}|{text}")


def _unpacked(text: str) -> Cells:
    return {row[:5]: list(row[5:]) for row in _CELLS.parse(text)}
