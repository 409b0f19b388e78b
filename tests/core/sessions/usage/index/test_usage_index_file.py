"""The file of the index: damaged, shared by several processes, on a full disk; no result changes."""

import os
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.core.sessions.usage.index.changing_home import ChangingHome, count_by_hand
from tests.support.disks.small_disk import fill, small_disk
from tests.support.scale import on_windows

from codemie_core.home import Home
from codemie_core.sessions.usage import Grouping, Question, ask, index_path
from codemie_core.sessions.usage.index.database import LONGEST_LOG_BYTES
from codemie_core.sessions.usage.index.index import UsageIndex


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE turn_part SET totals = x'00', day_totals = x'00', day_groups = x'00'",
        "UPDATE turn_part SET totals = 'no totals', day_totals = 'no totals', day_groups = 'no totals'",
        "UPDATE file SET state = replace(state, 'good', 'goof\"')",
        "UPDATE file SET state = 7",
        "DROP TABLE turn_part",
        "DROP TABLE response",
        "ALTER TABLE file RENAME COLUMN inode TO node",
        "PRAGMA user_version = 3",
    ],
)
def test_an_unreadable_index_is_rebuilt(tmp_path: Path, damage: str) -> None:
    model = ChangingHome(tmp_path, 3)
    for _ in range(20):
        model.append()
    expected = ask(model.home, Question(Grouping.DAY))
    connection = sqlite3.connect(index_path(model.home), isolation_level=None)
    connection.execute(damage)
    connection.close()
    with model.files[0].open("ab") as file:
        file.write(b'{"tokensUsed":1}\n')
    again = ask(model.home, Question(Grouping.DAY))
    assert again.totals.turns == expected.totals.turns + 1
    assert again.totals.tokens == (expected.totals.tokens or 0) + 1


def test_a_day_that_grows_gradually_stays_in_a_few_pieces(tmp_path: Path) -> None:
    model = ChangingHome(tmp_path, 1)
    line = b'{"timestamp":"2026-01-16T10:00:00Z","sessionId":"s","tokensUsed":1}\n'
    for number in range(1, 30):
        with model.files[0].open("ab") as file:
            file.write(line)
        totals = ask(model.home, Question(Grouping.DAY)).totals
        assert (totals.turns, totals.tokens, totals.sessions) == (number, number, 1)
    connection = sqlite3.connect(index_path(model.home))
    pieces = connection.execute("SELECT count(*), sum(length(totals)) FROM turn_part").fetchone()
    connection.close()
    assert 1 <= pieces[0] <= 4
    assert pieces[1] < 4 * 100, "each piece stores the same total once"


def counted(home: Home) -> object:
    usage = ask(home, Question(Grouping.DAY))
    return usage.lines, usage.totals


def test_a_database_log_truncated_by_a_power_cut_changes_no_number(tmp_path: Path) -> None:
    model = ChangingHome(tmp_path, 5)
    index = Path(index_path(model.home))
    log = index.with_name(index.name + "-wal")
    for _ in range(on_windows(5, 20)):
        model.append()
        counted(model.home)
        with UsageIndex(str(index)), UsageIndex(str(index)) as other:  # while it is open, the log stays
            other.connection.execute("BEGIN")
            other.connection.execute("SELECT count(*) FROM file").fetchone()
            for _ in range(3):
                model.append()
                expected = counted(model.home)
            left = (index.read_bytes(), log.read_bytes())
        assert left[1], "there is no log that could be truncated"
        index.write_bytes(left[0])
        log.write_bytes(left[1][: model.pick.randrange(len(left[1]) + 1)])
        assert counted(model.home) == expected


def test_the_databases_log_stays_short_so_that_opening_it_stays_quick(tmp_path: Path) -> None:
    model = ChangingHome(tmp_path, 1)
    with model.files[0].open("wb") as file:
        for number in range(20_000):
            file.write(b'{"timestamp":"2026-01-16T10:00:00Z","sessionId":"s%d","tokensUsed":1}\n' % number)
    counted(model.home)
    index = Path(index_path(model.home))
    log = index.with_name(index.name + "-wal")
    assert index.stat().st_size > LONGEST_LOG_BYTES, "more was written than a log may keep"
    assert log.stat().st_size <= LONGEST_LOG_BYTES
    for number in range(8):
        with model.files[0].open("ab") as file:
            for session in range(3000):
                line = b'{"timestamp":"2026-01-17T1%d:00:00Z","sessionId":"t%d","tokensUsed":1}\n'
                file.write(line % (number, session))
        expected = counted(model.home)
        assert log.stat().st_size <= LONGEST_LOG_BYTES
    connection = sqlite3.connect(index)
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()
    without = ask(model.home, Question(Grouping.DAY), use_index=False)
    assert (without.lines, without.totals) == expected


