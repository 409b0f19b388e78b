"""Sessions: removed only on request, only if old, and only completely."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from tests.support.daily_logs import make_home

from codemie_core import Home
from codemie_core.files.open_folder import OpenFolder
from codemie_core.retention import Retention, clean, cleanup_old_sessions
from codemie_core.system.clock import DAY_SECONDS, Clock

NOW = 1_795_000_000.0
A, B, C = (f"3f2b8c1e-1d2a-4c55-9b7e-0a1b2c3d4e5{digit}" for digit in "abc")


@pytest.fixture(autouse=True)
def _is_a_home(tmp_path: Path) -> None:
    make_home(str(tmp_path))
    make_home(str(tmp_path / "home"))


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


def test_one_recent_file_keeps_its_whole_session(tmp_path: Path) -> None:
    session(tmp_path, A, 40, 40, 3, status="completed")
    session(tmp_path, B, 40, 40, 40, status="completed")
    preview = cleanup_old_sessions(Home(str(tmp_path)), retention_days=30, now_seconds=NOW, dry_run=True)
    result = cleanup_old_sessions(Home(str(tmp_path)), retention_days=30, now_seconds=NOW)
    assert (result.sessions, result.files) == (preview.sessions, preview.files) == (1, 3)
    assert all(A in name for name in left(tmp_path))


def test_a_session_that_has_not_ended_counts_as_in_use_for_a_month(tmp_path: Path) -> None:
    session(tmp_path, A, 20, 20, 20, status="active")
    session(tmp_path, B, 20, 20, 20, status="active", endTime=1)
    session(tmp_path, C, 31, 31, 31, status="active")
    assert cleanup_old_sessions(Home(str(tmp_path)), retention_days=7, now_seconds=NOW).sessions == 2
    assert all(A in name for name in left(tmp_path))


def test_other_files_links_and_folders_are_kept(tmp_path: Path) -> None:
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


def test_the_files_of_the_classic_layout_are_removed_with_their_folder(tmp_path: Path) -> None:
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


def test_a_session_resumed_after_planning_is_kept_completely(tmp_path: Path) -> None:
    for id_ in (A, B, C):
        session(tmp_path, id_, 40, 40, status="completed")

    def resume(done: int, total: int) -> bool:
        if done == 0:
            with open(tmp_path / "sessions" / f"completed_{A}_metrics.jsonl", "a", encoding="ascii") as file:
                file.write("{}\n")  # one more turn
            put(tmp_path / "sessions" / f"{B}_conversation.jsonl", age_days=0)  # a file it had not
        return True

    result = cleanup_old_sessions(Home(str(tmp_path)), retention_days=30, now_seconds=NOW, progress=resume)
    assert (result.sessions, result.files, result.failed) == (1, 2, 0)
    assert left(tmp_path) == sorted(
        [
            *(f"completed_{A}.json", f"completed_{A}_metrics.jsonl"),
            *(f"completed_{B}.json", f"completed_{B}_metrics.jsonl", f"{B}_conversation.jsonl"),
        ]
    )


def test_everything_that_the_cli_writes_for_a_session_is_removed_with_it(tmp_path: Path) -> None:
    sessions = tmp_path / "sessions"
    session(tmp_path, A, 40, 40, 40, status="completed", correlation={"agentSessionId": "a1"})
    put(sessions / f"{A}_pi-run.jsonl", age_days=40)
    put(sessions / "a1-codemie-marker.json", age_days=40)
    session(tmp_path, B, 1, status="active", correlation={"agentSessionId": C})
    put(sessions / f"{C}-codemie-marker.json", age_days=400)
    put(sessions / "gone-codemie-marker.json", age_days=400)
    put(sessions / "new-codemie-marker.json", age_days=4)
    put(sessions / f"{A}_notes.jsonl", age_days=400)
    home = Home(str(tmp_path))
    preview = cleanup_old_sessions(home, retention_days=30, now_seconds=NOW, dry_run=True)
    result = cleanup_old_sessions(home, retention_days=30, now_seconds=NOW)
    assert (result.sessions, result.files) == (preview.sessions, preview.files) == (1, 6)
    assert result.size_bytes == preview.size_bytes
    assert left(tmp_path) == sorted(
        [f"{B}.json", f"{C}-codemie-marker.json", "new-codemie-marker.json", f"{A}_notes.jsonl"]
    )


def test_a_recent_marker_keeps_its_session(tmp_path: Path) -> None:
    session(tmp_path, A, 40, 40, status="completed", correlation={"agentSessionId": "a1"})
    put(tmp_path / "sessions" / "a1-codemie-marker.json", age_days=3)
    result = cleanup_old_sessions(Home(str(tmp_path)), retention_days=30, now_seconds=NOW)
    assert (result.sessions, result.files, len(left(tmp_path))) == (0, 0, 3)


def test_the_session_record_is_removed_first_so_that_half_a_session_is_never_resumed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session(tmp_path, A, 40, 40, 40, status="completed")
    gone: list[str] = []
    really = OpenFolder.remove

    def remove(folder: OpenFolder, name: str) -> None:
        gone.append(name)
        really(folder, name)

    monkeypatch.setattr(OpenFolder, "remove", remove)
    cleanup_old_sessions(Home(str(tmp_path)), retention_days=30, now_seconds=NOW)
    assert gone[0] == f"completed_{A}.json"
    assert len(gone) == 3


def test_a_linked_home_is_cleaned_too(tmp_path: Path) -> None:
    session(tmp_path / "home", A, 40, 40, status="completed")
    (tmp_path / "linked").symlink_to(tmp_path / "home")
    assert cleanup_old_sessions(Home(str(tmp_path / "linked")), retention_days=30, now_seconds=NOW).files == 2


def test_no_session_is_removed_from_a_folder_that_is_not_a_home(tmp_path: Path) -> None:
    folder = tmp_path / "other-program"
    session(folder, A, 400, 400, status="completed")
    put(folder / ".session-x" / "metrics.jsonl", age_days=400)
    result = cleanup_old_sessions(Home(str(folder)), retention_days=30, now_seconds=NOW)
    assert (result.files, result.sessions, result.unrecognized) == (0, 0, str(folder))
    assert len(left(folder)) == 2
