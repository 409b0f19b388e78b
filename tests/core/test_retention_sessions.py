"""Sessions: only when asked for, only when old, and each as a whole."""

from __future__ import annotations

import json
import os
from pathlib import Path

from codemie_core import Home
from codemie_core.retention import Retention, clean, cleanup_old_sessions
from codemie_core.system.clock import DAY_SECONDS, Clock

NOW = 1_795_000_000.0
A, B, C = (f"3f2b8c1e-1d2a-4c55-9b7e-0a1b2c3d4e5{digit}" for digit in "abc")


def put(path: Path, *, age_days: float, text: str = "{}\n") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    os.utime(path, (NOW - age_days * DAY_SECONDS,) * 2)


def session(home: Path, name: str, *ages: float, **record: object) -> None:
    prefix = "completed_" if record.get("status") == "completed" else ""
    parts = ("{}.json", "{}_metrics.jsonl", "{}_conversation.jsonl")
    for part, age in zip(parts, ages, strict=False):
        put(home / "sessions" / (prefix + part.format(name)), age_days=age, text=json.dumps(record))


def left(home: Path) -> list[str]:
    return sorted(p.name for p in (home / "sessions").iterdir())


def test_sessions_stay_unless_a_retention_is_set(tmp_path: Path) -> None:
    session(tmp_path, A, 900, 900, 900, status="completed")
    session(tmp_path, B, 1, status="active")
    clock = Clock(wall_seconds=lambda: NOW)
    clean(Home(str(tmp_path)), Retention(), clock, automatic=False)
    assert len(left(tmp_path)) == 4
    result = clean(Home(str(tmp_path)), Retention(sessions_days=30), clock, automatic=False)
    assert (result.sessions, result.files) == (1, 3)
    assert left(tmp_path) == [f"{B}.json"]


def test_one_young_file_keeps_its_whole_session(tmp_path: Path) -> None:
    session(tmp_path, A, 40, 40, 3, status="completed")
    session(tmp_path, B, 40, 40, 40, status="completed")
    preview = cleanup_old_sessions(Home(str(tmp_path)), retention_days=30, now_seconds=NOW, dry_run=True)
    result = cleanup_old_sessions(Home(str(tmp_path)), retention_days=30, now_seconds=NOW)
    assert (result.sessions, result.files) == (preview.sessions, preview.files) == (1, 3)
    assert all(A in name for name in left(tmp_path))


def test_a_session_that_has_not_ended_is_in_use_for_a_month(tmp_path: Path) -> None:
    session(tmp_path, A, 20, 20, 20, status="active")
    session(tmp_path, B, 20, 20, 20, status="active", endTime=1)
    session(tmp_path, C, 31, 31, 31, status="active")
    assert cleanup_old_sessions(Home(str(tmp_path)), retention_days=7, now_seconds=NOW).sessions == 2
    assert all(A in name for name in left(tmp_path))


def test_other_files_links_and_folders_stay(tmp_path: Path) -> None:
    outside = tmp_path / "outside.json"
    put(outside, age_days=900)
    home = tmp_path / "home"
    session(home, A, 900, status="completed")
    put(home / "sessions" / "notes.json", age_days=900)
    put(home / "sessions" / f"{B}.json.bak", age_days=900)
    (home / "sessions" / f"{C}.json").symlink_to(outside)
    (home / "sessions" / f"{B}.json").mkdir()
    assert cleanup_old_sessions(Home(str(home)), retention_days=1, now_seconds=NOW).files == 1
    assert left(home) == sorted(["notes.json", f"{B}.json.bak", f"{C}.json", f"{B}.json"])
    assert outside.exists()


def test_the_classic_layouts_files_go_with_their_folder(tmp_path: Path) -> None:
    for agent, ages in (("old", (40, 50)), ("young", (40, 2)), ("kept", (40, 40))):
        put(tmp_path / f".session-{agent}" / "conversations.jsonl", age_days=ages[0])
        put(tmp_path / f".session-{agent}" / "metrics.jsonl", age_days=ages[1])
    put(tmp_path / ".session-kept" / "mine.txt", age_days=40)
    (tmp_path / "elsewhere").mkdir()
    put(tmp_path / "elsewhere" / "metrics.jsonl", age_days=900)
    (tmp_path / ".session-link").symlink_to(tmp_path / "elsewhere")
    result = cleanup_old_sessions(Home(str(tmp_path)), retention_days=30, now_seconds=NOW)
    assert (result.sessions, result.files) == (2, 4)
    assert not (tmp_path / ".session-old").exists()
    assert len(list((tmp_path / ".session-young").iterdir())) == 2
    assert [p.name for p in (tmp_path / ".session-kept").iterdir()] == ["mine.txt"]
    assert (tmp_path / "elsewhere" / "metrics.jsonl").exists()


def test_stopping_leaves_no_half_session(tmp_path: Path) -> None:
    for number in range(200):
        session(tmp_path, f"{number:08x}-1d2a-4c55-9b7e-0a1b2c3d4e5f", 40, 40, 40, status="completed")
    result = cleanup_old_sessions(
        Home(str(tmp_path)), retention_days=30, now_seconds=NOW, progress=lambda done, _total: done < 100
    )
    assert result.stopped
    assert result.files == 3 * result.sessions
    assert len(left(tmp_path)) == 600 - result.files
