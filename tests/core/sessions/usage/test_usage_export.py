"""`usage export`: files that other programs can read, never half written, without names unless requested."""

from __future__ import annotations

import gzip
import itertools
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.core.sessions.usage.agent_homes import SESSION, claude_line, golden_home, write_log, write_session

from codemie_core.errors import StoreError
from codemie_core.home import Home
from codemie_core.sessions.usage import Grouping, Period, Question, ask
from codemie_core.sessions.usage.export import Exported, export

DOCS = Path(__file__).parents[4] / "docs" / "fleet.md"
QUERIES = re.findall(r"```sql\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)


def files(out: Path) -> list[Path]:
    return sorted(path for path in out.rglob("*") if path.is_file())


def text_of(path: Path) -> str:
    return gzip.decompress(path.read_bytes()).decode()


def rows(out: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in "".join(map(text_of, files(out))).splitlines()]


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


def test_a_file_per_day_holds_what_usage_counts(tmp_path: Path, out: Path) -> None:
    home = golden_home(tmp_path)
    assert export(home, str(out)) == Exported(written=2, rows=14)
    days = [str(path.parent.relative_to(out)) for path in files(out)]
    assert days == [os.path.join("year=2026", "month=11", f"day={day}") for day in (18, 19)]
    total = ask(home, Question(Grouping.MODEL)).totals
    sums = {
        name: sum(row[name] or 0 for row in rows(out))
        for name in ("tokens", "turns", "output_tokens", "tool_calls")
    }
    # A turn of two models is one row here, and counts for each of them there.
    assert sums == {
        **{"tokens": total.tokens, "turns": total.turns},
        **{"output_tokens": total.output, "tool_calls": total.tool_calls},
    }
    assert round(sum(row["cost_usd_estimate"] or 0 for row in rows(out)), 6) == round(total.cost_usd or 0, 6)


def test_long_requests_cost_more_here_and_in_the_report(home: Home, tmp_path: Path, out: Path) -> None:
    lines = [
        claude_line("short", "r1", input_tokens=100_000, cache_read_input_tokens=100_000, output=1000),
        claude_line("long", "r2", input_tokens=150_000, cache_read_input_tokens=100_000, output=1000),
    ]
    write_session(home, write_log(tmp_path / "a.jsonl", lines))
    export(home, str(out))
    (row,) = (row for row in rows(out) if row["tokens"])
    (line,) = (line for line in ask(home, Question(Grouping.MODEL)).lines if line.name == "claude-sonnet-4-5")
    short = (100_000 * 3 + 100_000 * 0.3 + 1000 * 15) / 1_000_000
    long = (150_000 * 6 + 100_000 * 0.6 + 1000 * 22.5) / 1_000_000
    assert row["model"] == "claude-sonnet-4-5"
    assert row["input_tokens"] == line.totals.input == 250_000
    assert row["cost_usd_estimate"] == pytest.approx(short + long)
    assert line.totals.cost_usd == pytest.approx(short + long)


def test_a_second_export_changes_nothing(tmp_path: Path, out: Path) -> None:
    home = golden_home(tmp_path)
    export(home, str(out))
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in files(out)}
    assert export(home, str(out)) == Exported(unchanged=2, rows=14)
    assert {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in files(out)} == before


def test_only_the_requested_days_are_written(tmp_path: Path, out: Path) -> None:
    home = golden_home(tmp_path)
    assert export(home, str(out), period=Period(date(2026, 11, 19), None)).written == 1
    assert [path.parent.name for path in files(out)] == ["day=19"]


def test_exported_days_are_kept_after_the_agents_log_is_gone(home: Home, tmp_path: Path, out: Path) -> None:
    log = write_log(tmp_path / "a.jsonl", [claude_line()])
    write_session(home, log)
    export(home, str(out))
    log.unlink()
    assert export(home, str(out)) == Exported(kept=1, rows=2)
    assert sum(row["tokens"] or 0 for row in rows(out)) == 1110
    write_log(log, [claude_line(), claude_line("m2", "r2")])
    assert export(home, str(out)).written == 1
    assert sum(row["tokens"] or 0 for row in rows(out)) == 2220


