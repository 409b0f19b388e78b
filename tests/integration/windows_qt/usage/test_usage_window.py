"""The Usage window, used by mouse and keyboard on a real screen and read as a screen reader reads it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from tests.integration.desktop.needs import needs
from tests.integration.desktop.rig.processes.bus import BusError
from tests.integration.desktop.rig.processes.waiting import until
from tests.integration.windows_qt.rig.looks import looks_of
from tests.integration.windows_qt.rig.menu_of_the_tray import tray_with_a_menu
from tests.integration.windows_qt.rig.open_window import OpenWindow
from tests.integration.windows_qt.rig.tab_walk import walk_through
from tests.integration.windows_qt.rig.usage_home import MODELS, add_unknown, add_use, fill

pytestmark = needs("x11", "windows")


def cells(window: OpenWindow) -> list[str]:
    found = []
    for node in window.screen.nodes():
        try:
            if node.role == "cell":
                found.append(node.name)
        except BusError:  # the table was filled again while it was read
            continue
    return found


def choose(window: OpenWindow, box: str, entry: str) -> None:
    """Open a list of choices, and choose one."""
    window.click_named(box)
    window.click(window.screen.find("list item", entry))


def copied(window: OpenWindow) -> bool:
    """Press "Copy", and return whether it was copied: a count that starts meanwhile swallows the click."""
    window.press_button("Copy")
    return window.screen.says("Copied the table as comma-separated values.")


def test_the_usage_is_grouped_copied_and_followed(usage_window: OpenWindow) -> None:
    window = usage_window
    fill(window.home)
    window.open()
    window.until_says("9 sessions")
    window.until_says("The tokens of 1 session are unknown")
    assert "unknown" in cells(window)
    window.picture("by-day")
    choose(window, "Group", "By model")
    until("the models", lambda: MODELS[0] in cells(window), on_failure=window.failure)
    until("the table to be copied", lambda: copied(window), on_failure=window.failure)
    rows = window.clipboard().splitlines()
    answer = json.loads(window.run("usage", "--since", "30d", "--by", "model", "--json").stdout)
    assert [row.split(",")[1] for row in rows[1:]] == [
        "" if line["tokens"] is None else str(line["tokens"]) for line in answer["lines"]
    ]
    choose(window, "Period", "Last 7 days")
    until("fewer sessions", lambda: not window.screen.says("9 sessions"), on_failure=window.failure)
    add_use(window.home, "gemini", days_ago=1, tokens=123, model="a-new-model")
    until("the new model", lambda: "a-new-model" in cells(window), on_failure=window.failure)
    window.picture("by-model")


def test_the_arrow_keys_walk_through_the_days(usage_window: OpenWindow) -> None:
    window = usage_window
    add_use(window.home, "gemini", days_ago=2, tokens=4321)
    window.open()
    window.until_says("1 session")
    choose(window, "Period", "All time")  # begins with that day
    window.click_named("Tokens per day")
    window.keys("End", "Left", "Home")
    window.until_says("4.3k tokens, 1 session")
    chart = next(node for node in window.screen.nodes() if node.spoken_name == "Tokens per day")
    assert "4.3k tokens" in chart.description


def test_the_chart_shows_sessions_and_keys_choose_the_period(usage_window: OpenWindow) -> None:
    window = usage_window
    fill(window.home)
    window.open()
    window.until_says("9 sessions")
    choose(window, "Chart", "Sessions")
    until("the chart", lambda: any(n.spoken_name == "Sessions per day" for n in window.screen.nodes()))
    assert not window.screen.says("Tokens per day")
    window.picture("sessions")
    window.keys("7")
    until("fewer sessions", lambda: not window.screen.says("9 sessions"), on_failure=window.failure)
    window.keys("9")
    window.until_says("9 sessions")
    window.keys("F1")
    window.until_says("Keyboard shortcuts")
    assert {"7, 3, 9", "Left, Right"} <= {node.name for node in window.screen.nodes()}


def test_without_a_known_token_the_chart_shows_sessions(usage_window: OpenWindow) -> None:
    window = usage_window
    add_unknown(window.home, days_ago=1)
    window.open()
    window.until_says("The tokens of 1 session are unknown")
    until("the chart", lambda: any(n.spoken_name == "Sessions per day" for n in window.screen.nodes()))


def test_every_widget_is_reached_by_tab_and_has_a_name(usage_window: OpenWindow) -> None:
    window = usage_window
    fill(window.home)
    window.open()
    window.until_says("9 sessions")
    names = ("Chart", "Period", "Group", "Tokens per day", "Usage", "Copy", "Export CSV…")
    walk_through(window, lists=("Usage",), names=names)


def test_without_usage_the_window_says_so(usage_window: OpenWindow) -> None:
    window = usage_window
    window.open()
    window.until_says("No usage in this period.")
    window.picture("empty")


def test_today_in_the_menu_opens_it_and_a_second_click_raises_it(usage_window: OpenWindow) -> None:
    window = usage_window
    add_use(window.home, "gemini", days_ago=1, tokens=500)
    with tray_with_a_menu(window) as menu:
        menu.click("Today")
        first = until("its window", menu.windows)
        window.attach(first[0])
        window.until_says("1 session")
        menu.click("Usage...")
        until("the second start to end", lambda: menu.windows() == first)


@pytest.mark.parametrize(("scale", "width"), [("1", 920), ("2", 760)])
def test_no_text_is_cut(profiles_home: Path, tmp_path: Path, scale: str, width: int) -> None:
    fill(profiles_home)
    folder = Path(os.environ.get("CODEMIE_TEST_ARTIFACTS") or tmp_path, f"usage-{scale}-{width}")
    folder.mkdir(parents=True, exist_ok=True)
    answer = looks_of("usage", profiles_home, scale, folder, width)
    assert (answer["cut"], answer["width"]) == ([], width)
    assert answer["rows"] == 9
