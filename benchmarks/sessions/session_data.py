"""Session files like those on users' machines, of any size, the same for the same seed.

Records are in chronological order, as in an append-only file. Eight sessions run side by side, each with 20
to 60 turns, one every minute and a half, so 1 GB is about a year of a busy user.
"""

from __future__ import annotations

import json
import os
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

SEED = 42
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
TURN_SECONDS = 11
CONVERSATION_SECONDS = 180
MODELS = ("claude-4-5-sonnet", "claude-4-5-opus", "claude-4-5-haiku", "gpt-5-codex")
PROVIDERS = ("sso", "anthropic", "local")
WORDS = (
    "the",
    "session",
    "reads",
    "a",
    "file",
    "and",
    "changes",
    "ten",
    "lines;",
    "naïve",
    '"quoted"',
    "a\\b",
    "✓\n",
)
METRIC_BYTES = 347
CONVERSATION_BYTES = 5700


def write_metrics(path: str, size: int, *, at_once: int = 8) -> int:
    """Write a metrics file of about `size` bytes; return its number of records."""
    count = size // METRIC_BYTES
    with open(path, "wb", buffering=1 << 20) as file:
        for line in metric_lines(count, at_once=at_once):
            file.write(line)
    return count


def write_interleaved(path: str, size: int) -> int:
    """Write a metrics file in which 2,000 sessions take turns; like `write_metrics`."""
    return write_metrics(path, size, at_once=2000)


def metric_lines(count: int, *, seed: int = SEED, at_once: int = 8) -> Iterator[bytes]:
    """Yield lines of metrics records of so many sessions at once."""
    pick = random.Random(seed)  # noqa: S311  the same data each time, no secret
    running = [_session(pick) for _ in range(at_once)]
    for number in range(count):
        at = pick.randrange(at_once)
        session, provider, model, turns = running[at]
        running[at] = _session(pick) if turns == 1 else (session, provider, model, turns - 1)
        when = (BEGIN + timedelta(seconds=number * TURN_SECONDS)).isoformat(timespec="milliseconds")[:-6]
        tokens, took = pick.randrange(200, 13_000), pick.randrange(300, 60_000)
        yield (
            f'{{"type":"metric","timestamp":"{when}Z","sessionId":"{session}","agent":"claude",'
            f'"provider":"{provider}","model":"{model}","tokensUsed":{tokens},"duration":{took},'
            f'"inputTokens":{tokens * 3 // 4},"outputTokens":{tokens // 4},"cacheReadTokens":{tokens * 2},'
            f'"gitBranch":"main","workingDirectory":"/home/dev/projects/demo-{at}","status":"success"}}\n'
        ).encode()


def _session(pick: random.Random) -> tuple[str, str, str, int]:
    number = f"{pick.getrandbits(128):032x}"
    name = f"{number[:8]}-{number[8:12]}-{number[12:16]}-{number[16:20]}-{number[20:]}"
    return name, pick.choice(PROVIDERS), pick.choice(MODELS), pick.randint(20, 60)


def write_conversations(path: str, size: int) -> int:
    """Write a conversations file of about `size` bytes; return its number of records."""
    count = max(1, size // CONVERSATION_BYTES)
    pick = random.Random(SEED)  # noqa: S311
    texts = [" ".join(pick.choices(WORDS, k=pick.randint(40, 400))) for _ in range(500)]
    with open(path, "wb", buffering=1 << 20) as file:
        for number in range(count):
            when = (BEGIN + timedelta(seconds=number * CONVERSATION_SECONDS)).isoformat(
                timespec="milliseconds"
            )[:-6] + "Z"
            messages = [
                {
                    "role": ("user", "assistant")[turn % 2],
                    "content": pick.choice(texts),
                    "timestamp": when,
                    "thoughts": [{"id": turn, "text": pick.choice(texts)[:200]}],
                }
                for turn in range(pick.randint(2, 6))
            ]
            record = {
                "type": "conversation",
                "id": f"{pick.getrandbits(64):016x}",
                "timestamp": when,
                "messages": messages,
                "metadata": {"model": pick.choice(MODELS), "tokensUsed": pick.randrange(200, 13_000)},
            }
            file.write(json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
    return count


def cached(folder: str, kind: str, size: int) -> str:
    """Return the path of a file of this kind and size, created if missing."""
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, f"{kind}-{size >> 20}MiB.jsonl")
    if not os.path.exists(path):
        _WRITERS[kind](path + ".part", size)
        os.replace(path + ".part", path)
    return path


_WRITERS = {
    "metrics": write_metrics,
    "interleaved": write_interleaved,
    "conversations": write_conversations,
}
