"""Prices per model: `prices.json` beside this file, with its date and source, overridden by the user's own.

The prices are those of public lists. Logs don't mention discounts, flat-rate plans or batches. So a cost is
always called an estimate, and a model that the table lacks has none.
"""

from __future__ import annotations

import functools
import json
import math
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from codemie_core.errors import StoreError
from codemie_core.files.private.file import read_private
from codemie_core.home import Home
from codemie_core.sessions.usage.agent_logs.response import FAST, PROMPT_MARK, PROMPT_STEPS, Tokens

PRICES_NAME = "prices.json"
"""The user's own table, in `<home>/tray/`: `{"models": {"NAME": {"input": 3, "output": 15}}}`."""
_LIMIT_BYTES = 1 << 20
_HOUR_TO_FIVE_MINUTES = 1.6
"""Anthropic charges 2 times the input price for an hour and 1.25 times for five minutes
(https://platform.claude.com/docs/en/build-with-claude/prompt-caching#pricing)."""
_BEDROCK = re.compile(r"(?:.*[./])?anthropic\.(claude-[a-z0-9-]+?)(?:-v\d+(?::\d+)?)?$", re.IGNORECASE)
_DATE = re.compile(r"[-@](?:\d{8}|\d{4}-\d\d-\d\d|latest)$")
_TIER_LAST = re.compile(r"^claude-(\d+(?:-\d+)?)-(opus|sonnet|haiku)$")
"""`claude-4-5-sonnet`, CodeMie's name for `claude-sonnet-4-5`."""
_FIELDS = ("input", "output", "cacheRead", "cacheWrite", "cacheWrite1h")


Row = Mapping[str, object]
"""One model's prices, as in JSON."""


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars per million tokens."""

    input: float
    output: float
    cache_read: float
    cache_write: float
    cache_write_1h: float

    def times(self, factor: float) -> Price:
        """Return the price multiplied by a factor."""
        rates = (self.input, self.output, self.cache_read, self.cache_write, self.cache_write_1h)
        return Price(*(rate * factor for rate in rates))

    def cost(self, tokens: Tokens) -> float:
        """Return US dollars."""
        rates = (self.input, self.output, self.cache_read, self.cache_write, self.cache_write_1h)
        return sum(count * rate for count, rate in zip(tokens, rates, strict=True)) / 1_000_000


@dataclass(frozen=True, slots=True)
class PriceTable:
    """Prices by normalized model name."""

    rows: Mapping[str, Row] = field(default_factory=dict)
    """By model name as spelled in the table."""
    date: str = ""
    """Date of the table that ships with the program, as `2026-11-27`."""
    source: str = ""
    own: int = 0
    """How many prices are the user's own."""
    problem: str | None = None
    """Why the user's own table is ignored."""

    def price_of(self, model: str) -> Price | None:
        """Return a model's price; None if the table lacks it.

        Args:
            model: its name, or `Response.priced_model`, which selects the price of a long request. In fast
                mode, the name ends in `FAST`.
        """
        model, _, step = model.partition(PROMPT_MARK)
        row, factor = self._row(model), 1.0
        if row is None and model.endswith(FAST):
            row = self._row(model.removesuffix(FAST))
            factor = _factor(model, row) if row is not None else 0.0
        if row is None or not factor:
            return None
        base, above, tokens = _prices(model, row)
        price = base if above is None or int(step or 0) < tokens else above
        return price.times(factor) if factor != 1 else price

    def _row(self, model: str) -> Row | None:
        name = _folded(model)
        undated = _DATE.sub("", name)
        return (
            self.rows.get(name)
            or self.rows.get(undated)
            or self.rows.get(_TIER_LAST.sub(r"claude-\2-\1", undated))
        )


def priced_name(model: str) -> str:
    """Return `Response.priced_model` with the name that `model_name` returns."""
    name, mark, step = model.partition(PROMPT_MARK)
    return model_name(name) + mark + step


def model_name(model: str) -> str:
    """Return a model's name without Amazon Bedrock's additions, and without `PROMPT_MARK`."""
    model = model.partition(PROMPT_MARK)[0]
    found = _BEDROCK.match(model)
    return found[1] if found else model


