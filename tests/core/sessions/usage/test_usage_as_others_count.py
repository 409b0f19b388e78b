"""The same numbers as ccusage and the CLI's own analytics on the same logs; each difference is known.

Their results for `golden/agent-logs` are recorded; docs/usage.md explains the differences. A ccusage on the
search path, or the one that CODEMIE_CCUSAGE names, is run as well.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, date
from pathlib import Path
from typing import Any

import pytest
from tests.core.sessions.usage.agent_homes import golden_home

from codemie_core.sessions.usage import Calendar, Grouping, Period, Question, Totals, ask

GOLDEN = Path(__file__).parents[3] / "golden"
AGENTS = {"claude": "claude", "codex": "codemie-codex", "gemini": "gemini"}
CCUSAGE = os.environ.get("CODEMIE_CCUSAGE") or shutil.which("ccusage")

Numbers = tuple[int, int, int, int, int, float]
"""Input, output, cache read, cache written, all of them, US dollars."""


def recorded(agent: str, _home: Path, logs: str = "") -> dict[str, Any]:
    """Return the result of ccusage 20.0.24 (`ccusage AGENT daily --json --offline`)."""
    said: dict[str, Any] = json.loads((GOLDEN / "agent-logs-ccusage" / f"{agent}{logs}.json").read_text())
    return said


def run(agent: str, home: Path, _logs: str = "") -> dict[str, Any]:
    """Return the result of the real one."""
    assert CCUSAGE is not None
    done = subprocess.run(
        [CCUSAGE, agent, "daily", "--json", "--offline"],
        env={**os.environ, "HOME": str(home), "TZ": "UTC"},
        capture_output=True,
        check=True,
        timeout=120,
    )
    said: dict[str, Any] = json.loads(done.stdout)
    return said


RUNS = [
    recorded,
    pytest.param(
        run, marks=pytest.mark.skipif(CCUSAGE is None, reason="no ccusage here: npm install -g ccusage")
    ),
]


def numbers(totals: Totals) -> Numbers:
    parts = (totals.input, totals.output, totals.cache_read, totals.cache_write, totals.tokens)
    assert None not in parts
    return (*parts, round(totals.cost_usd or 0, 6))  # type: ignore[return-value]


def plus(first: Numbers, second: Numbers) -> Numbers:
    together = [round(one + other, 6) for one, other in zip(first, second, strict=True)]
    return tuple(together)  # type: ignore[return-value]


@pytest.mark.parametrize("agent", AGENTS)
@pytest.mark.parametrize("ccusage", RUNS)
def test_days_match_ccusage(
    tmp_path: Path, agent: str, ccusage: Callable[[str, Path], dict[str, Any]]
) -> None:
    home = golden_home(tmp_path)
    for day in ccusage(agent, tmp_path)["daily"]:
        asked = Question(Grouping.AGENT, Period(*[date.fromisoformat(day["date"])] * 2))
        lines = {line.name: line.totals for line in ask(home, asked, calendar=Calendar(UTC)).lines}
        cost = day.get("totalCost", day.get("costUSD"))
        fields = ("inputTokens", "outputTokens", "cacheReadTokens", "cacheCreationTokens", "totalTokens")
        theirs = (*(day[name] for name in fields), round(cost, 6))
        ours = numbers(lines[AGENTS[agent]])
        if (agent, day["date"]) == ("claude", "2026-11-18"):
            # A line without a request id, written while its response streamed, 10 tokens before the last.
            ours = plus(ours, (900, 10, 0, 0, 910, round((900 * 3 + 10 * 15) / 1e6, 6)))
        if agent == "gemini":
            # Thoughts: theirs are in the total and the cost, and in no column.
            ours = plus(ours, (0, -57 if day["date"] == "2026-11-18" else -25, 0, 0, 0, 0))
        assert ours == theirs


@pytest.mark.parametrize("ccusage", RUNS)
def test_fast_mode_advisors_and_cache_writes_match_ccusage(
    tmp_path: Path, ccusage: Callable[..., dict[str, Any]]
) -> None:
    home = golden_home(tmp_path, "agent-logs-modes")
    question = Question(Grouping.MODEL)
    ours = {line.name: numbers(line.totals) for line in ask(home, question).lines if line.totals.tokens}
    (day,) = ccusage("claude", tmp_path, "-modes")["daily"]
    fields = ("inputTokens", "outputTokens", "cacheReadTokens", "cacheCreationTokens")
    for model in day["modelBreakdowns"]:
        counts = tuple(model[name] for name in fields)
        assert ours.pop(model["modelName"]) == (*counts, sum(counts), round(model["cost"], 6))
    (day,) = ccusage("codex", tmp_path, "-modes")["daily"]
    for name, model in day["models"].items():  # theirs has no line of its own for fast mode, and no cost
        parts = [ours.pop(one) for one in (name, f"{name}-fast") if one in ours]
        assert len(parts) == 2
        together = [sum(amounts) for amounts in zip(*parts, strict=True)]
        day["costUSD"] -= together.pop()
        assert together == [*(model[field] for field in fields), model["totalTokens"]]
    assert day["costUSD"] == pytest.approx(0, abs=1e-6)
    assert ours == {}


def test_sessions_match_the_clis_own_analytics(tmp_path: Path) -> None:
    home = golden_home(tmp_path)
    lines = {line.name: line.totals for line in ask(home, Question(Grouping.SESSION)).lines}
    theirs = json.loads((GOLDEN / "agent-logs-cli.json").read_text())["sessions"]
    assert set(lines) == set(theirs)
    side_question = (14, 301, 124_716, 1500, 126_531, 0.047597)
    shown_again = (21_703, 367, 0, 0, 22_070)
    started = (22_094 - 17_880, 526, 17_880, 0, 22_620)
    for session, said in theirs.items():
        tokens, ours = said["tokens"], numbers(lines[session])
        fields = ("input", "output", "cacheRead", "cacheCreation", "total")
        numbers_of_theirs = (*(tokens[name] for name in fields), round(said["costUSD"], 6))
        assert lines[session].turns == said["turns"]
        match session[-1]:
            case "1":  # two responses that a side question repeats under new request ids
                assert plus(ours, side_question) == numbers_of_theirs
            case "2":
                assert ours == numbers_of_theirs
            case "3":  # events written again; a thread that this one started
                both = zip(ours, shown_again, started, numbers_of_theirs, strict=False)
                assert all(mine + again - child == their for mine, again, child, their in both)
            case "4":  # cached input counted as input, too; no thoughts
                assert (ours[0] + 6500 - 12, ours[1] - 57, ours[2]) == numbers_of_theirs[:3]
                assert ours[4] == numbers_of_theirs[4]
            case "5":  # the later form of Gemini's logs, which it can't read
                assert said["priced"] is False
