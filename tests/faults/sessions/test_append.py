"""Appending under faults: every acknowledged record survives, and none damages another."""

import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("forks", allow_module_level=True)

from tests.faults.os_calls import End, Ended, Fault, Kind, run_every_fault
from tests.support.disks.file_size import limit_file_sizes
from tests.support.disks.small_disk import small_disk

from codemie_core.errors import StoreError, StoreFull
from codemie_core.sessions.jsonl import JSONLReader, JSONLWriter, Tally

pytestmark = pytest.mark.faults

OLD: list[dict[str, object]] = [{"n": number, "pad": "o" * 300} for number in range(3)]
NEW: dict[str, object] = {"n": "new", "pad": "n" * 3000}
NEXT: dict[str, object] = {"n": "next"}


def text(records: list[dict[str, object]]) -> bytes:
    return b"".join(json.dumps(record, separators=(",", ":")).encode() + b"\n" for record in records)


def with_old_records(folder: str) -> None:
    Path(folder, "metrics.jsonl").write_bytes(text(OLD))


def with_a_torn_tail(folder: str) -> None:
    Path(folder, "metrics.jsonl").write_bytes(text(OLD) + b'{"n":"torn')
    os.utime(os.path.join(folder, "metrics.jsonl"), (1, 1))


def with_nothing(folder: str) -> None:
    pass


def append(folder: str) -> None:
    JSONLWriter(durable=True).append_line(os.path.join(folder, "metrics.jsonl"), NEW)


