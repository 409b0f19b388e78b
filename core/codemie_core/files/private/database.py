"""Opens an SQLite database that is ours alone. SQLite itself follows links and blocks on pipes.

The database and the files that SQLite keeps beside it are checked before SQLite gets the path, and the
database once more afterwards: SQLite has opened the file that was checked, and not yet changed it. The check
does not open the files, because closing a descriptor of a database drops the locks that this process has on
it (https://www.sqlite.org/howtocorrupt.html, section 2.2).
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator

from codemie_core.errors import StoreUnsafe
from codemie_core.files.private.file import check_private, make_own_folder, open_private, remove_private

BESIDE = ("-wal", "-shm", "-journal")
"""Suffixes of the files that SQLite creates beside a database."""


def connect_private(path: str | None, *, busy_seconds: float) -> sqlite3.Connection:
    """Return a connection in autocommit mode; a missing file is created, readable by its owner alone.

    Any thread may use it, but not two at once.

    Args:
        path: the database, in a folder of ours; None for a temporary one that is deleted when closed.
        busy_seconds: how long a statement waits for another process.

    Raises:
        StoreUnsafe: something else, such as a link or a pipe, is in place of one of the files.
        StoreError: the folder can't be made.
        OSError, sqlite3.Error: from the system or SQLite.
    """
    if path is None:
        return sqlite3.connect("", timeout=busy_seconds, isolation_level=None, check_same_thread=False)
    make_own_folder(os.path.dirname(path))
    with contextlib.suppress(FileExistsError):  # SQLite would make it readable to others
        os.close(open_private(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL))
    before = check_private(path)
    for ending in BESIDE:
        check_private(path + ending)
    connection = sqlite3.connect(path, timeout=busy_seconds, isolation_level=None, check_same_thread=False)
    try:
        after = check_private(path)
        if before is None or after is None or not os.path.samestat(before, after):
            raise StoreUnsafe(path, "was replaced while it was being opened; try again")
    except BaseException:
        connection.close()
        raise
    return connection


@contextlib.contextmanager
def read_only_beside(path: str) -> Iterator[None]:
    """Keep a database open for reading only, while a connection that wrote to it is closed.

    The last connection to close moves SQLite's log into the database and syncs twice, which takes longer than
    what was written. One that can only read leaves the log in place, for the next one to write. (From Python
    3.12 on, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE does the same.)

    Args:
        path: a database in WAL mode that is already open, and so was checked.
    """
    try:
        reader = sqlite3.connect(f"{_uri(path)}?mode=ro", uri=True, timeout=0)
    except (sqlite3.Error, ValueError):
        yield  # otherwise the other one would be the last
        return
    try:
        with contextlib.suppress(sqlite3.Error, UnicodeError):
            reader.execute("SELECT 1 FROM sqlite_master").fetchone()  # opens the log
        yield
    finally:
        reader.close()


def _uri(path: str) -> str:
    """Return an absolute path as SQLite reads it from a URI (https://www.sqlite.org/uri.html).

    `Path.as_uri` would load `pathlib` and `urllib` for it, which takes longer than to open the database.
    """
    for sign in "%?#":
        path = path.replace(sign, f"%{ord(sign):02x}")
    slashed = path.replace(os.sep, "/")
    return f"file://{'' if slashed.startswith('/') else '/'}{slashed}"


def remove_database(path: str) -> None:
    """Remove a database and the files that SQLite keeps beside it.

    Raises:
        StoreUnsafe: its folder is a link, or belongs to another user.
        OSError: from the system; a missing file is not an error.
    """
    for ending in ("", *BESIDE):
        with contextlib.suppress(FileNotFoundError):
            remove_private(path + ending)
