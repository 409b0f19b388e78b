"""The price of a model comes from the table or is unknown; nothing is guessed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from codemie_core.home import Home
from codemie_core.sessions.usage.agent_logs.response import PROMPT_MARK, Response
from codemie_core.sessions.usage.prices import model_name, price_table
from codemie_core.sessions.usage.prices.table import _folded


@pytest.mark.parametrize(
    ("model", "same_as"),
    [
        ("claude-sonnet-4-5-20250929", "claude-sonnet-4-5"),
        ("claude-sonnet-4-5-latest", "claude-sonnet-4-5"),
        ("claude-sonnet-4-5@20250929", "claude-sonnet-4-5"),
        ("claude-sonnet-4-5[1m]", "claude-sonnet-4-5"),
        ("claude-4-5-sonnet", "claude-sonnet-4-5"),
        ("Claude-Sonnet-4.5", "claude-sonnet-4-5"),
        ("anthropic/claude-sonnet-4.5", "claude-sonnet-4-5"),
        ("eu.anthropic.claude-haiku-4-5-20251001-v1:0", "claude-haiku-4-5"),
        ("converse/global.anthropic.claude-haiku-4-5-20251001-v1:0", "claude-haiku-4-5"),
        ("us-east-1.anthropic.claude-opus-4-20250514-v1:0", "claude-opus-4"),
        ("gpt-5.1-codex-2025-11-13", "gpt-5-1-codex"),
        ("models/gemini-2.5-pro", "gemini-2-5-pro"),
    ],
)
def test_a_model_finds_its_price_however_a_provider_spells_it(home: Home, model: str, same_as: str) -> None:
    table = price_table(home)
    assert same_as in table.rows
    assert table.price_of(model) == table.price_of(same_as) is not None


@pytest.mark.parametrize(
    "model", ["", "claude", "claude-sonnet", "claude-sonnet-99", "gpt-5x", "my-gpt-5", "sonnet"]
)
def test_a_model_that_is_not_in_the_table_has_no_price(home: Home, model: str) -> None:
    assert price_table(home).price_of(model) is None


def test_every_name_in_the_table_is_spelled_as_it_is_looked_up(home: Home) -> None:
    table = price_table(home)
    assert [name for name in table.rows if _folded(name) != name] == []
    assert all(table.price_of(name) for name in table.rows)
    assert table.date
    assert "genai-prices" in table.source


def test_prices_missing_in_a_table_default_to_the_input_price(home: Home) -> None:
    path = Path(home.tray, "prices.json")
    path.parent.mkdir(mode=0o700, parents=True)
    path.write_text('{"models": {"House.1": {"input": 2, "output": 10}}}')
    price = price_table(home).price_of("house-1")
    assert price is not None
    assert (price.cache_read, price.cache_write, price.cache_write_1h) == (2, 2, 3.2)
    assert price.cost((10**6, 10**6, 10**6, 10**6, 10**6)) == 19.2


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"models": []}',
        '{"models": {"m": 3}}',
        '{"models": {"m": {"input": 3}}}',
        '{"models": {"m": {"input": -3, "output": 1}}}',
        '{"models": {"m": {"input": true, "output": 1}}}',
        '{"models": {"m": {"input": 1e999, "output": 1}}}',
        '{"models": {"m": {"input": NaN, "output": 1}}}',
        "[" * 100_000,
    ],
)
def test_a_broken_custom_table_is_reported_and_the_built_in_one_applies(home: Home, text: str) -> None:
    path = Path(home.tray, "prices.json")
    path.parent.mkdir(mode=0o700, parents=True)
    path.write_text(text)
    table = price_table(home)
    assert table.problem is not None
    assert str(path) in table.problem
    assert "the built-in prices apply" in table.problem
    assert (table.own, table.price_of("claude-sonnet-4-5") is not None) == (0, True)


def response(*, given: int = 0, cached: int = 0, written: int = 0) -> Response:
    return Response(0, None, "claude-sonnet-4-5", given, 1000, cached, written, 0)


@pytest.mark.parametrize(
    ("one", "is_long"),
    [
        (response(given=200_000), False),
        (response(given=200_001), True),
        (response(given=100_000, cached=100_000), False),
        (response(given=100_000, cached=100_000, written=1), True),
        (response(given=5, cached=900_000), True),
    ],
)
def test_a_request_above_200_000_input_tokens_costs_more_where_the_list_says_so(
    home: Home, one: Response, *, is_long: bool
) -> None:
    table = price_table(home)
    price = table.price_of(one.priced_model)
    assert price is not None
    assert (price.input, price.output, price.cache_read, price.cache_write) == (
        (6, 22.5, 0.6, 7.5) if is_long else (3, 15, 0.3, 3.75)
    )
    assert model_name(one.priced_model) == "claude-sonnet-4-5"


def test_each_model_has_its_own_threshold_and_most_have_none(home: Home) -> None:
    table = price_table(home)

    def inputs(model: str) -> list[float]:
        prices = (
            table.price_of(Response(0, None, model, given, 1, 0, 0, 0).priced_model)
            for given in (90_000, 110_000, 150_000, 210_000, 280_000)
        )
        return [price.input for price in prices if price is not None]

    assert inputs("gemini-2.5-pro") == [1.25, 1.25, 1.25, 2.5, 2.5]
    assert inputs("gpt-5.4") == [2.5, 2.5, 2.5, 2.5, 5]
    assert inputs("gemini-1.5-pro") == [1.25, 1.25, 2.5, 2.5, 2.5]
    assert inputs("claude-haiku-5-5") == [0.1, 0.5, 0.5, 0.5, 0.5]
    assert inputs("claude-opus-4-5") == [5] * 5


def test_a_custom_price_may_include_one_for_long_requests(home: Home) -> None:
    path = Path(home.tray, "prices.json")
    path.parent.mkdir(mode=0o700, parents=True)
    above = {"tokens": 200_000, "input": 4, "output": 20}
    path.write_text(json.dumps({"models": {"house": {"input": 2, "output": 10, "above": above}}}))
    table = price_table(home)
    price = table.price_of(f"house{PROMPT_MARK}272000")
    assert price is not None
    assert (price.input, price.output, price.cache_read) == (4, 20, 4)


@pytest.mark.parametrize(
    "above", [3, {}, {"tokens": 200_000}, {"tokens": 150_000, "input": 1, "output": 1}, {"tokens": True}, []]
)
def test_an_invalid_price_for_long_requests_breaks_the_table(home: Home, above: object) -> None:
    path = Path(home.tray, "prices.json")
    path.parent.mkdir(mode=0o700, parents=True)
    path.write_text(json.dumps({"models": {"house": {"input": 2, "output": 10, "above": above}}}))
    problem = price_table(home).problem
    assert problem is not None
    assert "house: above" in problem


@pytest.mark.parametrize(
    ("model", "factor"),
    [
        ("claude-opus-5-fast", 2),
        ("claude-opus-4-8-20260528-fast", 2),
        ("claude-4-8-opus-fast", 2),
        ("claude-opus-4-6-fast", 6),
        ("gpt-5.5-fast", 2.5),
        ("gpt-5.5-fast" + PROMPT_MARK + "272000", 2.5),
        ("claude-haiku-4-5-fast", None),
        ("nobody-fast", None),
        ("-fast", None),
    ],
)
def test_fast_mode_costs_a_multiple_where_the_list_says_so(
    home: Home, model: str, factor: float | None
) -> None:
    table = price_table(home)
    price = table.price_of(model)
    if factor is None:
        assert price is None
        return
    standard = table.price_of(model.replace("-fast", ""))
    assert standard is not None
    assert price == standard.times(factor)


def test_a_custom_price_may_include_one_for_fast_mode(home: Home) -> None:
    path = Path(home.tray, "prices.json")
    path.parent.mkdir(mode=0o700, parents=True)
    own = {"house": {"input": 2, "output": 10, "fast": 3}, "gpt-5.5-fast": {"input": 1, "output": 4}}
    path.write_text(json.dumps({"models": own}))
    table = price_table(home)
    house, listed = table.price_of("house-fast"), table.price_of("gpt-5.5-fast")
    assert house is not None
    assert listed is not None
    assert ((house.input, house.output), (listed.input, listed.output)) == ((6, 30), (1, 4))


@pytest.mark.parametrize("factor", [0, -1, True, "2", [], 1e999])
def test_an_invalid_factor_for_fast_mode_breaks_the_table(home: Home, factor: object) -> None:
    path = Path(home.tray, "prices.json")
    path.parent.mkdir(mode=0o700, parents=True)
    path.write_text(json.dumps({"models": {"house": {"input": 2, "output": 10, "fast": factor}}}))
    problem = price_table(home).problem
    assert problem is not None
    assert "house: fast must be a number above 0" in problem


def test_a_model_named_like_our_marker_has_no_price(home: Home) -> None:
    hostile = Response(0, None, f"claude-sonnet-4-5{PROMPT_MARK}200000", 1, 1, 0, 0, 0)
    assert PROMPT_MARK not in hostile.priced_model
    assert price_table(home).price_of(hostile.priced_model) is None
