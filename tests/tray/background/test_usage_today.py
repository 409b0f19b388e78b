from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from codemie_core import Home
from codemie_core.sessions.usage import Calendar, Period, Question, ask
from codemie_core.system.clock import Clock
from codemie_tray.background.messages import UsageCounted
from codemie_tray.background.usage.usage_process import NotCounted, count_today
from codemie_tray.background.usage.usage_today import UsageTodayCounter
from codemie_tray.background.watch.changes import Change, SessionsChanged
from codemie_tray.background.watch.watcher import Watcher
from codemie_tray.view.menu import Item
from codemie_tray.view.menu_builder import usage_in_words, used_by_model, view_of
from codemie_tray.view.state import Missing, State, UsageToday


class Received:
    """The posted numbers."""

    def __init__(self) -> None:
        self._queue: queue.Queue[UsageToday] = queue.Queue()
        self.empty = self._queue.empty

    def put(self, message: UsageCounted) -> None:
        self._queue.put(message.today)

    def get(self, timeout: float) -> UsageToday:
        return self._queue.get(timeout=timeout)


def label(today: UsageToday | None) -> list[str]:
    view = view_of(State("/h", Missing("/h/config.json"), today=today))
    return [item.label for item in view.menu if isinstance(item, Item) and item.label.startswith("Today")]


def test_the_menu_shows_tokens_and_sessions() -> None:
    assert label(None) == ["Today: counting..."]
    assert label(UsageToday(0, 0, 0)) == ["Today: no usage"]
    assert label(UsageToday(12_400, 7, 90)) == ["Today: 12.4k tokens, 7 sessions"]
    assert label(UsageToday(1, 1, 1)) == ["Today: 1 token, 1 session"]


def test_without_tokens_the_row_shows_turns() -> None:
    assert label(UsageToday(0, 2, 31)) == ["Today: 31 turns, 2 sessions"]


def record(session: str, when: float) -> bytes:
    stamp = int(when * 1000)
    return json.dumps({"timestamp": stamp, "sessionId": session, "tokensUsed": 5}).encode() + b"\n"


def test_a_click_shows_which_model_used_how_much(tmp_path: Path) -> None:
    folder = tmp_path / ".session-claude"
    folder.mkdir()
    now = time.time()
    with open(folder / "metrics.jsonl", "w", encoding="utf-8") as file:
        for number in range(7):
            for turn in range(number + 1):
                stamp = {"timestamp": int(now * 1000), "sessionId": f"s{turn}", "tokensUsed": 1000}
                file.write(json.dumps({**stamp, "model": f"model-{number}"}) + "\n")
    today = count_today(Home(str(tmp_path)))
    assert (today.tokens, today.sessions, today.turns) == (28_000, 7, 28)
    assert used_by_model(today).splitlines() == [
        "model-6: 7k tokens",
        "model-5: 6k tokens",
        "model-4: 5k tokens",
        "model-3: 4k tokens",
        "model-2: 3k tokens",
        "and 2 other models",
    ]


