"""An index that stays open between questions: used again only if nobody else touched it."""

import os
import shutil
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from codemie_core.home import Home
from codemie_core.sessions.usage import Question, ask, index_path
from codemie_core.sessions.usage.index import database, pool

LINE = b'{"timestamp":"2026-01-16T10:00:00Z","sessionId":"s","tokensUsed":1}\n'
ANOTHER_PROCESS = (
    "import sys; from codemie_core.home import Home; from codemie_core.sessions.usage import Question, ask\n"
    "print(ask(Home(sys.argv[1]), Question()).totals.turns)"
)

on_posix = pytest.mark.skipif(sys.platform == "win32", reason="nothing is kept there")


def append(home: Home, lines: int = 1) -> None:
    path = Path(home.join(".session-claude", "metrics.jsonl"))
    path.parent.mkdir(exist_ok=True)
    with path.open("ab") as file:
        file.write(LINE * lines)


def turns(home: Home) -> int:
    return ask(home, Question()).totals.turns


def opened_again(_path: str | None, *, busy_seconds: float) -> sqlite3.Connection:
    raise AssertionError(f"opened again, for {busy_seconds} seconds")


@on_posix
def test_the_second_question_does_not_open_the_index_again(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    append(home)
    assert turns(home) == 1
    monkeypatch.setattr(database, "connect_private", opened_again)
    append(home)
    assert (turns(home), turns(home)) == (2, 2)
    pool.close_kept()
    with pytest.raises(AssertionError, match="opened again"):
        turns(home)


def test_only_the_last_index_is_kept(home: Home, tmp_path: Path) -> None:
    other = Home(str(tmp_path / "other"))
    os.mkdir(other.path)
    append(home)
    append(other, 2)
    for _ in range(3):
        assert (turns(home), turns(other)) == (1, 2)
    shutil.rmtree(other.path)
    pool.close_kept()
    assert turns(home) == 1


def test_what_another_process_counted_meanwhile_is_not_counted_twice(home: Home) -> None:
    for number in range(1, 4):
        append(home)
        assert turns(home) == 2 * number - 1
        append(home)
        done = subprocess.run(
            [sys.executable, "-c", ANOTHER_PROCESS, home.path],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            check=True,
        )
        assert int(done.stdout) == 2 * number
        assert turns(home) == 2 * number


@pytest.mark.parametrize(
    "damage", ["removed", "emptied", "replaced", "without its log", "without its folder"]
)
def test_an_index_damaged_between_two_questions_changes_no_number(home: Home, damage: str) -> None:
    append(home, 20)
    assert turns(home) == 20
    index = Path(index_path(home))
    copy = index.read_bytes()
    append(home, 10)
    assert turns(home) == 30
    match damage:
        case "removed":
            index.unlink()
        case "emptied":
            index.write_bytes(b"")
        case "replaced":
            new = index.with_suffix(".new")
            new.write_bytes(copy)
            os.replace(new, index)
        case "without its log":
            index.with_name(index.name + "-wal").unlink(missing_ok=True)
        case _:
            shutil.rmtree(home.tray)
    assert turns(home) == 30
    append(home)
    assert (turns(home), turns(home)) == (31, 31)


def test_threads_that_ask_at_once_get_the_same_numbers(home: Home) -> None:
    append(home)
    with ThreadPoolExecutor(4) as threads:
        for number in range(2, 12):
            append(home)
            assert set(threads.map(turns, [home] * 8)) == {number}


if sys.platform != "win32":

    def test_a_child_process_leaves_its_parents_index_alone(home: Home) -> None:
        append(home)
        assert turns(home) == 1
        append(home)
        pid = os.fork()
        if not pid:
            try:
                os._exit(turns(home))
            finally:
                os._exit(99)
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 2
        append(home)
        assert turns(home) == 3
        connection = sqlite3.connect(index_path(home))
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        connection.close()