def test_a_log_that_another_process_reads_is_left_to_it(tmp_path: Path) -> None:
    model = ChangingHome(tmp_path, 1)
    counted(model.home)
    index = Path(index_path(model.home))
    with UsageIndex(str(index)) as other:
        with other.reading():
            before = len(other.versions())
            with model.files[0].open("wb") as file:
                for number in range(20_000):
                    file.write(b'{"sessionId":"s%d","tokensUsed":1}\n' % number)
            expected = counted(model.home)
            assert index.with_name(index.name + "-wal").stat().st_size > LONGEST_LOG_BYTES
            assert len(other.versions()) == before
        assert counted(model.home) == expected


ASKER = """
import sys
from codemie_core.home import Home
from codemie_core.sessions.usage import Question, ask
last = 0
while True:
    turns = ask(Home(sys.argv[1]), Question()).totals.turns
    assert turns >= last, (turns, last)
    last = turns
    if turns >= int(sys.argv[2]):
        break
print(turns)
"""


def test_processes_that_count_while_another_appends_agree_in_the_end(tmp_path: Path) -> None:
    model = ChangingHome(tmp_path, 1)
    line = model.record(model.files[0]) + b"\n"
    askers = [
        subprocess.Popen([sys.executable, "-c", ASKER, str(tmp_path), "2000"], stdout=subprocess.PIPE)
        for _ in range(3)
    ]
    with model.files[0].open("ab", 0) as file:
        for _ in range(200):
            file.write(line * 10)
            time.sleep(0.005)
    assert [asker.communicate()[0].strip() for asker in askers] == [b"2000"] * 3
    assert [asker.returncode for asker in askers] == [0] * 3


def test_usage_is_counted_without_the_index_while_another_process_holds_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("codemie_core.sessions.usage.index.database.BUSY_SECONDS", 0.05)
    model = ChangingHome(tmp_path, 1)
    model.append()
    expected = ask(model.home, Question()).lines
    model.append()
    with UsageIndex(index_path(model.home)) as held, held.writing():
        again = ask(model.home, Question()).lines
    assert again == ask(model.home, Question()).lines != expected


def test_without_an_index_the_result_is_the_same(tmp_path: Path) -> None:
    model = ChangingHome(tmp_path, 1)
    model.append()
    (tmp_path / "tray").write_bytes(b"a file where the folder belongs")
    assert ask(model.home, Question()).totals.turns == count_by_hand(model.files)[0]


@pytest.mark.skipif(sys.platform != "linux", reason="mounts a tmpfs")
@pytest.mark.parametrize("damage", [None, b"", b"no index"], ids=["whole", "empty", "damaged"])
@pytest.mark.parametrize("room", range(0, 20))
def test_on_a_full_disk_the_result_is_the_same(tmp_path: Path, damage: bytes | None, room: int) -> None:
    with small_disk(tmp_path / "disk", "512k") as disk:
        model = ChangingHome(disk, 1)
        for _ in range(10):
            model.append()
        counted(model.home)
        for _ in range(10):
            model.append()
        if damage is not None:
            Path(index_path(model.home)).write_bytes(damage)
        fill(disk)
        os.truncate(disk / "filler", (disk / "filler").stat().st_size - 4096 * room)
        turns, tokens = count_by_hand(model.files)
        for _ in range(2):
            totals = ask(model.home, Question()).totals
            assert (totals.turns, totals.tokens) == (turns, tokens)


@pytest.mark.skipif(sys.platform != "linux", reason="mounts a tmpfs")
def test_a_lack_of_space_for_temporary_files_is_reported(tmp_path: Path) -> None:
    model = ChangingHome(tmp_path, 1)
    line = b'{"timestamp":"2026-01-16T10:00:00Z","sessionId":"%032d","tokensUsed":1}\n'
    model.files[0].write_bytes(b"".join(line % number for number in range(60_000)))
    asked = (
        "import sys; from codemie_core import Home; from codemie_core.sessions.usage import Question, ask\n"
    )
    asked += "ask(Home(sys.argv[1]), Question(), use_index=False)"
    with small_disk(tmp_path / "disk") as disk:
        fill(disk)
        done = subprocess.run(
            [sys.executable, "-c", asked, str(tmp_path)],
            env={**os.environ, "SQLITE_TMPDIR": str(disk), "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("codemie_core.errors.StoreFull: "), done.stderr
    assert "no room for temporary files" in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX modes")
def test_the_index_is_private(tmp_path: Path) -> None:
    model = ChangingHome(tmp_path, 1)
    model.append()
    os.umask(os.umask(0))
    ask(model.home, Question())
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "tray").iterdir()} == {0o600}
