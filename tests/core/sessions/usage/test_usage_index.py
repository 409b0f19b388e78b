"""The index gives the result of a full reading, whatever happened to the files or the index."""

import json
import os
import random
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.core.sessions.usage.agent_homes import claude_line
from tests.support.disks.small_disk import fill, small_disk
from tests.support.scale import on_windows

from codemie_core.home import Home
from codemie_core.sessions.usage import Calendar, Grouping, Period, Question, ask, index_path
from codemie_core.sessions.usage.index.database import LONGEST_LOG_BYTES
from codemie_core.sessions.usage.index.index import UsageIndex
from codemie_core.sessions.usage.sources.files import version_of_status

AGENTS = ("claude", "gemini")
SESSIONS = ("3f2b8c1e-1d2a-4c55-9b7e-0a1b2c3d4e5f", "77aa0011-1d2a-4c55-9b7e-0a1b2c3d4e5f")
TURN = {"recordId": "r", "sessionId": "s", "syncStatus": "synced"}
"""What makes a line of the cli layout a turn."""


class Model:
    """A home, and the events that can happen in it."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.home = Home(str(folder))
        self.pick = random.Random(seed)  # noqa: S311  the same each time
        self.clock_offset_ns = 0
        (folder / "sessions").mkdir()
        for agent in AGENTS:
            (folder / f".session-{agent}").mkdir()
        self.files = [folder / f".session-{agent}" / "metrics.jsonl" for agent in AGENTS]
        self.files += [folder / "sessions" / f"{session}_metrics.jsonl" for session in SESSIONS]
        self.abouts = [folder / "sessions" / f"{session}.json" for session in SESSIONS]
        self.logs = [folder / "logs" / f"{session}.jsonl" for session in SESSIONS]
        for about, log in zip(self.abouts, self.logs, strict=True):
            about.write_text(
                json.dumps({"agentName": "claude", "correlation": {"agentSessionFile": str(log)}})
            )
            os.utime(about, (1_768_000_000, 1_768_000_000))
            (log.with_suffix("") / "subagents").mkdir(parents=True)
        self.logs += [log.with_suffix("") / "subagents" / "agent-1.jsonl" for log in self.logs]

    def file(self) -> Path:
        return self.pick.choice(self.files)

    def record(self, path: Path) -> bytes:
        when = 1_768_000_000 + self.pick.randrange(4 * 86400)
        record: dict[str, object] = {**TURN, "tools": {"Read": self.pick.randrange(3)}, "models": ["m1"]}
        if path.parent.name != "sessions":
            record = {"sessionId": f"s{self.pick.randrange(3)}", "provider": "p", "tokensUsed": 1000}
            record["tokensUsed"] = self.pick.randrange(1000, 10_000)
            record["model"] = self.pick.choice(["m1", "m2"])
        record["timestamp"] = datetime.fromtimestamp(when, UTC).isoformat()[:19] + ".000Z"
        return json.dumps(record, separators=(",", ":")).encode()

    def append(self) -> None:
        path = self.file()
        with path.open("ab") as file:
            for _ in range(self.pick.randrange(1, 20)):
                file.write(self.record(path) + b"\n")

    def append_torn(self) -> None:
        path = self.file()
        record = self.record(path)
        with path.open("ab") as file:
            file.write(record[: self.pick.randrange(1, len(record) + 1)])

    def append_rest(self) -> None:
        with self.file().open("ab") as file:
            file.write(self.pick.choice([b"\n", b"\r\n", b"garbage\n", b"{}\n", b" "]))

    def truncate(self) -> None:
        path = self.file()
        if path.exists():
            os.truncate(path, self.pick.randrange(path.stat().st_size + 1))

    def replace(self) -> None:
        path = self.file()
        if path.exists():
            lines = path.read_bytes().split(b"\n")
            self.pick.shuffle(lines)
            new = path.with_suffix(".tmp")
            new.write_bytes(b"\n".join(lines[self.pick.randrange(2) :]))
            os.replace(new, path)

    def edit_in_place(self) -> None:
        path = self.file()
        if path.exists() and b'"tokensUsed":' in path.read_bytes():
            data = bytearray(path.read_bytes())
            found = [at for at in range(len(data)) if data[at : at + 13] == b'"tokensUsed":']
            at = self.pick.choice(found) + 13
            if at < len(data):
                data[at] = ord(self.pick.choice("123456789"))
            with path.open("r+b") as file:
                file.write(data)

    def edit_and_append(self) -> None:
        self.edit_in_place()
        self.append()

    def edit_with_the_old_time(self) -> None:
        path = self.file()
        if path.exists():
            before = path.stat()
            self.edit_in_place()
            os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))

    def change_time(self) -> None:
        path = self.file()
        if path.exists():
            os.utime(path, (self.pick.randrange(2**31), self.pick.randrange(2**31)))

    def change_clock(self) -> None:
        self.clock_offset_ns = self.pick.choice([0, 10**18, -(10**18), 3 * 10**9])

    def delete(self) -> None:
        self.file().unlink(missing_ok=True)

    def response(self) -> bytes:
        """Return a line of an agent's log; the same few responses over and over."""
        number = self.pick.randrange(12)
        at = f"2026-01-{9 + number % 4:02}T10:00:00.{self.pick.randrange(1000):03}Z"
        return claude_line(
            self.pick.choice([f"m{number}", f"m{number}", None]),
            self.pick.choice(["r1", "r1", "r1", "r2", None]),
            output=self.pick.randrange(50),
            at=at,
            model=self.pick.choice(["claude-sonnet-4-5", "m1"]),
            sidechain=self.pick.random() < 0.3,
        )

    def append_responses(self) -> None:
        with self.pick.choice(self.logs).open("ab") as file:
            file.writelines(self.response() for _ in range(self.pick.randrange(1, 9)))

    def copy_a_log(self) -> None:
        one, other = self.pick.sample(self.logs, 2)
        if one.exists():
            with other.open("ab") as file:
                file.write(one.read_bytes())

    def shorten_a_log(self) -> None:
        path = self.pick.choice(self.logs)
        if path.exists():
            os.truncate(path, self.pick.randrange(path.stat().st_size + 1))

    def remove_a_log(self) -> None:
        self.pick.choice(self.logs).unlink(missing_ok=True)

    def change_about(self) -> None:
        about = {"agentName": self.pick.choice(AGENTS), "provider": self.pick.choice(["p", "q"])}
        times = {
            "startTime": 1_768_000_000_000 + self.pick.randrange(3),
            "activeDurationMs": self.pick.randrange(9),
        }
        log = self.pick.choice([*self.logs[:2], self.logs[0].with_name("gone.jsonl")])
        text = json.dumps({**about, **times, "correlation": {"agentSessionFile": str(log)}})
        self.pick.choice(self.abouts).write_text(text[: self.pick.choice([10, None, None])])

    def complete(self) -> None:
        path = self.pick.choice(self.abouts)
        if path.exists():
            os.rename(path, path.with_name(f"completed_{path.name}"))

    def delete_about(self) -> None:
        for path in self.abouts:
            path.unlink(missing_ok=True)

    def truncate_index(self) -> None:
        path = Path(index_path(self.home))
        if path.exists() and path.stat().st_size:
            os.truncate(path, self.pick.choice([10, 4096, path.stat().st_size // 2]))

    def delete_index(self) -> None:
        Path(index_path(self.home)).unlink(missing_ok=True)

    def age_index(self) -> None:
        path = Path(index_path(self.home))
        if path.exists():
            try:
                connection = sqlite3.connect(path, isolation_level=None)
                connection.execute(f"PRAGMA user_version={self.pick.choice([0, 2, 99])}")
            except sqlite3.DatabaseError:
                pass  # damaged before
            finally:
                connection.close()

    def answers(self, grouping: Grouping, *, use_index: bool) -> object:
        usage = ask(
            self.home,
            Question(grouping, self.pick.choice([Period(), Period(date(2026, 1, 10), date(2026, 1, 11))])),
            calendar=Calendar(UTC),
            clock_ns=lambda: time.time_ns() + self.clock_offset_ns,
            use_index=use_index,
        )
        return usage.lines, usage.totals, [(t.path, t.bad, t.salvaged, t.torn) for t in usage.troubles]

    def look(self) -> None:
        for grouping in Grouping:
            state = self.pick.getstate()
            with_index = self.answers(grouping, use_index=True)
            self.pick.setstate(state)
            assert with_index == self.answers(grouping, use_index=False)


EVENTS: list[Callable[[Model], None]] = [
    *(
        Model.append_responses,
        Model.append_responses,
        Model.copy_a_log,
        Model.shorten_a_log,
        Model.remove_a_log,
    ),
    *(Model.append, Model.append_torn, Model.append_rest, Model.truncate, Model.replace),
    *(Model.edit_in_place, Model.edit_and_append, Model.edit_with_the_old_time, Model.change_time),
    *(Model.change_clock, Model.delete, Model.change_about, Model.complete, Model.delete_about),
    *(Model.truncate_index, Model.delete_index, Model.age_index, Model.look, Model.look, Model.append),
]


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(events=st.lists(st.sampled_from(EVENTS), min_size=3, max_size=25), seed=st.integers(0, 2**32))
def test_after_any_events_the_index_matches_a_full_reading(
    tmp_path_factory: pytest.TempPathFactory, events: list[Callable[[Model], None]], seed: int
) -> None:
    model = Model(tmp_path_factory.mktemp("home"), seed)
    model.append()
    model.append_responses()
    model.copy_a_log()
    model.look()
    for event in events:
        event(model)
    model.look()


def count_by_hand(paths: list[Path]) -> tuple[int, int]:
    turns = tokens = 0
    for path in paths:
        for line in path.read_bytes().split(b"\n") if path.exists() else []:
            try:
                record = json.loads(line)
            except ValueError:
                continue
            turns += 1
            tokens += record.get("tokensUsed", 0) if path.parent.name != "sessions" else 0
    return turns, tokens


def test_a_full_reading_matches_a_plain_loop(tmp_path: Path) -> None:
    model = Model(tmp_path, 1)
    for _ in range(50):
        model.append()
    totals = ask(model.home, Question(Grouping.MODEL)).totals
    assert (totals.turns, totals.tokens) == count_by_hand(model.files)


def test_only_new_bytes_are_read(tmp_path: Path) -> None:
    model = Model(tmp_path, 1)
    for _ in range(50):
        model.append()
    first = ask(model.home, Question())
    assert first.read_bytes == sum(path.stat().st_size for path in (*model.files, *model.abouts))
    line = model.record(model.files[0]) + b"\n"
    with model.files[0].open("ab") as file:
        file.write(line)
    second = ask(model.home, Question())
    assert second.read_bytes <= len(line)
    assert second.totals.turns == first.totals.turns + 1


def test_settled_files_are_not_even_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = Model(tmp_path, 1)
    model.append()
    model.clock_offset_ns = 10**10
    expected = model.answers(Grouping.DAY, use_index=True)

    def opened(path: str) -> None:
        raise AssertionError(path)

    for module in ("changed_files", "metrics"):
        monkeypatch.setattr(f"codemie_core.sessions.usage.refresh.{module}.open_shared", opened)
    assert ask(model.home, Question(Grouping.DAY), calendar=Calendar(UTC)).read_bytes == 0
    model.pick.seed(1)
    assert expected


LARGE = 3 << 20


def test_a_large_file_is_read_again_if_truncated_replaced_or_edited(tmp_path: Path) -> None:
    model = Model(tmp_path, 1)
    path = model.files[0]
    line = model.record(path) + b"\n"
    path.write_bytes(line * (LARGE // len(line)))

    def turns() -> int:
        return ask(model.home, Question()).totals.turns

    count = LARGE // len(line)
    assert turns() == count
    with path.open("ab") as file:
        file.write(line)
    assert turns() == count + 1
    os.truncate(path, len(line) * 10)
    assert turns() == 10
    path.write_bytes(line * count)
    assert turns() == count
    with path.open("r+b") as both:  # an edit in its middle, of the same size
        both.seek(len(line) * (count // 2))
        both.write(b"x" * (len(line) - 1) + b"\n")
    assert turns() == count - 1
    with path.open("r+b") as both:  # its beginning, and an append before anyone looked
        both.write(b"x" * (len(line) - 1) + b"\n")
        both.seek(0, os.SEEK_END)
        both.write(line)
    assert turns() == count - 1


def tokens(home: Home) -> int | None:
    return ask(home, Question()).totals.tokens


def pretend_it_was_read_as_it_is_now(home: Home, path: Path, *, settled: bool) -> None:
    """Make the index hold the file's current times, as after an edit within one tick of a coarse clock."""
    with UsageIndex(index_path(home)) as index, index.writing():
        key = str(path.relative_to(home.path))
        state = index.state(key)
        assert state is not None
        version = version_of_status(path.stat())
        index.put(key, version if settled else (*version[:3], -version[3], version[4]), state)


def test_an_edit_within_one_clock_tick_is_detected(tmp_path: Path) -> None:
    path = Model(tmp_path, 1).files[0]
    home = Home(str(tmp_path))
    path.write_bytes(b'{"tokensUsed":1}\n')
    assert tokens(home) == 1
    path.write_bytes(b'{"tokensUsed":7}\n')
    pretend_it_was_read_as_it_is_now(home, path, settled=True)
    assert tokens(home) == 1  # so the next line is meaningful: nothing else reveals the edit
    pretend_it_was_read_as_it_is_now(home, path, settled=False)
    assert tokens(home) == 7


@pytest.mark.skipif(
    sys.platform == "win32",
    reason="there the one time of change can be put back",
)
def test_an_edit_with_a_restored_time_is_detected(tmp_path: Path) -> None:
    path = Model(tmp_path, 1).files[0]
    path.write_bytes(b'{"tokensUsed":1}\n')
    os.utime(path, (1_700_000_000, 1_700_000_000))
    assert tokens(Home(str(tmp_path))) == 1
    with path.open("r+b") as file:
        file.write(b'{"tokensUsed":7}\n')
    os.utime(path, (1_700_000_000, 1_700_000_000))
    assert tokens(Home(str(tmp_path))) == 7


def test_a_record_whose_line_grew_is_counted_again(tmp_path: Path) -> None:
    path = Model(tmp_path, 1).files[0]
    path.write_bytes(b'{"tokensUsed":1}')
    assert tokens(Home(str(tmp_path))) == 1
    with path.open("ab") as file:
        file.write(b"and this is not a record\n")
    assert tokens(Home(str(tmp_path))) == 0


def test_a_session_whose_metadata_appears_changes_or_disappears_is_counted_for_its_agent(
    tmp_path: Path,
) -> None:
    model = Model(tmp_path, 1)
    model.files[2].write_text(json.dumps({**TURN, "timestamp": 1768000000000}) + "\n")
    model.abouts[0].unlink()

    def agents() -> list[str]:
        return [line.name for line in ask(model.home, Question(Grouping.AGENT)).lines]

    assert agents() == []
    model.abouts[0].write_text('{"agentName":"claude","startTime":1768000000000}')
    assert agents() == ["claude"]
    model.abouts[0].write_text('{"agentName":"gemini","startTime":1768000000000}')
    assert agents() == ["gemini"]
    model.abouts[0].unlink()
    assert agents() == []


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE turn_part SET totals = x'00', day_totals = x'00'",
        "UPDATE turn_part SET totals = 'no totals', day_totals = 'no totals'",
        "UPDATE file SET state = replace(state, 'good', 'goof\"')",
        "UPDATE file SET state = 7",
        "DROP TABLE turn_part",
        "DROP TABLE response",
        "ALTER TABLE file RENAME COLUMN inode TO node",
        "PRAGMA user_version = 3",
    ],
)
def test_an_unreadable_index_is_rebuilt(tmp_path: Path, damage: str) -> None:
    model = Model(tmp_path, 3)
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
    model = Model(tmp_path, 1)
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
    model = Model(tmp_path, 5)
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
    model = Model(tmp_path, 1)
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
    model = Model(tmp_path, 1)
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
    model = Model(tmp_path, 1)
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
    model = Model(tmp_path, 1)
    model.append()
    expected = ask(model.home, Question()).lines
    model.append()
    with UsageIndex(index_path(model.home)) as held, held.writing():
        again = ask(model.home, Question()).lines
    assert again == ask(model.home, Question()).lines != expected


def test_without_an_index_the_result_is_the_same(tmp_path: Path) -> None:
    model = Model(tmp_path, 1)
    model.append()
    (tmp_path / "tray").write_bytes(b"a file where the folder belongs")
    assert ask(model.home, Question()).totals.turns == count_by_hand(model.files)[0]


@pytest.mark.skipif(sys.platform != "linux", reason="mounts a tmpfs")
@pytest.mark.parametrize("damage", [None, b"", b"no index"], ids=["whole", "empty", "damaged"])
@pytest.mark.parametrize("room", range(0, 20))
def test_on_a_full_disk_the_result_is_the_same(tmp_path: Path, damage: bytes | None, room: int) -> None:
    with small_disk(tmp_path / "disk", "512k") as disk:
        model = Model(disk, 1)
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
    model = Model(tmp_path, 1)
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
    model = Model(tmp_path, 1)
    model.append()
    os.umask(os.umask(0))
    ask(model.home, Question())
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "tray").iterdir()} == {0o600}


def test_an_unreadable_file_is_reported_and_the_rest_counted(tmp_path: Path) -> None:
    model = Model(tmp_path, 1)
    model.files[0].mkdir()
    model.files[1].write_bytes(model.record(model.files[1]) + b"\n")
    usage = ask(model.home, Question())
    assert usage.totals.turns == 1
    assert [(trouble.path, bool(trouble.reason)) for trouble in usage.troubles] == [
        (str(model.files[0]), True)
    ]
