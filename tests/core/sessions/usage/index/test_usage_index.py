"""The index gives the result of a full reading, whatever happened to the files."""

import json
import os
import sys
from collections.abc import Callable
from datetime import UTC
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.core.sessions.usage.index.changing_home import TURN, ChangingHome, count_by_hand

from codemie_core.home import Home
from codemie_core.sessions.usage import Calendar, Grouping, Question, ask, index_path
from codemie_core.sessions.usage.index.index import UsageIndex
from codemie_core.sessions.usage.sources.version import version_of_status

EVENTS: list[Callable[[ChangingHome], None]] = [
    *(
        ChangingHome.append_responses,
        ChangingHome.append_responses,
        ChangingHome.copy_a_log,
        ChangingHome.shorten_a_log,
        ChangingHome.remove_a_log,
    ),
    *(
        ChangingHome.append,
        ChangingHome.append_torn,
        ChangingHome.append_rest,
        ChangingHome.truncate,
        ChangingHome.replace,
    ),
    *(
        ChangingHome.edit_in_place,
        ChangingHome.edit_and_append,
        ChangingHome.edit_with_the_old_time,
        ChangingHome.change_time,
    ),
    *(
        ChangingHome.change_clock,
        ChangingHome.delete,
        ChangingHome.change_about,
        ChangingHome.complete,
        ChangingHome.delete_about,
    ),
    *(
        ChangingHome.truncate_index,
        ChangingHome.delete_index,
        ChangingHome.age_index,
        ChangingHome.look,
        ChangingHome.look,
        ChangingHome.append,
    ),
]


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(events=st.lists(st.sampled_from(EVENTS), min_size=3, max_size=25), seed=st.integers(0, 2**32))
def test_after_any_events_the_index_matches_a_full_reading(
    tmp_path_factory: pytest.TempPathFactory, events: list[Callable[[ChangingHome], None]], seed: int
) -> None:
    model = ChangingHome(tmp_path_factory.mktemp("home"), seed)
    model.append()
    model.append_responses()
    model.copy_a_log()
    model.look()
    for event in events:
        event(model)
    model.look()


def test_a_full_reading_matches_a_plain_loop(tmp_path: Path) -> None:
    model = ChangingHome(tmp_path, 1)
    for _ in range(50):
        model.append()
    totals = ask(model.home, Question(Grouping.MODEL)).totals
    assert (totals.turns, totals.tokens) == count_by_hand(model.files)


def test_only_new_bytes_are_read(tmp_path: Path) -> None:
    model = ChangingHome(tmp_path, 1)
    for _ in range(50):
        model.append()
    first = ask(model.home, Question())
    assert first.read_bytes == sum(path.stat().st_size for path in (*model.files, *model.abouts))
    line = model.record(model.files[0]) + b"\n"
    with model.files[0].open("ab") as file:
        file.write(line)
    second = ask(model.home, Question())
    assert second.read_bytes <= len(line)
    assert second.totals.turns == first.totals.turns + 1


def test_settled_files_are_not_even_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = ChangingHome(tmp_path, 1)
    model.append()
    model.clock_offset_ns = 10**10
    expected = model.answers(Grouping.DAY, use_index=True)

    def opened(path: str) -> None:
        raise AssertionError(path)

    for module in ("changed_files", "metrics"):
        monkeypatch.setattr(f"codemie_core.sessions.usage.refresh.{module}.open_shared", opened)
    assert ask(model.home, Question(Grouping.DAY), calendar=Calendar(UTC)).read_bytes == 0
    model.pick.seed(1)
    assert expected


LARGE = 3 << 20