def test_unknown_numbers_are_null(home: Home, tmp_path: Path, out: Path) -> None:
    write_session(home, tmp_path / "gone.jsonl")
    export(home, str(out))
    with_turns = [row for row in rows(out) if row["turns"]]
    assert [(row["tokens"], row["input_tokens"], row["cost_usd_estimate"]) for row in with_turns] == [
        (None,) * 3
    ]


def test_names_and_text_are_exported_only_on_request(home: Home, tmp_path: Path, out: Path) -> None:
    log = write_log(tmp_path / "anna" / "a.jsonl", [claude_line()])
    write_session(home, log, workingDirectory="/home/anna/secret-project", provider="annas-profile")
    export(home, str(out))
    text = "".join(map(text_of, files(out))) + "".join(map(str, files(out)))
    for word in ("anna", "secret", os.uname().nodename if sys.platform != "win32" else "secret"):
        assert word not in text.replace(str(tmp_path), ""), word
    export(home, str(out), names=True)
    assert {(row["profile"], row["project"]) for row in rows(out)} == {
        ("annas-profile", "/home/anna/secret-project")
    }


def test_two_homes_can_export_to_the_same_folder(tmp_path: Path, out: Path) -> None:
    for name in ("a", "b"):
        home = Home(str(tmp_path / name))
        write_session(home, write_log(tmp_path / f"{name}.jsonl", [claude_line()]))
        export(home, str(out))
    assert len(files(out)) == 2
    assert len({row["source"] for row in rows(out)}) == 2


def test_a_damaged_exported_file_is_replaced(tmp_path: Path, out: Path) -> None:
    home = golden_home(tmp_path)
    export(home, str(out))
    expected = [path.read_bytes() for path in files(out)]
    for number, path in enumerate(files(out)):
        path.write_bytes(path.read_bytes()[: 40 * number])
    assert export(home, str(out)).written == 2
    assert [path.read_bytes() for path in files(out)] == expected


def test_a_folder_that_cannot_be_created_is_an_error_with_its_path(tmp_path: Path) -> None:
    home = golden_home(tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match=re.escape(str(tmp_path / "file"))):
        export(home, str(tmp_path / "file" / "out"))


KILLED = """
import os, pathlib, sys
from codemie_core.home import Home
from codemie_core.sessions.usage.export import day_file, export

def in_place(path, data, **options):
    with open(path, "wb", buffering=0) as file:
        for at in range(0, len(data), 16):
            file.write(data[at : at + 16])

if sys.argv[3] == "in place":
    day_file.replace_whole = in_place
while True:
    export(Home(sys.argv[1]), sys.argv[2])
    print("once", flush=True)
    for path in pathlib.Path(sys.argv[2]).rglob("*.gz"):
        path.unlink()
"""


def half_files_after_kills(home: Home, out: Path, how: str) -> Iterator[int]:
    """Yield how many files were incomplete after each killed export, endlessly."""
    for number in itertools.count():
        child = subprocess.Popen(
            [sys.executable, "-c", KILLED, home.path, str(out), how], stdout=subprocess.PIPE
        )
        assert child.stdout is not None
        child.stdout.readline()  # from here on it does nothing but export
        time.sleep(number % 8 * 0.03)
        child.kill()
        child.wait()
        child.stdout.close()
        half = 0
        for path in out.rglob("*.jsonl.gz"):
            try:
                half += not gzip.decompress(path.read_bytes()).endswith(b"}\n")
            except (EOFError, OSError):
                half += 1
            path.unlink()
        yield half