def test_a_process_that_cannot_count_reports_why(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(NotCounted, match=r"today's usage: .*file: can't be read"):
        count_today(Home(str(tmp_path / "file")))


def test_a_failed_count_is_reported_in_the_menu_and_retried(tmp_path: Path, quick: None) -> None:
    received = Received()
    sessions = tmp_path / "home"
    sessions.write_text("a file is in the way")
    counter = UsageTodayCounter(Home(str(sessions)), received.put)
    counter.start()
    try:
        failed = received.get(timeout=60)
        assert label(failed) == ["Today: could not count usage"]
        title, text = usage_in_words(failed)
        assert title == "Could not count today's usage"
        assert f"{sessions}: can't be read" in text
        sessions.unlink()
        (sessions / ".session-claude").mkdir(parents=True)
        (sessions / ".session-claude" / "metrics.jsonl").write_bytes(record("s", time.time()))
        counter.look()
        assert usage_in_words(received.get(timeout=60))[0] == "Today: 5 tokens, 1 session"
    finally:
        counter.stop()


def test_an_internal_error_of_the_counting_is_reported_too(tmp_path: Path, quick: None) -> None:
    received = Received()

    def count(_home: Home) -> UsageToday:
        raise ZeroDivisionError

    counter = UsageTodayCounter(Home(str(tmp_path)), received.put, count=count)
    counter.start()
    try:
        assert received.get(timeout=60).problem == "internal error: ZeroDivisionError"
    finally:
        counter.stop()


def count_at(clock: Callable[[], float]) -> Callable[[Home], UsageToday]:
    """Count in this process, with another clock."""

    def count(home: Home) -> UsageToday:
        day = Calendar().day_at(clock())
        totals = ask(home, Question(period=Period(day, day))).totals
        return UsageToday(totals.tokens or 0, totals.sessions, totals.turns)

    return count


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("codemie_tray.background.usage.usage_today.GATHER_SECONDS", 0.01)
    monkeypatch.setattr("codemie_tray.background.usage.usage_today.PAUSE_SECONDS", 0.05)


def test_a_new_turn_is_counted_soon(tmp_path: Path, quick: None) -> None:
    received = Received()
    home = Home(str(tmp_path))
    counter = UsageTodayCounter(home, received.put)

    def hear(change: Change) -> None:
        if isinstance(change, SessionsChanged):
            counter.look()

    watcher = Watcher(home, hear, {})
    watcher.start()
    counter.start()
    try:
        assert received.get(timeout=60) == UsageToday(0, 0, 0)
        folder = tmp_path / ".session-claude"
        folder.mkdir()
        assert received.get(timeout=60) == UsageToday(0, 0, 0)
        watcher.rearm()  # as the tray does after each count
        for number in range(1, 4):
            with (folder / "metrics.jsonl").open("ab") as file:
                file.write(record(f"s{number}", time.time()))
            while (today := received.get(timeout=60)).tokens != 5 * number:
                pass
            assert (today.sessions, today.turns) == (number, number)
    finally:
        counter.stop()
        watcher.stop()


def test_at_midnight_a_new_day_begins(tmp_path: Path, quick: None) -> None:
    folder = tmp_path / ".session-claude"
    folder.mkdir()
    midnight = datetime(2026, 3, 10).timestamp()
    (folder / "metrics.jsonl").write_bytes(record("s", midnight - 60))
    received = Received()
    begun = time.monotonic()

    def clock() -> float:
        return midnight - 0.5 + time.monotonic() - begun

    home = Home(str(tmp_path))
    counter = UsageTodayCounter(home, received.put, count=count_at(clock), clock=Clock(wall_seconds=clock))
    counter.start()
    try:
        assert received.get(timeout=60) == UsageToday(5, 1, 1)
        assert received.get(timeout=60) == UsageToday(0, 0, 0)
    finally:
        counter.stop()


def test_a_machine_that_sleeps_over_midnight_counts_the_new_day_when_it_wakes_up(
    tmp_path: Path, quick: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a timer that includes time asleep, a sleep is a jump of both clocks while the thread waits."""
    monkeypatch.setattr("codemie_tray.background.clock.boot_timer._boottime_timer", lambda: None)
    monkeypatch.setattr("codemie_tray.background.clock.boot_timer.SLICE_SECONDS", 0.05)
    (tmp_path / ".session-claude").mkdir()
    midnight = datetime(2026, 3, 10).timestamp()
    (tmp_path / ".session-claude" / "metrics.jsonl").write_bytes(record("s", midnight - 60))
    asleep_seconds = 0.0
    clock = Clock(
        lambda: midnight - 7200 + asleep_seconds,
        lambda: time.monotonic() + asleep_seconds,
    )
    received = Received()
    counter = UsageTodayCounter(
        Home(str(tmp_path)), received.put, count=count_at(clock.wall_seconds), clock=clock
    )
    counter.start()
    try:
        assert received.get(timeout=60) == UsageToday(5, 1, 1)
        time.sleep(0.3)
        assert received.empty()
        asleep_seconds = 8 * 3600.0
        assert received.get(timeout=60) == UsageToday(0, 0, 0)
    finally:
        counter.stop()


def test_many_requests_during_a_count_cause_one_more_count(tmp_path: Path, quick: None) -> None:
    received = Received()
    counts: list[int] = []
    asked = threading.Event()

    def count(_home: Home) -> UsageToday:
        counts.append(1)
        assert asked.wait(60)
        return UsageToday(len(counts), 1, 1)

    counter = UsageTodayCounter(Home(str(tmp_path)), received.put, count=count)
    counter.look()  # before it began, so the first count answers this too
    counter.start()
    try:
        while not counts:
            time.sleep(0.005)
        for _ in range(5):
            counter.look()
        asked.set()
        assert [received.get(timeout=60).tokens, received.get(timeout=60).tokens] == [1, 2]
        time.sleep(0.3)
        assert received.empty()
    finally:
        counter.stop()


def test_the_icon_shows_before_sqlite_and_msgspec_are_loaded() -> None:
    code = (
        "import sys, codemie_tray.app.app, codemie_tray.background.watch.watcher\n"
        "print([name for name in ('sqlite3', 'msgspec', 'multiprocessing') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert done.stdout.strip() == "[]"