def test_a_large_file_is_read_again_if_truncated_replaced_or_edited(tmp_path: Path) -> None:
    model = ChangingHome(tmp_path, 1)
    path = model.files[0]
    line = model.record(path) + b"\n"
    path.write_bytes(line * (LARGE // len(line)))

    def turns() -> int:
        return ask(model.home, Question()).totals.turns

    count = LARGE // len(line)
    assert turns() == count
    with path.open("ab") as file:
        file.write(line)
    assert turns() == count + 1
    os.truncate(path, len(line) * 10)
    assert turns() == 10
    path.write_bytes(line * count)
    assert turns() == count
    with path.open("r+b") as both:  # an edit in its middle, of the same size
        both.seek(len(line) * (count // 2))
        both.write(b"x" * (len(line) - 1) + b"\n")
    assert turns() == count - 1
    with path.open("r+b") as both:  # its beginning, and an append before anyone looked
        both.write(b"x" * (len(line) - 1) + b"\n")
        both.seek(0, os.SEEK_END)
        both.write(line)
    assert turns() == count - 1


def tokens(home: Home) -> int | None:
    return ask(home, Question()).totals.tokens


def pretend_it_was_read_as_it_is_now(home: Home, path: Path, *, settled: bool) -> None:
    """Make the index hold the file's current times, as after an edit within one tick of a coarse clock."""
    with UsageIndex(index_path(home)) as index, index.writing():
        key = str(path.relative_to(home.path))
        state = index.state(key)
        assert state is not None
        version = version_of_status(path.stat())
        index.put(key, version if settled else (*version[:3], -version[3], version[4]), state)


def test_an_edit_within_one_clock_tick_is_detected(tmp_path: Path) -> None:
    path = ChangingHome(tmp_path, 1).files[0]
    home = Home(str(tmp_path))
    path.write_bytes(b'{"tokensUsed":1}\n')
    assert tokens(home) == 1
    path.write_bytes(b'{"tokensUsed":7}\n')
    pretend_it_was_read_as_it_is_now(home, path, settled=True)
    assert tokens(home) == 1  # so the next line is meaningful: nothing else reveals the edit
    pretend_it_was_read_as_it_is_now(home, path, settled=False)
    assert tokens(home) == 7


@pytest.mark.skipif(
    sys.platform == "win32",
    reason="there the one time of change can be put back",
)
def test_an_edit_with_a_restored_time_is_detected(tmp_path: Path) -> None:
    path = ChangingHome(tmp_path, 1).files[0]
    path.write_bytes(b'{"tokensUsed":1}\n')
    os.utime(path, (1_700_000_000, 1_700_000_000))
    assert tokens(Home(str(tmp_path))) == 1
    with path.open("r+b") as file:
        file.write(b'{"tokensUsed":7}\n')
    os.utime(path, (1_700_000_000, 1_700_000_000))
    assert tokens(Home(str(tmp_path))) == 7


def test_a_record_whose_line_grew_is_counted_again(tmp_path: Path) -> None:
    path = ChangingHome(tmp_path, 1).files[0]
    path.write_bytes(b'{"tokensUsed":1}')
    assert tokens(Home(str(tmp_path))) == 1
    with path.open("ab") as file:
        file.write(b"and this is not a record\n")
    assert tokens(Home(str(tmp_path))) == 0


def test_a_session_whose_metadata_appears_changes_or_disappears_is_counted_for_its_agent(
    tmp_path: Path,
) -> None:
    model = ChangingHome(tmp_path, 1)
    model.files[2].write_text(json.dumps({**TURN, "timestamp": 1768000000000}) + "\n")
    model.abouts[0].unlink()

    def agents() -> list[str]:
        return [line.name for line in ask(model.home, Question(Grouping.AGENT)).lines]

    assert agents() == []
    model.abouts[0].write_text('{"agentName":"claude","startTime":1768000000000}')
    assert agents() == ["claude"]
    model.abouts[0].write_text('{"agentName":"gemini","startTime":1768000000000}')
    assert agents() == ["gemini"]
    model.abouts[0].unlink()
    assert agents() == []


def test_an_unreadable_file_is_reported_and_the_rest_counted(tmp_path: Path) -> None:
    model = ChangingHome(tmp_path, 1)
    model.files[0].mkdir()
    model.files[1].write_bytes(model.record(model.files[1]) + b"\n")
    usage = ask(model.home, Question())
    assert usage.totals.turns == 1
    assert [(trouble.path, bool(trouble.reason)) for trouble in usage.troubles] == [
        (str(model.files[0]), True)
    ]