@pytest.fixture
def busy_month(home: Home, tmp_path: Path) -> Home:
    """A home with a session that goes over 28 days."""
    lines = [claude_line(f"m{day}", "r", at=f"2026-11-{day:02}T10:00:00Z") for day in range(1, 29)]
    write_session(home, write_log(tmp_path / "a.jsonl", lines))
    return home


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
def test_a_killed_export_leaves_no_half_file(busy_month: Home, out: Path) -> None:
    assert not any(itertools.islice(half_files_after_kills(busy_month, out, "as it is"), 8))
    export(busy_month, str(out))
    assert len(files(out)) == 28, "killed exports leave nothing behind"
    assert sum(row["tokens"] or 0 for row in rows(out)) == 1110 * 28


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
def test_the_control_that_writes_in_place_leaves_half_files(busy_month: Home, out: Path) -> None:
    assert any(itertools.islice(half_files_after_kills(busy_month, out, "in place"), 100))


def test_duckdb_answers_the_questions_of_the_page(tmp_path: Path, out: Path) -> None:
    duckdb = pytest.importorskip("duckdb", reason="no duckdb here")
    home = golden_home(tmp_path)
    export(home, str(out))
    connection = duckdb.connect()
    view, *questions = (query.replace("/srv/usage", str(out)) for query in QUERIES)
    connection.execute(view)
    days, models, cache, sessions, unknown = (connection.execute(query).fetchall() for query in questions)
    assert [(day[:3], day[4]) for day in days] == [((2026, 11, 18), 1), ((2026, 11, 19), 1)]
    total = ask(home, Question(Grouping.MODEL))
    assert round(sum(day[3] for day in days), 2) == round(total.totals.cost_usd or 0, 2)
    tokens = {line.name: line.totals.tokens for line in total.lines}
    assert {model: int(count) for model, count, _ in models if count} == tokens
    assert dict(cache)["codemie-codex"] == round(100 * 55_000 / 83_000, 1)
    assert (len(sessions), unknown) == (5, [(0, 0, 5)])
    types = {name: kind for name, kind, *_ in connection.execute("DESCRIBE usage").fetchall()}
    assert (types["tokens"], types["hour"], types["cost_usd_estimate"]) == (
        "BIGINT",
        "TIMESTAMP WITH TIME ZONE",
        "DOUBLE",
    )


SPARK = """
import sys
from pyspark.sql import SparkSession
spark = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").getOrCreate()
usage = spark.read.json(sys.argv[1])
sums = usage.groupBy("year", "month", "day").sum("tokens", "turns").orderBy("day").collect()
print([tuple(row) for row in sums])
"""


@pytest.mark.timeout(900)  # Spark takes a minute to start on a busy machine
def test_spark_reads_the_days(tmp_path: Path, out: Path) -> None:
    python = os.environ.get("CODEMIE_SPARK_PYTHON")
    if not python:
        pytest.skip("no Spark here: make test-spark")
    home = golden_home(tmp_path)
    export(home, str(out))
    done = subprocess.run(
        [python, "-c", SPARK, str(out)], capture_output=True, text=True, check=False, timeout=850
    )
    assert done.returncode == 0, done.stderr[-2000:]
    expected = []
    for day in (18, 19):
        totals = ask(home, Question(period=Period(date(2026, 11, day), date(2026, 11, day)))).totals
        expected.append((2026, 11, day, totals.tokens, totals.turns))
    assert done.stdout.strip() == str(expected)


def test_sessions_of_the_classic_layout_have_no_names_either(home: Home, out: Path) -> None:
    folder = Path(home.join(".session-claude"))
    folder.mkdir(parents=True)
    record = {
        "timestamp": "2026-11-18T10:00:00Z",
        "sessionId": "annas session",
        "tokensUsed": 5,
        "model": "m",
    }
    (folder / "metrics.jsonl").write_text(json.dumps(record) + "\n")
    export(home, str(out))
    (row,) = rows(out)
    assert re.fullmatch("[0-9a-f]{32}", row["session"])
    assert (row["tokens"], row["input_tokens"], row["cost_usd_estimate"], row["model"]) == (
        5,
        None,
        None,
        "m",
    )
    assert SESSION not in str(row)