def append_without_care(folder: str) -> None:
    fd = os.open(os.path.join(folder, "metrics.jsonl"), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(fd, text([NEW]))
    finally:
        os.close(fd)


def check_over(old: list[dict[str, object]], folder: str, end: End) -> None:
    path = os.path.join(folder, "metrics.jsonl")
    JSONLWriter().append_line(path, NEXT)  # the next record must be intact, whatever was left
    found = list(JSONLReader().read_lines(path))
    assert found[-1] == NEXT, "the next record was swallowed"
    assert found[: len(old)] == old, "an old record was damaged"
    between = found[len(old) : -1]
    assert between in ([], [NEW]), "neither the whole record nor nothing"
    if end.ended is Ended.SUCCEEDED:
        assert between == [NEW], "success was reported but the record is missing"
    if end.ended is Ended.REFUSED and end.fault.call not in ("close", "ftruncate"):
        assert between == [], "failure was reported but the record is there"
    assert os.listdir(folder) == ["metrics.jsonl"], "something was left"


@pytest.mark.parametrize(
    ("prepare", "old"), [(with_old_records, OLD), (with_a_torn_tail, OLD), (with_nothing, [])]
)
def test_an_append_interrupted_at_any_call_is_complete_or_absent(
    tmp_path: Path, prepare: object, old: list[dict[str, object]]
) -> None:
    assert callable(prepare)
    report = run_every_fault(
        str(tmp_path),
        prepare,
        append,
        lambda folder, end: check_over(old, folder, end),
        refusals=(StoreError,),
    )
    print(report)
    assert not report.violations, report
    assert report.states > 80


def test_a_careless_append_is_caught(tmp_path: Path) -> None:
    report = run_every_fault(
        str(tmp_path),
        with_old_records,
        append_without_care,
        lambda folder, end: check_over(OLD, folder, end),
        refusals=(OSError,),
    )
    assert any("success was reported" in violation for violation in report.violations), report


def test_an_append_that_ignores_the_last_line_is_caught(tmp_path: Path) -> None:
    with_a_torn_tail(str(tmp_path))
    append_without_care(str(tmp_path))
    with pytest.raises(AssertionError, match="is missing"):
        check_over(OLD, str(tmp_path), End(Fault("write", 0, Kind.SHORT), Ended.SUCCEEDED))


def in_child(code: str, *arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", code, *arguments], stdout=subprocess.PIPE)


APPENDER = """
import random, sys
from codemie_core.sessions.jsonl import JSONLWriter
path, name, count, largest = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
pick = random.Random(name)
for number in range(count):
    size = int(200 * (largest / 200) ** pick.random())
    JSONLWriter(timeout_seconds=60).append_line(path, {"by": name, "n": number, "pad": name * size})
"""
SPLITTING_APPENDER = APPENDER.replace("    JSONLWriter(", "    careless(").replace(
    "pick = ",
    """
import json, os
def careless(**_):
    class Careless:
        def append_line(self, path, record):
            data = json.dumps(record).encode() + b"\\n"
            fd = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
            while data:  # as a runtime that writes half a megabyte at a time
                data = data[os.write(fd, data[:65536]):]
            os.close(fd)
    return Careless()
pick = """,
    1,
)


def appended(path: Path, code: str) -> tuple[int, int]:
    """Let eight processes append a hundred records each; return how many records are intact and how many
    lines are not.
    """
    children = [in_child(code, str(path), name, "100", "1500000") for name in "abcdefgh"]
    assert [child.wait() for child in children] == [0] * 8
    for child in children:
        assert child.stdout is not None
        child.stdout.close()
    tally, last, right = Tally(), dict.fromkeys("abcdefgh", -1), 0
    for record in JSONLReader().read_lines(str(path), tally=tally):
        name, number, pad = record["by"], record["n"], record["pad"]
        if number > last[name] and pad == name * len(pad):
            last[name] = number
            right += 1
    return right, tally.bad


def test_eight_concurrent_writers_lose_tear_and_mix_no_record(tmp_path: Path) -> None:
    assert appended(tmp_path / "metrics.jsonl", APPENDER) == (800, 0)


def test_eight_writers_that_write_in_pieces_are_caught(tmp_path: Path) -> None:
    right, bad = appended(tmp_path / "metrics.jsonl", SPLITTING_APPENDER)
    assert right < 800
    assert bad > 0


def acknowledged_and_readable(path: Path, seed: int) -> tuple[list[int], list[int], int]:
    pick = random.Random(seed)  # noqa: S311  the same each time
    acknowledged = []
    refused = 0
    for number in range(10_000):
        try:
            JSONLWriter().append_line(str(path), {"n": number, "pad": "p" * pick.randrange(10, 3000)})
        except StoreFull:
            refused += 1
            if refused == 20:  # smaller ones may still fit
                break
        else:
            acknowledged.append(number)
    tally = Tally()
    readable = [record["n"] for record in JSONLReader().read_lines(str(path), tally=tally)]
    return acknowledged, readable, tally.bad


@pytest.mark.parametrize("seed", range(5))
def test_acknowledged_records_are_readable_at_a_file_size_limit(tmp_path: Path, seed: int) -> None:
    reading, writing = os.pipe()
    pid = os.fork()
    if not pid:
        try:
            limit_file_sizes(100_000 + seed)
            result = acknowledged_and_readable(tmp_path / "metrics.jsonl", seed)
            os.write(writing, json.dumps(result).encode())
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        acknowledged, readable, bad = json.load(pipe)
    os.waitpid(pid, 0)
    assert len(acknowledged) > 30
    assert acknowledged == readable
    assert bad == 0


def test_acknowledged_records_are_readable_on_a_full_disk(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "128k") as disk:
        acknowledged, readable, bad = acknowledged_and_readable(disk / "metrics.jsonl", 0)
    assert len(acknowledged) > 30
    assert acknowledged == readable
    assert bad == 0


def test_100_000_mutated_lines_never_stop_the_reading(tmp_path: Path) -> None:
    from codemie_core.files.shared_open import open_shared
    from codemie_core.sessions.usage.counting.collector import Collector
    from codemie_core.sessions.usage.counting.rows import MetricRow, Names
    from codemie_core.sessions.usage.counting.totals import USED, Piece, totals_of

    pick = random.Random(1)  # noqa: S311  the same each time
    sample = [
        b'{"type":"metric","timestamp":"2026-01-16T10:00:00.000Z","sessionId":"s","agent":"a","provider":"p",'
        b'"model":"m","tokensUsed":12,"duration":1.5,"note":"\\u00e9 \xc3\xa9 \\ud83d\\ude00"}',
        b'{"recordId":"r","timestamp":1795000100000,"tools":{"Bash":1},"models":["m"],"x":[1,{"y":null}]}',
    ]
    path = tmp_path / "metrics.jsonl"
    with path.open("wb") as file:
        for number in range(100_000):
            line = bytearray(sample[number % 2])
            for _ in range(pick.randrange(4)):
                at = pick.randrange(len(line))
                what = pick.randrange(3)
                if what == 0:
                    line[at] = pick.randrange(256)
                elif what == 1:
                    del line[at : at + pick.randrange(1, 20)]
                else:
                    line[at:at] = bytes(pick.randrange(256) for _ in range(pick.randrange(1, 5)))
                line = line or bytearray(b"{}")
            file.write(line + b"\n" + sample[0] + b"\n")
    before = path.read_bytes()
    tally = Tally()
    spilled: list[Piece] = []
    collector = Collector(Names(), spill=spilled.extend)
    good_ones = events = 0
    with open_shared(str(path)) as file:
        for rows in JSONLReader().scan(file, MetricRow, tally=tally):
            collector.add(rows)
            events += sum(row.kind not in (None, "metric") for row in rows)
            good_ones += sum(row.session == "s" and row.tokens == 12 for row in rows)
    collector.flush()
    totals = totals_of(used for piece in spilled for used in USED.parse(piece.totals))
    assert sum(total[0] for total in totals.values()) == tally.good - events
    assert good_ones >= 100_000  # every undamaged one is among them
    assert tally.good >= 100_000
    assert tally.bad > 10_000
    assert tally.end_offset == len(before)
    assert path.read_bytes() == before
