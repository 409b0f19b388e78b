"""Two processes count a large file with the same result as one, and neither outlives the other."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from codemie_core.home import Home
from codemie_core.sessions.jsonl.tally import Tally
from codemie_core.sessions.usage import Grouping, Question, Usage, ask
from codemie_core.sessions.usage.counting import parallel, part_counter
from codemie_core.sessions.usage.counting.collector import SPILL_TOTALS
from codemie_core.sessions.usage.counting.count import PartTally, scan
from codemie_core.sessions.usage.counting.rows import Names
from codemie_core.sessions.usage.counting.totals import KeyedTotals, add_total
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


def counted(path: Path, end: int) -> tuple[KeyedTotals, list[PartTally], int]:
    """Return what two processes count: totals, tallies, and reported bytes."""
    totals: KeyedTotals = {}
    told: list[int] = []

    def spill(more: KeyedTotals) -> None:
        for key, total in more.items():
            add_total(totals, key, total)

    return totals, parallel.scan(str(path), 0, end, names=NAMES, spill=spill, advance=told.append), sum(told)


def counted_by_one(path: Path, end: int) -> tuple[KeyedTotals, Tally]:
    totals: KeyedTotals = {}

    def spill(more: KeyedTotals) -> None:
        for key, total in more.items():
            add_total(totals, key, total)

    with path.open("rb", buffering=0) as file:
        return totals, scan(file, 0, end, names=NAMES, spill=spill, advance=lambda _: None)


def write(path: Path, *, sessions: int, lines: int = 60_000) -> int:
    """Write records of this many sessions among lines of every kind; return the size."""
    with path.open("wb") as file:
        for number in range(lines):
            file.write(LINES[number % len(LINES)].replace(b'"s"', b'"s%d"' % (number % sessions)))
        file.write(b'{"tokensUsed":')  # torn
        return file.tell()


@pytest.mark.parametrize("sessions", [1, 7, 50_000], ids="{} sessions".format)
def test_two_processes_count_the_same_as_one(tmp_path: Path, sessions: int) -> None:
    path = tmp_path / "metrics.jsonl"
    size = write(path, sessions=sessions)
    totals, tallies, told = counted(path, size)
    expected, of_one = counted_by_one(path, size)
    assert totals == expected
    assert (len(totals) > SPILL_TOTALS // 2) == (sessions == 50_000), "totals are passed on more than once"
    first, second = tallies
    assert first.end_offset > size // 3
    assert second.end_offset == of_one.end_offset == told
    assert (first.torn, second.torn, of_one.torn) == (False, True, True)
    for name in ("good", "salvaged", "bad", "overlong"):
        assert getattr(first, name) + getattr(second, name) == getattr(of_one, name), name
    assert first.places == of_one.places
    assert all(bad.offset >= first.end_offset for bad in second.places)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A home with one file that is large enough for the lowered limit."""
    monkeypatch.setattr(parallel, "LEAST_BYTES", 1 << 20)
    monkeypatch.setattr(parallel, "_cores", lambda: 2)
    (tmp_path / ".session-claude").mkdir()
    write(tmp_path / ".session-claude" / "metrics.jsonl", sessions=3)
    return Home(str(tmp_path))


def asked(home: Home, **options: object) -> Usage:
    return ask(home, Question(Grouping.MODEL), **options)  # type: ignore[arg-type]


ENDINGS = {
    "is not there": None,
    "ends without a word": "",
    "says no message": "print('Usage: ...')",
    "dies in the middle": (
        "from codemie_core.sessions.usage.counting import part_counter as p\n"
        "from codemie_core.sessions.usage.counting.part_counter import ANSWER, Answer\n"
        "print(ANSWER.text(Answer(totals=((0, 's', 'a', 'p', 'm', 1, 1000, 1, 1, 0),))), flush=True)\n"
        "print('{\"read_bytes\":', end='')"
    ),
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_without_the_other_process_the_count_is_the_same(
    home: Home, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    expected = asked(home, use_index=False, two_processes=False)
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


def test_interrupting_a_count_leaves_no_process(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
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
    (other,) = started
    assert other.poll() is not None
    assert threading.active_count() == threads


def test_the_second_process_exits_if_nobody_reads_its_results(tmp_path: Path) -> None:
    path = tmp_path / "metrics.jsonl"
    size = write(path, sessions=1, lines=200_000)
    other = subprocess.Popen(
        part_counter.command(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert other.stdin is not None
    assert other.stdout is not None
    other.stdout.close()  # as if the caller had been killed
    part = part_counter.Part(str(path), 0, size, NAMES)
    with other.stdin as stdin:
        stdin.write(part_counter.PART.text(part).encode() + b"\n")
    assert other.wait(60) != 0


def test_a_frozen_program_starts_itself_as_the_second_process(
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