def price_table(home: Home) -> PriceTable:
    """Return the program's own table overridden by the user's; a broken one is a `problem`.

    It is read again only if the user's file changed.
    """
    path = os.path.join(home.tray, PRICES_NAME)
    version = _version(path)
    known = _KNOWN.get(path)
    if known is not None and known[0] == version:
        return known[1]
    table = _read_table(path)
    _KNOWN.clear()
    if table.problem is None:  # it may lie in the folder
        _KNOWN[path] = (version, table)
    return table


_KNOWN: dict[str, tuple[tuple[int, ...], PriceTable]] = {}
"""Path of the last table -> the version that was read, and the table."""


def _version(path: str) -> tuple[int, ...]:
    """Return what changes when a file is written or replaced; nothing if it can't be examined."""
    try:
        status = os.lstat(path)
    except OSError as error:
        return (error.errno or 0,)
    return (*status[:7], status.st_mtime_ns, status.st_ctime_ns)


def _read_table(path: str) -> PriceTable:
    shipped = _shipped_table()
    own: dict[str, Row] = {}
    problem = None
    try:
        rows = json.loads(read_private(path, limit_bytes=_LIMIT_BYTES)[0])["models"]
        own = {_folded(name): row for name, row in rows.items() if _prices(name, row)}
    except FileNotFoundError:
        pass
    except (OSError, StoreError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        problem = f"{path} can't be read ({reason}); the built-in prices apply"
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        problem = f"{path} is not a valid price table ({_reason(error)}); the built-in prices apply"
    rows = {**shipped["models"], **own} if own else shipped["models"]
    return PriceTable(rows, shipped["date"], shipped["source"], len(own), problem)


@functools.cache
def _shipped_table() -> dict[str, Any]:
    with open(os.path.join(os.path.dirname(__file__), PRICES_NAME), encoding="utf-8") as file:
        table: dict[str, Any] = json.load(file)
    return table


def _prices(name: str, row: Row) -> tuple[Price, Price | None, int]:
    """Return the price, that of long requests, and the number of input tokens that those exceed."""
    base, long = _price(name, row), row.get("above")
    _factor(name, row)
    if long is None:
        return base, None, 0
    if not isinstance(long, dict):
        raise ValueError(f"{name}: above must be an object of tokens and prices")  # noqa: TRY004  said as bad JSON is
    tokens = long.get("tokens")
    if isinstance(tokens, bool) or tokens not in PROMPT_STEPS:
        steps = ", ".join(map(str, sorted(PROMPT_STEPS)))
        raise ValueError(f"{name}: above.tokens must be one of {steps}")
    return base, _price(f"{name}: above", long), tokens


def _factor(name: str, row: Row) -> float:
    """Return by what fast mode multiplies the prices; 0 if that is not known."""
    factor = row.get("fast")
    if factor is None:
        return 0.0
    if isinstance(factor, bool) or not isinstance(factor, int | float) or not 0 < factor < math.inf:
        raise ValueError(f"{name}: fast must be a number above 0")
    return float(factor)


def _price(name: str, row: Row) -> Price:
    rates: dict[str, float] = {}
    for each in _FIELDS:
        value = row.get(each)
        if value is None:
            continue
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < math.inf:
            raise ValueError(f"{name}: {each} must be dollars per million tokens")
        rates[each] = float(value)
    if "input" not in rates or "output" not in rates:
        raise ValueError(f"{name}: input and output are required")
    write = rates.get("cacheWrite", rates["input"])
    hour = rates.get("cacheWrite1h", write * _HOUR_TO_FIVE_MINUTES)
    return Price(rates["input"], rates["output"], rates.get("cacheRead", rates["input"]), write, hour)


def _reason(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"line {error.lineno}, column {error.colno}"
    return str(error) if isinstance(error, ValueError) and str(error) else 'it has no "models" with prices'


def _folded(model: str) -> str:
    """Return a name as spelled in the table: no provider, no context length, dots as dashes."""
    name = model_name(model.strip().lower()).removeprefix("models/")
    name = name.rpartition("/")[2].removesuffix("[1m]")
    return name.replace(".", "-")
