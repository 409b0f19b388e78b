from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.core.sessions.usage.agent_homes import claude_line, golden_home, write_log, write_session
from tests.support.processes.program import environ_for, run_program

from codemie_core.config.settings import SettingsStore
from codemie_core.home import Home
from codemie_tray.text.amounts import duration, plural, short_count

GOLDEN = Path(__file__).parents[3] / "golden" / "cli-home" / "sessions"


def run(home: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    return run_program(home, "usage", *arguments, **more)


@pytest.fixture
def both_layouts(tmp_path: Path) -> Path:
    shutil.copytree(GOLDEN, tmp_path / "sessions")
    classic = tmp_path / ".session-gemini"
    classic.mkdir()
    lines = [
        {"timestamp": f"2026-03-{day}T23:30:00.000Z", "sessionId": f"g{day}", "provider": "sso", "model": "m"}
        | {"type": "metric", "agent": "gemini", "tokensUsed": 6200, "duration": 90_000}
        for day in (28, 29)
    ]
    (classic / "metrics.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    return tmp_path


def test_usage_prints_a_table(both_layouts: Path) -> None:
    result = run(both_layouts, "--by", "agent")
    assert result.returncode == 0
    assert [line.split() for line in result.stdout.splitlines()] == [
        ["agent", "tokens", "cost", "(est.)", "sessions", "turns", "tool", "calls", "time"],
        ["gemini", "12.4k", "unknown", "2", "2", "0", "3", "min"],
        ["claude", "unknown", "unknown", "1", "2", "4", "1", "min"],
        ["total", "12.4k", "unknown", "3", "4", "4", "4", "min"],
    ]
    assert result.stderr == (
        "The tokens of 1 session are unknown: the agent's own log is missing, unreadable, or of an unknown "
        "format. `--by session` shows which.\n"
    )


def test_usage_prints_json_and_csv(both_layouts: Path) -> None:
    answer = json.loads(run(both_layouts, "--by", "model", "--json").stdout)
    assert answer["total"] == {
        **{"tokens": 12400, "sessions": 3, "turns": 4, "toolCalls": 4, "milliseconds": 280_000},
        **{"input": None, "output": None, "cacheRead": None, "cacheWrite": None, "costUsd": None},
        **{"sessionsWithoutTokens": 1, "tokensWithoutPrice": 12400},
    }
    assert [line["model"] for line in answer["lines"]] == ["m", "claude-haiku-4-5", "claude-sonnet-4-5"]
    rows = list(csv.DictReader(io.StringIO(run(both_layouts, "--by", "profile", "--csv").stdout)))
    assert [(row["profile"], row["tokens"], row["turns"]) for row in rows] == [
        ("sso", "12400", "2"),
        ("ai-run-sso", "", "2"),
    ]


@pytest.mark.skipif(sys.platform == "win32", reason="TZ names zones in another way there")
@pytest.mark.parametrize(
    ("zone", "days"),
    [
        ("UTC", ["2026-03-28", "2026-03-29"]),
        # Clocks are set forward in the night between them.
        ("Europe/Berlin", ["2026-03-29", "2026-03-30"]),
        ("America/St_Johns", ["2026-03-28", "2026-03-29"]),
        ("Asia/Kathmandu", ["2026-03-29", "2026-03-30"]),
    ],
)
def test_days_are_local_unless_utc_is_requested(both_layouts: Path, zone: str, days: list[str]) -> None:
    lines = json.loads(run(both_layouts, "--json", TZ=zone).stdout)["lines"]
    assert [line["day"] for line in lines if line["tokens"]] == days
    lines = json.loads(run(both_layouts, "--json", "--utc", TZ=zone).stdout)["lines"]
    assert [line["day"] for line in lines if line["tokens"]] == ["2026-03-28", "2026-03-29"]


def test_since_accepts_only_days_or_a_date(both_layouts: Path) -> None:
    def tokens(since: str) -> int | None:
        answer = json.loads(run(both_layouts, "--json", "--utc", "--since", since).stdout)
        total: int | None = answer["total"]["tokens"]
        return total

    assert [tokens("2026-03-28"), tokens("2026-03-29"), tokens("2026-03-30")] == [12400, 6200, None]
    assert tokens("99999d") == 12400
    for wrong in ("yesterday", "0d", "-1d", "999999999999d", ""):
        result = run(both_layouts, f"--since={wrong}")
        assert (result.returncode, result.stdout) == (2, ""), wrong


def test_until_is_the_last_day(both_layouts: Path) -> None:
    def days(*options: str) -> list[str]:
        answer = json.loads(run(both_layouts, "--json", "--utc", *options).stdout)
        return [line["day"] for line in answer["lines"]]

    assert days("--until", "2026-03-28") == ["2026-03-28"]
    assert days("--since", "2026-03-29", "--until", "2026-03-29") == ["2026-03-29"]
    assert days("--until", "2026-01-01") == []
    for wrong in (
        ["--until", "2026-03"],
        ["--until", ""],
        ["--since", "2026-03-29", "--until", "2026-03-28"],
    ):
        result = run(both_layouts, *wrong)
        assert (result.returncode, result.stdout) == (2, ""), wrong
        assert result.stderr.startswith("codemie-tray: --until"), result.stderr


@pytest.mark.parametrize("by", ["hour", "project", "session"])
def test_usage_groups_by_hour_project_and_session(both_layouts: Path, by: str) -> None:
    names = [
        line[by] for line in json.loads(run(both_layouts, "--json", "--utc", "--by", by).stdout)["lines"]
    ]
    expected = {
        "hour": ["2026-03-28 23:00", "2026-03-29 23:00", "2026-11-18 10:00", "2026-11-18 11:00"],
        "project": ["", "/home/dev/projects/demo"],
        "session": ["g28", "g29", "3f2b8c1e-1d2a-4c55-9b7e-0a1b2c3d4e5f"],
    }
    assert names == expected[by]


def test_costs_are_estimated_by_the_table_and_by_custom_prices(tmp_path: Path) -> None:
    home = golden_home(tmp_path)
    answer = json.loads(run(Path(home.path), "--by", "model", "--json").stdout)
    assert answer["prices"]["own"] == 0
    assert answer["prices"]["date"] >= "2026-11"
    costs = {line["model"]: line["costUsd"] for line in answer["lines"]}
    assert costs["claude-haiku-4-5-20251001"] == 0.01324
    own = Path(home.tray, "prices.json")
    own.write_text('{"models": {"claude-haiku-4-5": {"input": 0, "output": 1000}}}')
    own.chmod(0o600)
    answer = json.loads(run(Path(home.path), "--by", "model", "--json").stdout)
    assert answer["prices"]["own"] == 1
    assert {line["model"]: line["costUsd"] for line in answer["lines"]}["claude-haiku-4-5-20251001"] == 0.75
    own.write_text('{"models": {"claude-haiku-4-5": {"input": "0", "output": 1000}}}')
    result = run(Path(home.path), "--by", "model")
    assert result.stdout.splitlines()[0].split()[2:4] == ["cost", "(est.)"]
    assert result.stderr == (
        f"{own} is not a valid price table (claude-haiku-4-5: input must be dollars per million tokens); "
        "the built-in prices apply\n"
    )


def test_a_model_without_a_price_is_named(tmp_path: Path) -> None:
    home = Home(str(tmp_path / "home"))
    write_session(home, write_log(tmp_path / "a.jsonl", [claude_line(model="house-model-1")]))
    result = run(Path(home.path), "--by", "model")
    assert "house-model-1" in result.stdout
    assert "no price" in result.stdout
    own = os.path.join(home.tray, "prices.json")
    said = f"No price is known for house-model-1; the cost leaves it out. Set prices in {own}\n"
    assert result.stderr == said
    answer = json.loads(run(Path(home.path), "--json").stdout)
    assert answer["unpricedModels"] == ["house-model-1"]
    assert (answer["total"]["costUsd"], answer["total"]["tokensWithoutPrice"]) == (None, 1110)


def test_an_invalid_budget_is_reported(both_layouts: Path) -> None:
    settings = both_layouts / "tray" / "settings.json"
    settings.parent.mkdir(mode=0o700, exist_ok=True)
    settings.write_text('{"dailyBudgetUsd": -1}')
    result = run(both_layouts)
    assert (result.returncode, "budget:" in result.stdout) == (0, False)
    assert "settings.json: dailyBudgetUsd" in result.stderr.splitlines()[-1]


def test_spending_of_a_budget_is_shown(tmp_path: Path) -> None:
    home = Home(str(tmp_path / "home"))
    now = datetime.now(UTC).isoformat()
    write_session(home, write_log(tmp_path / "a.jsonl", [claude_line(output=10**6, at=now)]))
    SettingsStore(home).change(daily_budget_usd=10, monthly_budget_usd=1000)
    answer = json.loads(run(Path(home.path), "--since", "1d", "--json", TZ="UTC").stdout)
    day, month = answer["budgets"]
    assert (day["period"], day["limitUsd"], day["percent"]) == ("day", 10, 150)
    assert (month["period"], month["of"], month["percent"]) == ("month", now[:7], 1)
    lines = run(Path(home.path), TZ="UTC").stdout.splitlines()
    assert lines[-2:] == [
        "Today's budget: $15.00 of $10.00 (estimate, 150%)",
        "This month's budget: $15.00 of $1,000.00 (estimate, 1%)",
    ]


def test_uncounted_lines_are_reported_with_their_location(both_layouts: Path) -> None:
    path = both_layouts / ".session-gemini" / "metrics.jsonl"
    with path.open("ab") as file:
        file.write(b"secret words\n")
    result = run(both_layouts)
    assert result.returncode == 0
    assert result.stderr.splitlines()[-1] == f"{path}: 1 line skipped, the first at line 3 (not a record)"
    assert json.loads(run(both_layouts, "--json").stdout)["troubles"][0]["bad"] == 1


def test_an_empty_home_is_not_an_error(tmp_path: Path) -> None:
    result = run(tmp_path / "missing")
    assert (result.returncode, result.stdout) == (0, "No usage.\n")


def ends(group: int) -> bool:
    """Whether a process group is gone within two seconds."""
    for _ in range(100):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.02)
    return False


def reads_a_session(process: int) -> bool:
    """Whether a process has a session file open."""
    folder = f"/proc/{process}/fd"
    try:
        return any(os.readlink(f"{folder}/{name}").endswith("metrics.jsonl") for name in os.listdir(folder))
    except OSError:
        return False


def held_up_while_it_reads(asking: subprocess.Popen[bytes]) -> None:
    """Stop a count in the middle of a file, for longer than a cleanup without progress takes."""
    while not any(map(reads_a_session, members(asking.pid))):
        assert asking.poll() is None, "it finished too fast to be paused: make the file larger"
    os.killpg(asking.pid, signal.SIGSTOP)
    time.sleep(0.7)
    os.killpg(asking.pid, signal.SIGCONT)


def members(group: int) -> list[int]:
    """Return the processes of a group."""
    found = []
    for name in os.listdir("/proc"):
        with contextlib.suppress(OSError, ValueError):
            if os.getpgid(int(name)) == group:
                found.append(int(name))
    return found


def interrupted(home: Path) -> tuple[int, bytes, bytes, int]:
    """Press Ctrl-C as soon as a count shows its progress.

    Returns:
        Its exit code, output, terminal output, and process group.
    """
    terminal, its_side = os.openpty()
    asking = subprocess.Popen(
        # Lowest priority on a busy machine: it must not finish before it is found here.
        ["nice", "-n", "19", sys.executable, "-m", "codemie_tray", "usage"],
        stdout=subprocess.PIPE,
        stderr=its_side,
        env=environ_for(home),
        start_new_session=True,
    )
    os.close(its_side)
    held_up_while_it_reads(asking)
    shown = b""
    while b"%" not in shown:
        shown += os.read(terminal, 1000)
    os.killpg(asking.pid, signal.SIGINT)
    out, _ = asking.communicate(timeout=60)
    with contextlib.suppress(OSError):  # this is how a terminal closes
        while more := os.read(terminal, 1000):
            shown += more
    os.close(terminal)
    return asking.returncode, out, shown, asking.pid


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_a_long_count_shows_progress_and_ctrl_c_ends_it_cleanly(tmp_path: Path) -> None:
    record = {"timestamp": "2026-01-16T10:00:00.000Z", "sessionId": "s", "tokensUsed": 1, "pad": "x" * 200}
    line = json.dumps(record).encode() + b"\n"
    count = (300 << 20) // len(line)  # enough for two processes
    kept = tmp_path / "metrics.jsonl"
    kept.write_bytes(line * count)
    for number in range(6):
        home = tmp_path / str(number)
        (home / ".session-claude").mkdir(parents=True, mode=0o700)
        os.link(kept, home / ".session-claude" / "metrics.jsonl")
        code, out, shown, group = interrupted(home)
        if code:  # 0: on a busy machine it finished before Ctrl-C was pressed
            break
    assert (code, out) == (130, b"")
    progress, _, rest = shown.rpartition(b"B ")
    assert re.fullmatch(rb"(\rReading the sessions: \d+% of [\d.]+M(B )?)+", progress), shown
    assert rest == b"\r\x1b[K", "the line is removed, and nothing else is printed"
    assert ends(group), "a process was left"
    assert json.loads(run(home, "--json").stdout)["total"]["turns"] == count


def test_numbers_are_short() -> None:
    assert [short_count(n) for n in (0, 999, 1000, 12_400, 999_949, 999_950, 3_000_000, 2 * 10**12)] == [
        *("0", "999", "1k", "12.4k", "999.9k", "1M", "3M", "2T"),
    ]
    assert [duration(n) for n in (0, 59_999, 60_000, 12_000_000)] == ["0 s", "59 s", "1 min", "3 h 20 min"]
    assert [plural(1, "session"), plural(7, "session")] == ["1 session", "7 sessions"]
