"""The price of a model is the table's, or there is none: nothing is guessed."""

from __future__ import annotations

from pathlib import Path

import pytest

from codemie_core.home import Home
from codemie_core.sessions.usage.prices import price_table
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
def test_a_name_finds_its_price_however_a_provider_spells_it(home: Home, model: str, same_as: str) -> None:
    table = price_table(home)
    assert same_as in table.rows
    assert table.price_of(model) == table.price_of(same_as) is not None


@pytest.mark.parametrize(
    "model", ["", "claude", "claude-sonnet", "claude-sonnet-99", "gpt-5x", "my-gpt-5", "sonnet"]
)
def test_a_model_that_is_not_in_the_table_has_no_price(home: Home, model: str) -> None:
    assert price_table(home).price_of(model) is None


def test_every_name_of_the_table_is_spelt_as_it_is_looked_up(home: Home) -> None:
    table = price_table(home)
    assert [name for name in table.rows if _folded(name) != name] == []
    assert all(table.price_of(name) for name in table.rows)
    assert table.date
    assert "genai-prices" in table.source


def test_what_a_table_leaves_out_costs_as_much_as_the_input(home: Home) -> None:
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
def test_a_broken_table_of_ones_own_is_reported_and_ours_applies(home: Home, text: str) -> None:
    path = Path(home.tray, "prices.json")
    path.parent.mkdir(mode=0o700, parents=True)
    path.write_text(text)
    table = price_table(home)
    assert table.problem is not None
    assert str(path) in table.problem
    assert "the prices that come with the program apply" in table.problem
    assert (table.own, table.price_of("claude-sonnet-4-5") is not None) == (0, True)
