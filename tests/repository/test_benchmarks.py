"""The page of benchmarks can be measured in parts, and the ratios that CI checks notice a loss."""

from __future__ import annotations

import inspect
import json
import subprocess
import sys
from pathlib import Path

import pytest
from benchmarks import peers, ratios
from benchmarks.__main__ import measure, measurements
from benchmarks.report import page, results
from benchmarks.report.table import Row, at_least, at_most

SLOW = Row("reading", "2.0 s", at_most(2.0, 1.5, " s"))
FAST = Row("writing", "3.10x", at_least(3.1, 3, "x"))


@pytest.fixture(autouse=True)
def kept_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results, "FOLDER", tmp_path / "results")
    monkeypatch.setattr(peers, "versions", lambda: ["Python 3.11.7"])


def test_what_was_kept_is_read_back_and_a_second_run_replaces_it() -> None:
    results.keep("tray", [SLOW], load="0.1")
    results.keep("counting", [FAST, Row("beside", "1 s")], load="0.2")
    results.keep("tray", [FAST], load="0.3")
    kept = results.kept()
    assert [(one.name, one.load, one.rows) for one in kept] == [
        ("counting", "0.2", (FAST, Row("beside", "1 s"))),
        ("tray", "0.3", (FAST,)),
    ]
    assert kept[0].machine == peers.machine()


def test_the_page_joins_the_parts_and_names_the_bars_that_were_missed() -> None:
    results.keep("tray", [SLOW], load="0.1")
    results.keep("counting", [FAST], load="0.2")
    text = page.text(results.kept())
    assert "1 of 2 bars are met. Missed:" in text
    assert "- The tray: reading: 2.0 s (bar: ≤ 1.5 s)" in text
    assert "| reading | 2.0 s | ≤ 1.5 s | **missed** |" in text
    assert "| writing | 3.10x | ≥ 3x | met |" in text
    assert text.index("## Counting usage") < text.index("## The tray")


def test_a_benchmark_that_fails_is_named_and_costs_no_other(capsys: pytest.CaptureFixture[str]) -> None:
    def fails(*, quick: bool = False) -> list[Row]:
        raise SystemExit("the answers differ")

    def works(*, quick: bool = False) -> list[Row]:
        return [SLOW, FAST]

    missed, failed = measure({"counting": fails, "tray": works})
    assert (missed, failed) == (["tray: reading"], ["counting"])
    assert [one.name for one in results.kept()] == ["tray"]
    assert "the answers differ" in capsys.readouterr().err


def test_a_quick_run_has_a_page_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results, "QUICK_FOLDER", tmp_path / "quick")
    monkeypatch.setattr(page, "DOCS", tmp_path / "docs")
    results.keep("tray", [FAST], load="0.1")
    results.keep("growth", [SLOW], load="0.1", quick=True)
    results.keep_chart("<svg/>", quick=True)
    assert page.write(quick=True) == tmp_path / "quick" / "benchmarks.md"
    assert not (tmp_path / "docs").exists()
    assert (tmp_path / "quick" / page.CHART).read_text(encoding="utf-8") == "<svg/>"
    quick, whole = (
        (folder / "benchmarks.md").read_text(encoding="utf-8")
        for folder in (tmp_path / "quick", page.write().parent)
    )
    assert "figures and verdicts mean nothing" in quick
    assert ("How cost grows" in quick, "The tray" in quick) == (True, False)
    assert ("How cost grows" in whole, "The tray" in whole) == (False, True)
    assert not (tmp_path / "docs" / page.CHART).exists()


def test_every_benchmark_takes_small_inputs() -> None:
    found = measurements(())
    assert set(found) == set(page.TITLES)
    for name, run in found.items():
        assert "quick" in inspect.signature(run).parameters, name


def test_a_page_without_parts_is_a_page() -> None:
    assert page.text([]).startswith("# Benchmarks")


@pytest.mark.parametrize(("measured", "code"), [([4.0], 0), ([2.0, 4.0], 0), ([2.0, 2.1, 2.2], 1)])
def test_a_ratio_has_fallen_if_it_is_low_in_every_attempt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, measured: list[float], code: int
) -> None:
    (tmp_path / "ratios.json").write_text(json.dumps({"reading": 4.0}), encoding="utf-8")
    monkeypatch.setattr(ratios, "KEPT", tmp_path / "ratios.json")
    attempts = iter(measured)
    monkeypatch.setattr(ratios, "ratios", lambda: {"reading": next(attempts)})
    assert ratios.check() == code
    assert next(attempts, None) is None


def test_processor_time_includes_children_and_not_sleep() -> None:
    busy = "import time\nwhile time.process_time() < 0.5: pass"
    spent = ratios.processor_seconds(lambda: subprocess.run([sys.executable, "-c", busy], check=True))
    assert spent >= 0.45
    asleep = "import time; time.sleep(1)"
    assert (
        ratios.processor_seconds(lambda: subprocess.run([sys.executable, "-c", asleep], check=True)) < spent
    )
