"""Usage counts what the CLI's own analytics counts: turns of sessions, each once, up to today."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import UTC, date
from pathlib import Path

import pytest

from codemie_core.home import Home
from codemie_core.sessions.usage import Calendar, Grouping, Period, Question, Totals, ask, days_back
from codemie_core.sessions.usage.report.period import ALL_OF_TIME

ID = "3f2b8c1e-1d2a-4c55-9b7e-0a1b2c3d4e5f"
OTHER_ID = "77aa0011-1d2a-4c55-9b7e-0a1b2c3d4e5f"
START = 1_795_000_000_000
TURN = {"recordId": "r", "sessionId": ID, "syncStatus": "synced", "models": ["m"], "tools": {"Read": 2}}
ABOUT = {"sessionId": ID, "agentName": "claude", "provider": "sso", "startTime": START, "status": "active"}

UNKNOWN = replace(
    Totals(), tokens=None, input=None, output=None, cache_read=None, cache_write=None, cost_usd=None
)
"""Nothing says how many tokens the turns took."""


@pytest.fixture
def sessions(home: Home) -> Path:
    folder = Path(home.sessions)
    folder.mkdir()
    return folder


def write_session(
    folder: Path, name: str = ID, *, turns: int = 2, lines: tuple[object, ...] = (), **about: object
) -> None:
    (folder / f"{name}.json").write_text(json.dumps({**ABOUT, **about}))
    records = [{**TURN, "timestamp": START + 60_000 * (number + 1)} for number in range(turns)]
    text = "".join(json.dumps(record) + "\n" for record in (*records, *lines))
    (folder / f"{name}_metrics.jsonl").write_text(text)


def totals(home: Home, period: Period = ALL_OF_TIME) -> Totals:
    """Return what is counted with an index and by reading everything."""
    question = Question(Grouping.AGENT, period)
    counted = ask(home, question, calendar=Calendar(UTC)).totals
    assert counted == ask(home, question, calendar=Calendar(UTC), use_index=False).totals
    return counted


def test_a_session_counts_with_its_turns_and_its_time_up_to_the_last_of_them(
    home: Home, sessions: Path
) -> None:
    write_session(sessions)
    assert totals(home) == replace(
        UNKNOWN, turns=2, tool_calls=4, milliseconds=120_000, sessions=1, unknown_sessions=1
    )
    with (sessions / f"{ID}_metrics.jsonl").open("a") as file:
        file.write(json.dumps({**TURN, "timestamp": "2026-11-18T11:00:00.500Z"}) + "\n")
    # Of the two clocks a record can be written by, the later one.
    assert totals(home).turns == 3
    assert totals(home).milliseconds == max(120_000, 1_795_000_000_500 - START)


def test_time_grows_with_each_turn_that_is_appended(home: Home, sessions: Path) -> None:
    write_session(sessions, turns=1)
    assert totals(home).milliseconds == 60_000
    for number in range(2, 9):
        with (sessions / f"{ID}_metrics.jsonl").open("a") as file:
            file.write(json.dumps({**TURN, "timestamp": START + 60_000 * number}) + "\n")
        assert totals(home).milliseconds == 60_000 * number
        assert totals(home).turns == number


@pytest.mark.parametrize(
    ("about", "milliseconds"),
    [
        ({"status": "completed", "endTime": START + 7_000}, 7_000),
        ({"status": "completed", "endTime": START + 7_000, "activeDurationMs": 3_000}, 3_000),
        ({"status": "failed", "endTime": START + 7_000}, 120_000),
        ({"status": "recovered"}, 120_000),
        ({"startTime": "2026-11-18T10:26:40.000Z"}, None),
        ({"startTime": int("9" * 400)}, 0),
        ({"startTime": -5}, 0),
        ({"startTime": True}, 0),
        ({"startTime": [1]}, 0),
        ({"startTime": 1e308}, 0),
        ({"status": "completed", "endTime": int("9" * 400)}, 120_000),
        ({"activeDurationMs": int("9" * 400)}, 120_000),
    ],
)
def test_a_sessions_time(
    home: Home, sessions: Path, about: dict[str, object], milliseconds: int | None
) -> None:
    write_session(sessions, **about)  # type: ignore[arg-type]
    counted = totals(home)
    assert (counted.turns, counted.sessions) == (2, 1)
    if milliseconds is not None:
        assert counted.milliseconds == milliseconds


def test_a_400_digit_time_of_a_turn_does_not_end_the_count(home: Home, sessions: Path) -> None:
    text = '{"recordId":1,"sessionId":1,"syncStatus":1,"timestamp":' + "9" * 400 + "}"
    write_session(sessions)
    (sessions / f"{OTHER_ID}.json").write_text(json.dumps(ABOUT))
    (sessions / f"{OTHER_ID}_metrics.jsonl").write_text(text + "\n" + json.dumps(TURN) + "\n")
    assert totals(home).turns in (3, 4)


def test_both_names_of_one_session_count_once(home: Home, sessions: Path) -> None:
    write_session(sessions)
    alone = totals(home)
    write_session(sessions, f"completed_{ID}", turns=5)
    assert totals(home) == alone, "the CLI takes the name without completed_"
    (sessions / f"{ID}.json").unlink()
    (sessions / f"{ID}_metrics.jsonl").unlink()
    assert totals(home).turns == 5


def test_a_session_with_only_half_of_its_files_renamed_is_counted(home: Home, sessions: Path) -> None:
    write_session(sessions)
    alone = totals(home)
    (sessions / f"{ID}.json").rename(sessions / f"completed_{ID}.json")
    assert totals(home) == alone
    (sessions / f"{ID}_metrics.jsonl").rename(sessions / f"completed_{ID}_metrics.jsonl")
    assert totals(home) == alone


@pytest.mark.parametrize(
    "event",
    [
        {**TURN, "type": "session_start"},
        {**TURN, "type": None},
        {"recordId": "r", "sessionId": ID, "timestamp": START},
        {"type": "tool_call", "timestamp": START},
        {},
    ],
    ids=repr,
)
def test_an_event_is_not_a_turn(home: Home, sessions: Path, event: dict[str, object]) -> None:
    write_session(sessions)
    alone = totals(home)
    write_session(sessions, lines=(event,))
    assert totals(home) == alone


def test_a_turn_with_empty_fields_counts_as_in_the_cli(home: Home, sessions: Path) -> None:
    write_session(sessions, turns=1, lines=({"recordId": None, "sessionId": None, "syncStatus": None},))
    assert totals(home).turns == 2


def test_a_session_without_turns_does_not_count(home: Home, sessions: Path) -> None:
    write_session(sessions, turns=0, status="completed", endTime=START + 60_000)
    assert totals(home) == Totals()
    (sessions / f"{ID}_metrics.jsonl").unlink()
    assert totals(home) == Totals()


@pytest.mark.parametrize("about", ["", "no json", "[]", None])
def test_metrics_without_their_sessions_metadata_do_not_count(
    home: Home, sessions: Path, about: str | None
) -> None:
    write_session(sessions)
    if about is None:
        (sessions / f"{ID}.json").unlink()
    else:
        (sessions / f"{ID}.json").write_text(about)
    assert totals(home) == Totals()
    (sessions / f"{ID}.json").write_text(json.dumps(ABOUT))
    assert totals(home).turns == 2


def test_a_session_resumed_outside_of_the_cli_does_not_count(home: Home, sessions: Path) -> None:
    write_session(sessions)
    write_session(sessions, OTHER_ID, origin="external-resume")
    assert totals(home).sessions == 1
    write_session(sessions, OTHER_ID, origin="codemie")
    assert totals(home).sessions == 2


@pytest.mark.parametrize(
    "copy",
    [
        "{id}-LAPTOP7",
        "{id}-LAPTOP7-2",
        "{id} (1)",
        "{id} - Copy",
        "{id} copy",
        "{id} (conflicted copy 2026-11-18)",
        "{id} (Anna's conflicted copy)",
        "{id}.sync-conflict-20261118-102640-ABCDEFG",
        "{id}~",
        "Copy of {id}",
        "completed_completed_{id}",
        "{id}.bak",
        "._{id}",
    ],
)
def test_a_copy_of_a_sessions_files_does_not_count(home: Home, sessions: Path, copy: str) -> None:
    write_session(sessions)
    alone = totals(home)
    write_session(sessions, copy.format(id=ID))
    assert totals(home) == alone


@pytest.mark.parametrize(
    "copy", ["claude copy", "claude (2)", "claude.bak", "claude-LAPTOP7", "claude~", "old"]
)
def test_a_copy_of_an_agents_folder_does_not_count(home: Home, copy: str) -> None:
    folder = Path(home.join(".session-claude"))
    folder.mkdir()
    record = {"type": "metric", "timestamp": "2026-11-18T10:00:00Z", "sessionId": "s", "agent": "claude"}
    (folder / "metrics.jsonl").write_text(json.dumps({**record, "tokensUsed": 5}) + "\n")
    alone = totals(home)
    assert alone.tokens == 5
    shutil.copytree(folder, home.join(f".session-{copy}"))
    assert totals(home) == alone
    shutil.rmtree(folder)
    assert totals(home).tokens == 5, "if the original is gone, only the copy is left"


def test_two_agents_with_a_common_name_prefix_both_count(home: Home) -> None:
    for agent in ("claude", "claude-code"):
        folder = Path(home.join(f".session-{agent}"))
        folder.mkdir()
        record = {"type": "metric", "timestamp": "2026-11-18T10:00:00Z", "sessionId": agent, "agent": agent}
        (folder / "metrics.jsonl").write_text(json.dumps({**record, "tokensUsed": 5}) + "\n")
    assert totals(home).tokens == 10


def test_an_event_of_the_classic_layout_is_not_a_turn(home: Home) -> None:
    folder = Path(home.join(".session-claude"))
    folder.mkdir()
    lines = [{"type": "metric", "tokensUsed": 5}, {"type": "session_end", "tokensUsed": 5}, {"tokensUsed": 5}]
    (folder / "metrics.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert totals(home).tokens == 10


@pytest.mark.parametrize("days_ahead", [1, 2, 400])
def test_a_record_dated_after_today_does_not_count_as_today(
    home: Home, sessions: Path, days_ahead: int
) -> None:
    ahead = START + days_ahead * 86_400_000
    write_session(sessions, turns=1, lines=({**TURN, "timestamp": ahead},))
    now = date(2026, 11, 18)
    assert totals(home, days_back("1d", now)).turns == 1
    assert totals(home, days_back("30d", now)).turns == 1
    assert totals(home, days_back("2026-11-01", now)).turns == 1
    assert totals(home).turns == 2, "it counts if no period is given"
