"""A home with usage of several days, models and projects, some of it unknown."""

from __future__ import annotations

import json
import time
from pathlib import Path

MODELS = ("claude-sonnet-4-5", "gpt-5-codex", "=cmd")
"""The last one is what somebody would write who wants a spreadsheet to run it."""


def add_use(home: Path, agent: str, *, days_ago: int, tokens: int, model: str = MODELS[0]) -> None:
    """Add one turn, as the CLI's classic layout records it."""
    folder = home / f".session-{agent}"
    folder.mkdir(exist_ok=True)
    at = time.strftime("%Y-%m-%dT12:00:00.000Z", time.gmtime(time.time() - days_ago * 86_400))
    line: dict[str, object] = {"timestamp": at, "sessionId": f"{agent}-{days_ago}", "model": model}
    line |= {"type": "metric", "agent": agent, "provider": "sso", "duration": 90_000}
    if tokens:
        line |= {"tokensUsed": tokens}
    with (folder / "metrics.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")


def add_unknown(home: Path, *, days_ago: int) -> None:
    """Add a session whose tokens nothing says."""
    name, folder = "3f2b8c1e-1d2a-4c55-9b7e-0a1b2c3d4e5f", home / "sessions"
    folder.mkdir(exist_ok=True)
    at = int((time.time() - days_ago * 86_400) * 1000)
    about = {"sessionId": name, "agentName": "claude", "provider": "sso", "startTime": at, "status": "active"}
    turn = {
        "recordId": "r",
        "sessionId": name,
        "syncStatus": "synced",
        "models": ["m"],
        "timestamp": at + 60_000,
    }
    (folder / f"{name}.json").write_text(json.dumps(about), encoding="utf-8")
    (folder / f"{name}_metrics.jsonl").write_text(json.dumps(turn) + "\n", encoding="utf-8")


def fill(home: Path) -> None:
    """Add usage to a home."""
    for ago in range(2, 10):
        add_use(home, "gemini", days_ago=ago, tokens=(ago * 7919) % 90_000 + 2000, model=MODELS[ago % 2])
    add_use(home, "gemini", days_ago=3, tokens=1200, model=MODELS[2])
    add_unknown(home, days_ago=11)
