"""A budget is notified once at 80% and once at 100%, whatever else happens."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.core.sessions.usage.agent_homes import claude_line, write_log, write_session

from codemie_core.config.settings import SettingsStore
from codemie_core.home import Home
from codemie_tray.background.usage.budget_notices import BudgetNotices
from codemie_tray.background.usage.usage_process import count_today
from codemie_tray.view.state import BudgetSpent

DAY = BudgetSpent("day", "2026-11-27", 10.0, 0.0, 0)
MONTH = BudgetSpent("month", "2026-11", 300.0, 0.0, 0)


def at(budget: BudgetSpent, percent: int) -> BudgetSpent:
    return replace(budget, percent=percent, spent_usd=budget.limit_usd * percent / 100)


def test_each_level_is_notified_once(home: Home) -> None:
    notices = BudgetNotices(home)
    said = [notices.due([at(DAY, percent)]) for percent in (0, 79, 80, 81, 99, 100, 101, 500)]
    assert said == [
        *([], []),
        [("Today's budget is 80% spent", "An estimated $8.00 of $10.00 is spent.")],
        *([], []),
        [("Today's budget is used up", "An estimated $10.00 of $10.00 is spent.")],
        *([], []),
    ]


def test_a_restarted_tray_does_not_repeat_the_notification(home: Home) -> None:
    assert BudgetNotices(home).due([at(DAY, 85)])
    assert not BudgetNotices(home).due([at(DAY, 90)])
    assert BudgetNotices(home).due([at(DAY, 100)])
    assert not BudgetNotices(home).due([at(DAY, 100)])


def test_going_from_zero_to_the_whole_budget_is_one_notification(home: Home) -> None:
    assert [title for title, _ in BudgetNotices(home).due([at(DAY, 140)])] == ["Today's budget is used up"]


def test_day_and_month_are_notified_separately_and_a_new_day_starts_from_zero(home: Home) -> None:
    notices = BudgetNotices(home)
    assert [title for title, _ in notices.due([at(DAY, 100), at(MONTH, 80)])] == [
        "Today's budget is used up",
        "This month's budget is 80% spent",
    ]
    tomorrow = replace(DAY, of="2026-11-28")
    assert [title for title, _ in notices.due([at(tomorrow, 80), at(MONTH, 82)])] == [
        "Today's budget is 80% spent"
    ]
    kept = json.loads(Path(home.tray, "budget-notices.json").read_text())
    assert kept == {"2026-11-28 10": 80, "2026-11 300": 80}, "past days are not kept"


def test_a_changed_budget_is_notified_again(home: Home) -> None:
    notices = BudgetNotices(home)
    assert notices.due([at(DAY, 100)])
    assert not notices.due([at(replace(DAY, limit_usd=20.0), 50)])
    assert notices.due([at(replace(DAY, limit_usd=20.0), 80)])


@pytest.mark.parametrize(
    "left", ["", "no json", "[]", '{"a": "b"}', '{"2026-11-27 10": null}', "[" * 100_000]
)
def test_a_damaged_record_of_notifications_is_not_an_error(home: Home, left: str) -> None:
    Path(home.tray).mkdir(mode=0o700)
    Path(home.tray, "budget-notices.json").write_text(left)
    assert BudgetNotices(home).due([at(DAY, 80)])


@pytest.mark.skipif(sys.platform == "win32", reason="a folder in place of a file")
def test_without_a_writable_record_one_tray_still_notifies_once(home: Home) -> None:
    Path(home.path).mkdir(exist_ok=True)
    Path(home.tray).write_text("a file where the folder belongs")
    notices = BudgetNotices(home)
    assert [bool(notices.due([at(DAY, 85)])) for _ in range(3)] == [True, False, False]


def test_the_counting_process_reports_what_is_spent(home: Home, tmp_path: Path) -> None:
    assert count_today(home).budgets == ()
    now = datetime.now(UTC).isoformat()
    write_session(home, write_log(tmp_path / "a.jsonl", [claude_line(output=10**6, at=now)]))
    SettingsStore(home).change(monthly_budget_usd=30)
    today = count_today(home)
    assert [(one.period, one.limit_usd, one.percent) for one in today.budgets] == [("month", 30, 50)]
    assert today.tokens == 1_001_100
