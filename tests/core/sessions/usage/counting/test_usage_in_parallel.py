"""A large file counted by several processes comes to what one counts, and none outlives the others."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codemie_core.home import Home
from codemie_core.sessions.usage import Grouping, Question, Usage, ask
from codemie_core.sessions.usage.counting import parallel, part_counter
from codemie_core.sessions.usage.counting.count import PartTally, scan
from codemie_core.sessions.usage.counting.quarter_hours import QUARTERS_PER_DAY
from codemie_core.sessions.usage.counting.rows import Names
from codemie_core.sessions.usage.counting.totals import (
    USED,
    KeyedTotals,
    Piece,
    add_total,
    summed_by_day,
    totals_of,
)
from codemie_core.sessions.usage.refresh import Progress

NAMES = Names("session", "agent", "provider")
LINES = (
    b'{"timestamp":"2026-01-16T10:00:00.000Z","sessionId":"s","tokensUsed":5,"model":"m","duration":7}\n',
    '{"timestamp":"2026-01-17T10:00:00.000Z","agent":"Büro","tokensUsed":2,"tools":{"Read":3}}\n'.encode(),
    b'{"timestamp":1768558800000,"profile":"half a pair \\ud800","tokensUsed":1}\n',
    b'{"tokensUsed":1,"model":"\xff no UTF-8"}\n',
    b"no record\n",
    b"\r\n",
    b'{"tokensUsed":"five"}\n',
)


class Counted:
    """Totals that were passed on."""

    def __init__(self) -> None:
        self.totals: KeyedTotals = {}
        self.calls = 0

    def spill(self, pieces: list[Piece]) -> None:
        self.calls += 1
        for piece in pieces:
            assert USED.parse(piece.day_totals) == summed_by_day(piece.day, USED.parse(piece.totals))
            for key, total in totals_of(USED.parse(piece.totals)).items():
                assert key[0] // QUARTERS_PER_DAY == piece.day
                add_total(self.totals, key, total)


def counted_by_one(path: Path, start: int, end: int) -> tuple[Counted, PartTally]:
    counted = Counted()
    with path.open("rb", buffering=0) as file:
        return counted, scan(file, start, end, names=NAMES, spill=counted.spill, advance=lambda _: None)


def write(path: Path, *, sessions: int, lines: int = 60_000) -> int:
    """Write records of so many sessions among lines of every kind; return the size."""
    with path.open("wb") as file:
        for number in range(lines):
            file.write(LINES[number % len(LINES)].replace(b'"s"', b'"s%d"' % (number % sessions)))
        file.write(b'{"tokensUsed":')  # torn
        return file.tell()


@pytest.mark.parametrize("processes", [2, 3, 4])
@pytest.mark.parametrize("sessions", [1, 7])
def test_several_processes_count_what_one_counts(tmp_path: Path, processes: int, sessions: int) -> None:
    path = tmp_path / "metrics.jsonl"
    size = write(path, sessions=sessions)
    check_parts(path, size, processes)


def test_totals_that_are_passed_on_more_than_once_are_all_added(tmp_path: Path) -> None:
    path = tmp_path / "metrics.jsonl"
    size = write(path, sessions=50_000, lines=140_000)
    assert check_parts(path, size, 2).calls > 2


def check_parts(path: Path, size: int, processes: int) -> Counted:
    """Compare what several processes count with what one counts."""
    counted, read = Counted(), list[int]()
    tallies = parallel.scan(
        *(str(path), 0, size),
        processes=processes,
        names=NAMES,
        spill=counted.spill,
        advance=read.append,
    )
    expected, of_one = counted_by_one(path, 0, size)
    assert counted.totals == expected.totals
    assert len(tallies) == processes
    ends = [tally.end_offset for tally in tallies]
    assert min(end - start for start, end in itertools.pairwise([0, *ends])) > size / processes / 1.5
    assert ends[-1] == of_one.end_offset == sum(read)
    assert [tally.torn for tally in tallies] == [False] * (processes - 1) + [True]
    for name in ("good", "salvaged", "bad", "overlong"):
        assert sum(getattr(tally, name) for tally in tallies) == getattr(of_one, name), name
    assert tallies[0].places == of_one.places
    for before, after in itertools.pairwise(tallies):
        assert all(bad.offset >= before.end_offset for bad in after.places)
    return counted


SHORT_LINES = st.lists(st.sampled_from([*LINES, b"\n", b"x" * 300 + b"\n"]), max_size=40)


@given(
    lines=SHORT_LINES, torn=st.sampled_from([b"", b"{}", LINES[0].strip(), b"tor"]), count=st.integers(1, 5)
)
def test_parts_end_after_lines_and_have_every_record_once(
    tmp_path_factory: pytest.TempPathFactory, lines: list[bytes], torn: bytes, count: int
) -> None:
    path = tmp_path_factory.getbasetemp() / "parts.jsonl"
    data = b"".join(lines) + torn
    path.write_bytes(data)
    ends = parallel.part_ends(str(path), 0, len(data), count)
    assert ends == sorted(set(ends))
    assert ends[-1] == len(data)
    assert all(data[end - 1 : end] == b"\n" for end in ends[:-1])
    together = Counted()
    for start, end in itertools.pairwise([0, *ends]):
        part, _ = counted_by_one(path, start, end)
        for key, total in part.totals.items():
            add_total(together.totals, key, total)
    whole, _ = counted_by_one(path, 0, len(data))
    assert together.totals == whole.totals


def test_there_are_as_many_processes_as_have_work_and_a_core(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "usable_cores", lambda: 3)
    least = parallel.LEAST_BYTES
    assert [parallel.processes_for(least * parts) for parts in (0, 1, 2, 3, 4, 50)] == [1, 1, 2, 3, 3, 3]
    assert parallel.processes_for(2 * least - 1) == 1
    monkeypatch.setattr(parallel, "usable_cores", lambda: 64)
    assert parallel.processes_for(1 << 40) == parallel.MOST_PROCESSES
    monkeypatch.setattr(parallel, "usable_cores", lambda: 1)
    assert parallel.processes_for(1 << 40) == 1


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A home with one file that is large enough, as the limit is lowered."""
    monkeypatch.setattr(parallel, "LEAST_BYTES", 1 << 19)
    monkeypatch.setattr(parallel, "usable_cores", lambda: 3)
    (tmp_path / ".session-claude").mkdir()
    write(tmp_path / ".session-claude" / "metrics.jsonl", sessions=3)
    return Home(str(tmp_path))


