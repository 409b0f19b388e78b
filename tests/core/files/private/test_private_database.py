"""The log of a database is left in place when the last connection that wrote to it closes."""

import sys
from pathlib import Path

import pytest

from codemie_core.files.private.database import connect_private, read_only_beside

ODD_NAMES = ["a home", "100%", "50%3f", "#1", "Grüße 你好", "a+b&c=d;e"]
if sys.platform != "win32":
    ODD_NAMES += ["what?", "C:\\home"]
if sys.platform == "linux":  # macOS allows only UTF-8
    ODD_NAMES += ["\udcff not UTF-8"]


@pytest.mark.parametrize("name", ODD_NAMES)
def test_the_log_stays_whatever_the_path_is_called(tmp_path: Path, name: str) -> None:
    path = tmp_path / name / "usage.sqlite3"
    path.parent.mkdir()
    connection = connect_private(str(path), busy_seconds=1)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("CREATE TABLE one (number INTEGER)")
    connection.execute("INSERT INTO one VALUES (1)")
    with read_only_beside(str(path)):
        connection.close()
    assert path.with_name(path.name + "-wal").stat().st_size
    connection = connect_private(str(path), busy_seconds=1)
    assert connection.execute("SELECT number FROM one").fetchall() == [(1,)]
    connection.close()
    assert not path.with_name(path.name + "-wal").exists(), "the control: SQLite itself removes it"
