"""A spent budget: notified once at 80% and once at 100%, as the user sees it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from tests.core.sessions.usage.agent_homes import claude_line, write_log, write_session
from tests.integration.desktop.needs import needs
from tests.integration.desktop.rig.processes.waiting import until
from tests.integration.desktop.rig.tray.tray_on_screen import RIGHT
from tests.integration.desktop.running_tray import RunningTray

from codemie_core import Home
from codemie_core.config.settings import SettingsStore

pytestmark = needs("x11", "xfce")


def spend(tray: RunningTray, tmp_path: Path, session: str, thousand_tokens: int) -> None:
    """Let a session use output tokens, at 15 dollars per million, just now."""
    line = claude_line(session, session, output=thousand_tokens * 1000, at=datetime.now(UTC).isoformat())
    write_session(
        Home(tray.home),
        write_log(tmp_path / f"{session}.jsonl", [line]),
        session=f"{session:0>8}-1d2a-4c55-9b7e-0a1b2c3d4e5f",
    )


def test_a_budget_is_notified_at_eighty_percent_and_when_it_is_used_up(
    tray: RunningTray, tmp_path: Path
) -> None:
    # By month: a day may end during the test.
    SettingsStore(Home(tray.home)).change(monthly_budget_usd=10)
    tray.start()
    notifications = tray.desktop.notifications
    said = []
    for session, thousand_tokens, name in (("1", 540, "80-percent"), ("2", 200, "used-up")):
        assert not notifications.displayed()
        spend(tray, tmp_path, session, thousand_tokens)
        until("the notification", notifications.displayed, on_failure=tray.desktop.logs)
        tray.photograph(name)
        said += [(note.title, note.text) for note in notifications.seen()]
        notifications.forget()
    assert said == [
        ("This month's budget is 81% spent", "An estimated $8.10 of $10.00 is spent."),
        ("This month's budget is used up", "An estimated $11.10 of $10.00 is spent."),
    ]
    tray.open_menu(RIGHT)
    tray.photograph("menu")
    tray.desktop.close_menus()
    tray.end()
    tray.start()
    before = tray.row_beginning("Today: ")
    spend(tray, tmp_path, "3", 1)
    until("the third session to be counted", lambda: tray.row_beginning("Today: ") != before)
    assert not notifications.displayed()