def asked(home: Home, **options: object) -> Usage:
    return ask(home, Question(Grouping.MODEL), **options)  # type: ignore[arg-type]


ENDINGS = {
    "is not there": None,
    "ends without a word": "",
    "is of another version": 'print(\'{"sums":[1],"read_bytes":5}\\n{"tally":{"good":1}}\')',
    "says no message": "print('Usage: ...')",
    "dies in the middle": (
        "from codemie_core.sessions.usage.counting import totals as p\n"
        "from codemie_core.sessions.usage.counting.part_counter import ANSWER, Answer\n"
        "pieces = p.pieces_of({(0, 's', 'a', 'p', 'm'): [1, 1000, 1, 1, 0]})\n"
        "print(ANSWER.text(Answer(pieces=tuple(pieces))), flush=True)\n"
        "print('{\"read_bytes\":', end='')"
    ),
    "is killed halfway": (
        "import os, signal\n"
        "from codemie_core.sessions.usage.counting import part_counter\n"
        "real = part_counter.scan\n"
        "def scan(*given, advance, **options):\n"
        "    def killed(count):\n"
        "        advance(count)\n"
        "        os.kill(os.getpid(), getattr(signal, 'SIGKILL', signal.SIGTERM))\n"
        "    return real(*given, advance=killed, **options)\n"
        "part_counter.scan = scan\n"
        "part_counter.main()"
    ),
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_without_the_other_processes_the_count_is_the_same(
    home: Home, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    expected = asked(home, use_index=False, in_parallel=False)
    code = ENDINGS[ending]
    command = ["/nowhere/codemie-tray"] if code is None else [sys.executable, "-c", code]
    lost: list[str] = []
    real = parallel.scan

    def noted(*given: object, **options: object) -> list[PartTally]:
        try:
            return real(*given, **options)  # type: ignore[arg-type]
        except parallel.WorkerLost as error:
            lost.append(str(error))
            raise

    monkeypatch.setattr(part_counter, "command", lambda: command)
    monkeypatch.setattr(parallel, "scan", noted)
    usage = asked(home)
    assert len(lost) == 1
    assert (usage.lines, usage.totals, usage.troubles) == (
        expected.lines,
        expected.totals,
        expected.troubles,
    )


def test_a_person_who_stops_waiting_leaves_no_process(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[subprocess.Popen[bytes]] = []
    real = subprocess.Popen

    def noted(*given: object, **options: object) -> subprocess.Popen[bytes]:
        started.append(real(*given, **options))  # type: ignore[call-overload]
        return started[-1]

    monkeypatch.setattr(subprocess, "Popen", noted)
    threads = threading.active_count()

    def stop(_progress: Progress) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        asked(home, progress=Progress(report=stop))
    assert len(started) == 2
    assert all(other.poll() is not None for other in started)
    assert threading.active_count() == threads


def test_the_other_process_ends_where_nobody_reads_its_answers(tmp_path: Path) -> None:
    path = tmp_path / "metrics.jsonl"
    size = write(path, sessions=1, lines=200_000)
    other = subprocess.Popen(
        part_counter.command(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert other.stdin is not None
    assert other.stdout is not None
    other.stdout.close()  # as where the asker was killed
    part = part_counter.Part(str(path), 0, size, NAMES)
    with other.stdin as stdin:
        stdin.write(part_counter.PART.text(part).encode() + b"\n")
    assert other.wait(60) != 0


def test_the_program_itself_is_the_other_process_where_it_is_frozen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert part_counter.command() == [sys.executable, part_counter.ARGUMENT]
    path = tmp_path / "metrics.jsonl"
    path.write_bytes(LINES[0] * 2)
    asked_of_it = json.dumps({"path": str(path), "start": 0, "end": path.stat().st_size, "names": NAMES})
    done = subprocess.run(
        [sys.executable, "-m", "codemie_tray", part_counter.ARGUMENT],
        input=asked_of_it + "\n",
        capture_output=True,
        text=True,
        check=True,
    )
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer["tally"]["good"] for answer in answers if "tally" in answer] == [2]
    assert sum(answer.get("read_bytes", 0) for answer in answers) == path.stat().st_size
