"""A home with CLI sessions and their agents' logs, as in `golden/agent-logs`."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from pathlib import Path

from codemie_core.home import Home

GOLDEN = Path(__file__).parents[3] / "golden"
SESSION = "3f2b8c1e-1d2a-4c55-9b7e-0a1b2c3d4e5f"
OTHER_SESSION = "77aa0011-1d2a-4c55-9b7e-0a1b2c3d4e5f"
START = 1_795_000_000_000
"""2026-11-18T11:06:40Z."""


def golden_home(folder: Path, name: str = "agent-logs") -> Home:
    """Copy the recorded logs, so that the sessions name the copies."""
    shutil.copytree(GOLDEN / name, folder, dirs_exist_ok=True)
    for metadata in (folder / ".codemie" / "sessions").glob("*.json"):
        text = metadata.read_text(encoding="utf-8")
        # As a JSON text has it: on Windows a path is full of backslashes.
        metadata.write_text(text.replace("@HOME@", json.dumps(str(folder))[1:-1]), encoding="utf-8")
    return Home(str(folder / ".codemie"))


def write_session(
    home: Home, log: Path | str, *, session: str = SESSION, agent: str = "claude", **more: object
) -> None:
    """Write a session of one turn that names its agent's log."""
    folder = Path(home.sessions)
    folder.mkdir(parents=True, exist_ok=True)
    metadata = {
        "sessionId": session,
        "agentName": agent,
        "provider": "sso",
        "startTime": START,
        "status": "active",
    }
    metadata["workingDirectory"] = "/home/dev/demo"
    metadata["correlation"] = {"status": "matched", "agentSessionFile": str(log)}
    (folder / f"{session}.json").write_text(json.dumps({**metadata, **more}))
    turn = {"recordId": "r", "sessionId": session, "syncStatus": "synced", "models": ["claude-sonnet-4-5"]}
    (folder / f"{session}_metrics.jsonl").write_text(json.dumps({**turn, "timestamp": START}) + "\n")


def claude_line(
    message: str | None = "m",
    request: str | None = "r",
    *,
    output: int = 10,
    at: str = "2026-11-18T10:27:00.000Z",
    model: str = "claude-sonnet-4-5",
    sidechain: bool = False,
    **usage: object,
) -> bytes:
    """Return a line of a Claude Code log."""
    numbers = {"input_tokens": 100, "output_tokens": output, "cache_read_input_tokens": 1000, **usage}
    line = {"type": "assistant", "timestamp": at, "isSidechain": sidechain, "requestId": request}
    line["message"] = {"id": message, "model": model, "content": [{"type": "text", "text": "secret words"}]}
    line["message"]["usage"] = numbers  # type: ignore[index]
    return json.dumps({key: value for key, value in line.items() if value is not None}).encode() + b"\n"


def write_log(path: Path, lines: Iterable[bytes]) -> Path:
    """Write a log, in a folder that is made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"".join(lines))
    return path
