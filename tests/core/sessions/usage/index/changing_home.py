"""A home whose session files change as they can: appended, torn, replaced, edited, removed."""

import json
import os
import random
import sqlite3
import time
from datetime import UTC, date, datetime
from pathlib import Path

from tests.core.sessions.usage.agent_homes import claude_line

from codemie_core.home import Home
from codemie_core.sessions.usage import Calendar, Grouping, Period, Question, ask, index_path

AGENTS = ("claude", "gemini")
SESSIONS = ("3f2b8c1e-1d2a-4c55-9b7e-0a1b2c3d4e5f", "77aa0011-1d2a-4c55-9b7e-0a1b2c3d4e5f")
TURN = {"recordId": "r", "sessionId": "s", "syncStatus": "synced"}
"""What makes a line of the cli layout a turn."""


class ChangingHome:
    """A home, and the events that can happen in it."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.home = Home(str(folder))
        self.pick = random.Random(seed)  # noqa: S311  the same each time
        self.clock_offset_ns = 0
        (folder / "sessions").mkdir()
        for agent in AGENTS:
            (folder / f".session-{agent}").mkdir()
        self.files = [folder / f".session-{agent}" / "metrics.jsonl" for agent in AGENTS]
        self.files += [folder / "sessions" / f"{session}_metrics.jsonl" for session in SESSIONS]
        self.abouts = [folder / "sessions" / f"{session}.json" for session in SESSIONS]
        self.logs = [folder / "logs" / f"{session}.jsonl" for session in SESSIONS]
        for about, log in zip(self.abouts, self.logs, strict=True):
            about.write_text(
                json.dumps({"agentName": "claude", "correlation": {"agentSessionFile": str(log)}})
            )
            os.utime(about, (1_768_000_000, 1_768_000_000))
            (log.with_suffix("") / "subagents").mkdir(parents=True)
        self.logs += [log.with_suffix("") / "subagents" / "agent-1.jsonl" for log in self.logs]

    def file(self) -> Path:
        return self.pick.choice(self.files)

    def record(self, path: Path) -> bytes:
        when = 1_768_000_000 + self.pick.randrange(4 * 86400)
        record: dict[str, object] = {**TURN, "tools": {"Read": self.pick.randrange(3)}, "models": ["m1"]}
        if path.parent.name != "sessions":
            record = {"sessionId": f"s{self.pick.randrange(3)}", "provider": "p", "tokensUsed": 1000}
            record["tokensUsed"] = self.pick.randrange(1000, 10_000)
            record["model"] = self.pick.choice(["m1", "m2"])
        record["timestamp"] = datetime.fromtimestamp(when, UTC).isoformat()[:19] + ".000Z"
        return json.dumps(record, separators=(",", ":")).encode()

    def append(self) -> None:
        path = self.file()
        with path.open("ab") as file:
            for _ in range(self.pick.randrange(1, 20)):
                file.write(self.record(path) + b"\n")

    def append_torn(self) -> None:
        path = self.file()
        record = self.record(path)
        with path.open("ab") as file:
            file.write(record[: self.pick.randrange(1, len(record) + 1)])

    def append_rest(self) -> None:
        with self.file().open("ab") as file:
            file.write(self.pick.choice([b"\n", b"\r\n", b"garbage\n", b"{}\n", b" "]))

    def truncate(self) -> None:
        path = self.file()
        if path.exists():
            os.truncate(path, self.pick.randrange(path.stat().st_size + 1))

    def replace(self) -> None:
        path = self.file()
        if path.exists():
            lines = path.read_bytes().split(b"\n")
            self.pick.shuffle(lines)
            new = path.with_suffix(".tmp")
            new.write_bytes(b"\n".join(lines[self.pick.randrange(2) :]))
            os.replace(new, path)

    def edit_in_place(self) -> None:
        path = self.file()
        if path.exists() and b'"tokensUsed":' in path.read_bytes():
            data = bytearray(path.read_bytes())
            found = [at for at in range(len(data)) if data[at : at + 13] == b'"tokensUsed":']
            at = self.pick.choice(found) + 13
            if at < len(data):
                data[at] = ord(self.pick.choice("123456789"))
            with path.open("r+b") as file:
                file.write(data)

    def edit_and_append(self) -> None:
        self.edit_in_place()
        self.append()

    def edit_with_the_old_time(self) -> None:
        path = self.file()
        if path.exists():
            before = path.stat()
            self.edit_in_place()
            os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))

    def change_time(self) -> None:
        path = self.file()
        if path.exists():
            os.utime(path, (self.pick.randrange(2**31), self.pick.randrange(2**31)))

    def change_clock(self) -> None:
        self.clock_offset_ns = self.pick.choice([0, 10**18, -(10**18), 3 * 10**9])

    def delete(self) -> None:
        self.file().unlink(missing_ok=True)

    def response(self) -> bytes:
        """Return a line of an agent's log; the same few responses over and over."""
        number = self.pick.randrange(12)
        at = f"2026-01-{9 + number % 4:02}T10:00:00.{self.pick.randrange(1000):03}Z"
        return claude_line(
            self.pick.choice([f"m{number}", f"m{number}", None]),
            self.pick.choice(["r1", "r1", "r1", "r2", None]),
            output=self.pick.randrange(50),
            at=at,
            model=self.pick.choice(["claude-sonnet-4-5", "m1"]),
            sidechain=self.pick.random() < 0.3,
        )

    def append_responses(self) -> None:
        with self.pick.choice(self.logs).open("ab") as file:
            file.writelines(self.response() for _ in range(self.pick.randrange(1, 9)))

    def copy_a_log(self) -> None:
        one, other = self.pick.sample(self.logs, 2)
        if one.exists():
            with other.open("ab") as file:
                file.write(one.read_bytes())

    def shorten_a_log(self) -> None:
        path = self.pick.choice(self.logs)
        if path.exists():
            os.truncate(path, self.pick.randrange(path.stat().st_size + 1))

    def remove_a_log(self) -> None:
        self.pick.choice(self.logs).unlink(missing_ok=True)

    def change_about(self) -> None:
        about = {"agentName": self.pick.choice(AGENTS), "provider": self.pick.choice(["p", "q"])}
        times = {
            "startTime": 1_768_000_000_000 + self.pick.randrange(3),
            "activeDurationMs": self.pick.randrange(9),
        }
        log = self.pick.choice([*self.logs[:2], self.logs[0].with_name("gone.jsonl")])
        text = json.dumps({**about, **times, "correlation": {"agentSessionFile": str(log)}})
        self.pick.choice(self.abouts).write_text(text[: self.pick.choice([10, None, None])])

    def complete(self) -> None:
        path = self.pick.choice(self.abouts)
        if path.exists():
            os.rename(path, path.with_name(f"completed_{path.name}"))

    def delete_about(self) -> None:
        for path in self.abouts:
            path.unlink(missing_ok=True)

    def truncate_index(self) -> None:
        path = Path(index_path(self.home))
        if path.exists() and path.stat().st_size:
            os.truncate(path, self.pick.choice([10, 4096, path.stat().st_size // 2]))

    def delete_index(self) -> None:
        Path(index_path(self.home)).unlink(missing_ok=True)

    def age_index(self) -> None:
        path = Path(index_path(self.home))
        if path.exists():
            try:
                connection = sqlite3.connect(path, isolation_level=None)
                connection.execute(f"PRAGMA user_version={self.pick.choice([0, 2, 99])}")
            except sqlite3.DatabaseError:
                pass  # damaged before
            finally:
                connection.close()

    def answers(self, grouping: Grouping, *, use_index: bool) -> object:
        usage = ask(
            self.home,
            Question(grouping, self.pick.choice([Period(), Period(date(2026, 1, 10), date(2026, 1, 11))])),
            calendar=Calendar(UTC),
            clock_ns=lambda: time.time_ns() + self.clock_offset_ns,
            use_index=use_index,
        )
        return usage.lines, usage.totals, [(t.path, t.bad, t.salvaged, t.torn) for t in usage.troubles]

    def look(self) -> None:
        for grouping in Grouping:
            state = self.pick.getstate()
            with_index = self.answers(grouping, use_index=True)
            self.pick.setstate(state)
            assert with_index == self.answers(grouping, use_index=False)


def count_by_hand(paths: list[Path]) -> tuple[int, int]:
    turns = tokens = 0
    for path in paths:
        for line in path.read_bytes().split(b"\n") if path.exists() else []:
            try:
                record = json.loads(line)
            except ValueError:
                continue
            turns += 1
            tokens += record.get("tokensUsed", 0) if path.parent.name != "sessions" else 0
    return turns, tokens
