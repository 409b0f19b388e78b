"""The table of `usage` shows no zero for what is unknown, and says what was spent of the budgets."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.core.sessions.usage.agent_homes import golden_home
from tests.support.processes.program import run_program


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return Path(golden_home(tmp_path).path)


def rows(home: Path, *options: str) -> dict[str, list[str]]:
    """Return the cells of each line by its first one; in the time, a space separates number and unit."""
    lines = run_program(home, "usage", *options).stdout.splitlines()
    return {line.split("  ")[0]: line.split("  ")[1:] for line in lines}


def test_a_model_has_no_time_where_only_sessions_have_one(home: Path) -> None:
    table = rows(home, "--by", "model")
    assert table.pop("total")[-1] == "5 min"
    del table["model"]
    assert {cells[-1].strip() for cells in table.values()} == {"unknown"}
    answer = json.loads(run_program(home, "usage", "--by", "model", "--json").stdout)
    assert {line["milliseconds"] for line in answer["lines"]} == {None}
    assert answer["total"]["milliseconds"] == 300_000
    csv = run_program(home, "usage", "--by", "model", "--csv").stdout.splitlines()
    assert csv[0].split(",")[5] == "milliseconds"
    assert {line.split(",")[5] for line in csv[1:]} == {""}


def test_a_model_has_a_time_where_its_turns_have_one(tmp_path: Path) -> None:
    folder = tmp_path / ".session-claude"
    folder.mkdir()
    record = {"timestamp": "2026-11-18T10:00:00Z", "sessionId": "a", "model": "m", "duration": 60_000}
    (folder / "metrics.jsonl").write_text(json.dumps({"type": "metric", **record}) + "\n")
    answer = json.loads(run_program(tmp_path, "usage", "--by", "model", "--json").stdout)
    assert [line["milliseconds"] for line in answer["lines"]] == [60_000]


def test_a_cost_below_a_cent_is_not_shown_as_none(home: Path) -> None:
    table = rows(home, "--by", "model")
    assert "<$0.01" in " ".join(table["gpt-5-mini"])
    assert "$0.00" not in run_program(home, "usage", "--by", "model").stdout


def test_numbers_stay_aligned_to_the_right_if_a_model_has_no_price(home: Path) -> None:
    for log in home.parent.glob(".claude/projects/*/*.jsonl"):
        log.write_text(log.read_text(encoding="utf-8").replace("claude-opus-4-5", "house-model"))
    lines = run_program(home, "usage", "--by", "model").stdout.splitlines()
    assert any("no price" in line for line in lines)
    ends = {line.index("cost (est.)") + len("cost (est.)") for line in lines[:1]}
    for line in lines[1:]:
        assert line[max(ends) - 1] != " ", lines


def test_the_budgets_are_shown_even_if_nothing_was_used(home: Path) -> None:
    (home / "tray").mkdir(mode=0o700, exist_ok=True)
    budgets = {"dailyBudgetUsd": 20, "monthlyBudgetUsd": 300}
    (home / "tray" / "settings.json").write_text(json.dumps(budgets), encoding="utf-8")
    lines = run_program(home, "usage", "--until", "2026-11-01").stdout.splitlines()
    assert lines[0] == "No usage."
    assert [line.partition(":")[0] for line in lines[1:]] == ["Today's budget", "This month's budget"]


def test_an_export_to_a_folder_that_is_not_writable_asks_for_another(home: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    result = run_program(home, "usage", "export", "--out", str(tmp_path / "file"))
    assert result.returncode == 7
    assert result.stderr.splitlines()[-1] == "Choose a folder that you can write to."
