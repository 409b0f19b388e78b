"""The Usage window as values: rows, the chart's axis, and comma-separated values; with the real counting."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.integration.windows_qt.rig.usage_home import MODELS, add_unknown, add_use, fill

from codemie_core import Home, StoreError
from codemie_core.sessions.usage import Grouping, Line, Totals, Usage
from codemie_tray.windows.data.usage.read import Asked, Stopped, count, save
from codemie_tray.windows.look.palette import DARK, LIGHT, Colours, contrast
from codemie_tray.windows.pure.usage.chart import (
    MOST_BARS,
    MOST_PARTS,
    chart_of,
    chart_of_sessions,
    longest_fitting,
    scale,
)
from codemie_tray.windows.pure.usage.csv_text import csv_text
from codemie_tray.windows.pure.usage.rows import NO_USAGE, notes, summary, table_rows

TODAY = date(2026, 11, 27)
UNKNOWN = replace(Totals(turns=2, sessions=1, unknown_sessions=1), tokens=None, input=None, cost_usd=None)


def usage(*lines: tuple[str, Totals]) -> Usage:
    return Usage(tuple(Line(name, totals) for name, totals in lines), Totals(tokens=5, sessions=1))


def test_what_is_unknown_is_called_so_and_never_zero() -> None:
    rows = table_rows(usage(("m", UNKNOWN)), Grouping.MODEL)
    assert rows[0][:3] == ("m", "unknown", "unknown")
    assert rows[0][-1] == "unknown", "a session's time belongs to none of its models"
    assert table_rows(usage(("2026-11-27", UNKNOWN)), Grouping.DAY)[0][-1] == "0 s"
    [bar] = chart_of(usage(("2026-11-27", UNKNOWN)), TODAY, TODAY).bars
    assert bar.value is None
    assert bar.sentence == "27 November 2026: tokens unknown, 1 session so far"
    whole = Usage((Line("m", UNKNOWN),), UNKNOWN)
    assert summary(whole).startswith("tokens unknown · 1 session")
    assert "1 session are unknown" in notes(whole)
    [row] = csv.DictReader(io.StringIO(csv_text(whole, Grouping.MODEL)))
    assert (row["tokens"], row["costUsd"], row["milliseconds"], row["turns"]) == ("", "", "", "2")


def test_a_cost_is_called_an_estimate_and_a_missing_price_is_named() -> None:
    priced = Totals(tokens=1000, sessions=1, cost_usd=1234.5)
    assert "$1,234.50 (estimate)" in summary(Usage((Line("m", priced),), priced))
    unpriced = Totals(tokens=1000, sessions=1, cost_usd=None)
    assert table_rows(usage(("m", unpriced)), Grouping.MODEL)[0][2] == "no price"
    assert (
        notes(Usage((), unpriced, unpriced_models=("m",)))
        == "No price is known for m; the cost leaves it out."
    )


def test_nothing_used_is_a_sentence() -> None:
    assert summary(Usage((), Totals())) == NO_USAGE
    assert notes(Usage((), Totals())) == ""


def test_days_are_shown_newest_first_and_names_of_models_without_secrets() -> None:
    days = usage(("2026-11-26", Totals(tokens=1)), ("2026-11-27", Totals(tokens=2)))
    assert [row[0] for row in table_rows(days, Grouping.DAY)] == ["2026-11-27", "2026-11-26"]
    secret = "sk-ant-api03-" + "q7Wb9xKc2LmZ" * 3
    assert secret not in str(table_rows(usage((secret, Totals(tokens=1))), Grouping.MODEL))
    assert secret not in csv_text(usage((secret, Totals(tokens=1))), Grouping.MODEL)
    assert table_rows(usage(("", Totals(tokens=1))), Grouping.PROJECT)[0][0] == "(none)"


def test_a_day_without_usage_has_its_place_and_too_many_days_are_cut() -> None:
    chart = chart_of(usage(("2026-11-25", Totals(tokens=40)), ("", Totals(tokens=9))), None, TODAY)
    assert [bar.value for bar in chart.bars] == [40, 0, 0]
    long = chart_of(usage(("2001-01-01", Totals(tokens=1))), None, TODAY)
    assert len(long.bars) == MOST_BARS
    assert long.bars[-1].day == TODAY
    assert chart_of(Usage((), Totals()), TODAY - timedelta(days=6), TODAY).top == 0


def test_the_chart_of_sessions_has_the_same_days_and_needs_no_tokens() -> None:
    of = usage(("2026-11-25", Totals(sessions=3)), ("2026-11-26", Totals(tokens=40, sessions=2)))
    chart, tokens = chart_of_sessions(of, None, TODAY), chart_of(of, None, TODAY)
    assert [bar.value for bar in chart.bars] == [3, 2, 0]
    assert chart.ticks[0] == 0
    assert chart.top >= 3
    assert chart.names == ()
    assert chart.without({"a"}).bars == chart.bars
    assert [(bar.day, bar.sentence) for bar in chart.bars] == [(bar.day, bar.sentence) for bar in tokens.bars]


@given(st.integers(1, 10**15))
def test_the_axis_reaches_the_highest_bar_with_few_even_steps(most: int) -> None:
    top, ticks = scale(most)
    assert ticks[0] == 0
    assert ticks[-1] == top >= most
    assert len(ticks) <= 6
    assert len({high - low for low, high in pairwise(ticks)}) == 1


@given(st.text(min_size=1))
def test_no_cell_of_the_table_is_a_formula(name: str) -> None:
    text = csv_text(usage((name, Totals(tokens=1))), Grouping.PROJECT)
    [_, row] = csv.reader(io.StringIO(text))
    assert not row[0].startswith(("=", "+", "-", "@", "\t", "\r"))
    assert row[1] == "1"


def test_the_numbers_are_those_of_the_command(home: Home) -> None:
    fill(Path(home.path))
    seen: list[int] = []

    def report(percent: int) -> bool:
        seen.append(percent)
        return True

    counted = count(home, Asked(30, Grouping.MODEL), report)
    names = [line.name for line in counted.usage.lines]
    assert set(MODELS[:2]) <= set(names)
    total = sum(line.totals.tokens or 0 for line in counted.usage.lines)
    assert counted.usage.totals.tokens == total
    assert sum(bar.value or 0 for bar in counted.chart.bars) == total
    assert sum(bar.value is None for bar in counted.chart.bars) == 1
    assert len(counted.chart.bars) == 30
    assert seen
    again = count(home, Asked(30, Grouping.MODEL), lambda _percent: True)
    assert again.usage.lines == counted.usage.lines
    add_use(Path(home.path), "gemini", days_ago=1, tokens=7)
    more = count(home, Asked(30, Grouping.MODEL), lambda _percent: True)
    assert more.usage.totals.tokens == total + 7


def test_a_count_can_be_stopped_and_leaves_the_next_one_right(home: Home) -> None:
    fill(Path(home.path))
    with pytest.raises(Stopped):
        count(home, Asked(7, Grouping.AGENT), lambda _percent: False)
    assert count(home, Asked(0, Grouping.AGENT), lambda _percent: True).usage.totals.unknown_sessions == 1


def test_an_empty_home_is_not_an_error(home: Home) -> None:
    counted = count(home, Asked(7, Grouping.DAY), lambda _percent: True)
    assert counted.usage.lines == ()
    assert [bar.value for bar in counted.chart.bars] == [0] * 7


def test_an_export_replaces_a_file_whole_and_names_what_is_in_the_way(home: Home, tmp_path: Path) -> None:
    add_unknown(Path(home.path), days_ago=1)
    path = tmp_path / "usage.csv"
    for text in ("day,tokens\r\n", "day\r\n2026-11-27\r\n"):
        save(str(path), text)
        assert path.read_bytes() == b"\xef\xbb\xbf" + text.encode()
    (tmp_path / "folder").mkdir()
    with pytest.raises(StoreError):
        save(str(tmp_path / "folder"), "x")
    with pytest.raises(StoreError):
        save(str(tmp_path / "missing" / "usage.csv"), "x")


def test_bars_are_divided_by_model_and_add_up_to_the_day(home: Home) -> None:
    fill(Path(home.path))
    counted = count(home, Asked(30, Grouping.DAY), lambda _percent: True)
    chart = counted.chart
    assert set(chart.names) == {*MODELS[:2], "(hidden)"}
    assert all(sum(bar.parts) == bar.value for bar in chart.bars if bar.value is not None)
    three_days_ago = chart.bars[-4]
    assert sorted(part for part in three_days_ago.parts if part) == [1200, (3 * 7919) % 90_000 + 2000]
    assert "; gpt-5-codex " in three_days_ago.sentence
    by_agent = count(home, Asked(30, Grouping.AGENT), lambda _percent: True).chart
    assert by_agent.names == ("gemini",)
    assert [bar.value for bar in by_agent.bars] == [bar.value for bar in chart.bars]


def test_what_the_bars_are_divided_by_follows_the_grouping(home: Home) -> None:
    for at, agent in enumerate(("gemini", "opencode")):
        add_use(Path(home.path), agent, days_ago=1, tokens=100 + at, model=MODELS[at])
    for grouping, names in (
        (Grouping.DAY, MODELS[1::-1]),
        (Grouping.MODEL, MODELS[1::-1]),
        (Grouping.AGENT, ("opencode", "gemini")),
        (Grouping.PROFILE, ("sso",)),
        (Grouping.PROJECT, ("(none)",)),
    ):
        assert count(home, Asked(7, grouping), lambda _percent: True).chart.names == names, grouping


def test_the_largest_six_have_their_own_colour_and_the_rest_is_one_part() -> None:
    shares = {"2026-11-27": {f"m{at}": 10 + at for at in range(12)}}
    lines = usage(("2026-11-27", Totals(tokens=sum(shares["2026-11-27"].values()))))
    chart = chart_of(lines, TODAY, TODAY, shares)
    assert chart.names == ("m11", "m10", "m9", "m8", "m7", "m6", "Others")
    assert chart.has_others
    [bar] = chart.bars
    assert bar.parts == (21, 20, 19, 18, 17, 16, sum(range(10, 16)))
    seven = {"2026-11-27": {f"m{at}": 1 for at in range(7)}}
    assert not chart_of(lines, TODAY, TODAY, seven).has_others  # one name needs no word for others


def test_a_hidden_part_leaves_the_others_on_an_axis_that_fits_them() -> None:
    shares = {"2026-11-27": {"big": 9000, "small": 10}}
    chart = chart_of(usage(("2026-11-27", Totals(tokens=9010))), TODAY, TODAY, shares)
    small = chart.without({"big"})
    assert [bar.value for bar in small.bars] == [10]
    assert small.top == 12
    assert small.names == chart.names
    assert chart.without(()) is chart


def test_a_model_s_name_that_is_a_secret_is_hidden_in_the_chart_too() -> None:
    secret = "sk-ant-api03-" + "q7Wb9xKc2LmZ" * 3
    shares = {"2026-11-27": {secret: 5, "other": 4}}
    chart = chart_of(usage(("2026-11-27", Totals(tokens=9))), TODAY, TODAY, shares)
    assert secret not in str(chart)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_the_parts_of_a_chart_can_be_told_from_the_window_and_each_other(colours: Colours) -> None:
    assert len(set(colours.series)) == MOST_PARTS + 1
    for colour in colours.series:
        assert contrast(colour, colours.window) >= 3, colour


@given(st.lists(st.integers(0, 300), max_size=8), st.integers(-10, 2000))
def test_names_beside_each_other_are_cut_no_more_than_needed(widths: list[int], room: int) -> None:
    longest = longest_fitting(widths, room)
    used = sum(min(width, longest) for width in widths)
    assert used <= max(room, 0)
    if any(width > longest for width in widths) and room > 0:
        assert sum(min(width, longest + 1) for width in widths) > room
