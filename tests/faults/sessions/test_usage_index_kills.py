"""The usage index under SIGKILL: never a wrong number, and never a full reading again."""

from __future__ import annotations

import random
import sqlite3
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("forks", allow_module_level=True)

from tests.faults.processes import kill, start
from tests.support.scale import rounds
from tests.support.seed import seeded

from codemie_core import Home
from codemie_core.sessions.usage import Question, ask
from codemie_core.sessions.usage.index.database import IndexCorrupt
from codemie_core.sessions.usage.index.index import UsageIndex

pytestmark = [pytest.mark.faults, pytest.mark.timeout(900)]

LINES = 40


def lines(first: int) -> bytes:
    """Return records of several days, sessions and models."""
    return b"".join(
        b'{"timestamp":"2026-01-%02dT%02d:00:00Z","sessionId":"s%d","model":"m%d","tokensUsed":1}\n'
        % (1 + number % 28, number % 24, number // 60, number % 3)
        for number in range(first, first + LINES)
    )


def read_again_after_kills(home: Home, chance: random.Random, count: int) -> int:
    """Return after how many kills more than the new part was read; the numbers are correct after each."""
    path = Path(home.join(".session-claude", "metrics.jsonl"))
    path.parent.mkdir()
    began = time.perf_counter()
    path.write_bytes(lines(0))
    ask(home, Question())
    longest = 2 * (time.perf_counter() - began)
    read_again, new = 0, 0
    for number in range(1, count + 1):
        data = lines(number * LINES)
        with path.open("ab") as file:
            file.write(data)
        new += len(data)
        pid = start(lambda: ask(home, Question()))
        time.sleep(chance.uniform(0, longest))
        kill(pid)
        if number % 4 == 0:  # otherwise the next one meets leftovers of several
            usage = ask(home, Question())
            assert usage.totals.turns == usage.totals.tokens == (number + 1) * LINES, number
            read_again += usage.read_bytes > new
            new = 0
    return read_again


def test_whenever_a_count_is_killed_the_next_one_continues_with_correct_numbers(home: Home) -> None:
    assert read_again_after_kills(home, seeded(71), rounds(200, 2000)) == 0


def test_without_transactions_a_kill_leaves_an_index_that_is_rebuilt(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def at_once(_index: UsageIndex, _begin: str) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise IndexCorrupt("half a change") from error

    monkeypatch.setattr(UsageIndex, "_transaction", at_once)
    with pytest.raises(AssertionError):  # a wrong number would fail the test too
        assert read_again_after_kills(home, seeded(72), 200) == 0
