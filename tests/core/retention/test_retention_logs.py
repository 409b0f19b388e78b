"""Which logs are removed, which are kept, and that nothing else is touched: on real files."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from tests.support.daily_logs import long_ago, make_home
from tests.support.scale import on_windows

from codemie_core import Home
from codemie_core.retention import Retention, clean, cleanup_old_logs
from codemie_core.retention.logs import carry_out, planned_logs
from codemie_core.system.clock import DAY_SECONDS, Clock

NOW = 1_795_000_000.0  # 2026-11-18, 19:06:40 UTC


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(str(tmp_path / "home"))
    os.makedirs(home.logs)
    make_home(home.path)
    return home


def log(home: Home, name: str, *, age_days: float, size: int = 10, now: float = NOW) -> Path:
    path = Path(home.logs, name)
    path.write_bytes(b"x" * size)
    os.utime(path, (now - age_days * DAY_SECONDS,) * 2)
    return path


def names(home: Home) -> list[str]:
    return sorted(os.listdir(home.logs))


def test_logs_older_than_the_retention_are_removed_and_others_kept(home: Home) -> None:
    minute = 1 / 1440
    log(home, "debug-2026-11-01.log", age_days=17)
    log(home, "debug-2026-11-13.log", age_days=5 + minute)
    log(home, "tray-2026-11-12.log", age_days=6)
    log(home, "debug-2026-11-14.log", age_days=5 - minute)
    log(home, "debug-2026-11-18.log", age_days=0)
    result = cleanup_old_logs(home, now_seconds=NOW)
    assert names(home) == ["debug-2026-11-14.log", "debug-2026-11-18.log"]
    assert (result.files, result.size_bytes, result.failed) == (3, 30, 0)


def test_other_names_folders_and_links_are_kept_and_do_not_stop_the_cleanup(
    home: Home, tmp_path: Path
) -> None:
    victim = tmp_path / "victim.log"
    victim.write_text("mine")
    os.utime(victim, (0, 0))
    stay = ["error.log", "debug-2026-01-01.log.gz", "xdebug-2026-01-01.log", "debug.log", "notes.txt"]
    stay += ["debug-myapp.log", "debug-2026-01-01-1.log", "debug-2026-13-01.log", "DEBUG-2026-01-01.log"]
    stay += ["debug-2026-01-01.log.log", "tray-.log", "debug-\u0662\u0660\u0662\u0666-01-01.log"]
    for name in stay:
        log(home, name, age_days=100)
    folder = Path(home.logs, "debug-2026-01-05.log")
    os.mkdir(folder)
    log(home, "debug-2026-01-06.log", age_days=100).rename(folder / "debug-2026-01-06.log")
    os.utime(folder, (0, 0))
    os.symlink(victim, Path(home.logs, "debug-2026-01-02.log"))
    os.symlink("/nowhere", Path(home.logs, "debug-2026-01-03.log"))
    for link in ("debug-2026-01-02.log", "debug-2026-01-03.log"):
        os.utime(Path(home.logs, link), (0, 0), follow_symlinks=False)
    before = names(home)
    log(home, "debug-2026-01-04.log", age_days=100)
    assert cleanup_old_logs(home, now_seconds=NOW).files == 1
    assert names(home) == before
    assert victim.read_text() == "mine"
    assert os.listdir(folder) == ["debug-2026-01-06.log"]


def test_todays_file_and_files_dated_in_the_future_are_kept_whatever_their_time(home: Home) -> None:
    log(home, "debug-2026-11-18.log", age_days=300)
    log(home, "debug-2027-01-01.log", age_days=300)
    log(home, "tray-2026-11-18.log", age_days=300)
    log(home, "debug-2026-10-01.log", age_days=-3)
    before = names(home)
    assert cleanup_old_logs(home, now_seconds=NOW, retention_days=0).files == 0
    assert names(home) == before


@pytest.mark.skipif(sys.platform == "win32", reason="Windows lets no such name be")
def test_a_name_with_a_line_break_does_not_match(home: Home) -> None:
    log(home, "debug-2026-01-01.log\n", age_days=100)
    log(home, "debug-2026-01-01\n.log", age_days=100)
    assert cleanup_old_logs(home, now_seconds=NOW).files == 0


def test_the_preview_matches_what_the_run_does(home: Home) -> None:
    for number in range(300):
        log(home, long_ago(number), age_days=17 - number % 18, size=number)
    before = names(home)
    preview = cleanup_old_logs(home, now_seconds=NOW, dry_run=True)
    assert names(home) == before
    result = cleanup_old_logs(home, now_seconds=NOW)
    assert (preview.files, preview.size_bytes) == (result.files, result.size_bytes)
    assert result.files > 0
    assert len(before) - len(names(home)) == result.files
    assert cleanup_old_logs(home, now_seconds=NOW, dry_run=True).files == 0


def test_a_missing_logs_folder_means_nothing_to_do(tmp_path: Path) -> None:
    assert cleanup_old_logs(Home(str(tmp_path / "none")), now_seconds=NOW).files == 0


def test_a_link_in_place_of_the_folder_is_not_followed(home: Home, tmp_path: Path) -> None:
    log(home, "debug-2026-01-01.log", age_days=100)
    os.rename(home.logs, tmp_path / "elsewhere")
    os.symlink(tmp_path / "elsewhere", home.logs)
    with pytest.raises(OSError, match="links are not followed"):
        cleanup_old_logs(home, now_seconds=NOW)
    result = clean(home, Retention(), Clock(wall_seconds=lambda: NOW), automatic=False)
    assert (result.files, result.failed) == (0, 1)
    assert (tmp_path / "elsewhere" / "debug-2026-01-01.log").exists()


def by_path(folder: str, found: list[str]) -> None:
    """The control: what removing by path does if the folder is swapped in the meantime."""
    for name in found:
        os.unlink(os.path.join(folder, name))


@pytest.mark.skipif(sys.platform == "win32", reason="by path there")
def test_a_folder_swapped_between_check_and_removal_harms_nothing_elsewhere(
    home: Home, tmp_path: Path
) -> None:
    outside = tmp_path / "outside"

    def swap() -> None:
        os.rename(home.logs, tmp_path / "moved")
        os.mkdir(outside)
        (outside / "debug-2026-01-01.log").write_text("mine")
        os.symlink(outside, home.logs)

    log(home, "debug-2026-01-01.log", age_days=100)
    with planned_logs(home, retention_days=5, now_seconds=NOW) as plan:
        swap()
        assert carry_out(plan, dry_run=False, progress=None).files == 1
    assert os.listdir(outside) == ["debug-2026-01-01.log"]
    assert os.listdir(tmp_path / "moved") == []
    by_path(home.logs, ["debug-2026-01-01.log"])
    assert os.listdir(outside) == [], "the control does no harm, so this test proves nothing"


def test_a_file_replaced_by_a_link_or_a_folder_harms_nothing_elsewhere(home: Home, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("mine")
    first = log(home, "debug-2026-01-01.log", age_days=100)
    second = log(home, "debug-2026-01-02.log", age_days=100)
    with planned_logs(home, retention_days=5, now_seconds=NOW) as plan:
        first.unlink()
        first.symlink_to(victim)
        second.unlink()
        second.mkdir()
        result = carry_out(plan, dry_run=False, progress=None)
    assert victim.read_text() == "mine"
    assert second.is_dir()
    assert first.is_symlink()
    assert (result.files, result.failed) == (0, 0)


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="only root can make such a file")
def test_a_file_that_cannot_be_removed_does_not_stop_the_rest(home: Home) -> None:
    for number in range(5):
        log(home, f"debug-2026-01-0{number + 1}.log", age_days=100)
    stuck = str(Path(home.logs, "debug-2026-01-03.log"))
    if shutil.which("chattr") is None or subprocess.run(["chattr", "+i", stuck], check=False).returncode:
        pytest.skip("this file system has no immutable files")
    try:
        result = cleanup_old_logs(home, now_seconds=NOW)
    finally:
        subprocess.run(["chattr", "-i", stuck], check=True)
    assert (result.files, result.failed) == (4, 1)
    assert result.failures[0].path == stuck
    assert result.failures[0].reason == "Operation not permitted"


def test_ten_concurrent_cleanups_count_every_file_once(home: Home) -> None:
    total = on_windows(1000, 4000)
    for number in range(total):
        log(home, long_ago(number), age_days=100)
    code = (
        "import sys\nfrom codemie_core import Home\nfrom codemie_core.retention import cleanup_old_logs\n"
        "sys.stdin.readline()\nr = cleanup_old_logs(Home(sys.argv[1]))\nprint(r.files, r.failed)\n"
    )
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    cleaners = [
        subprocess.Popen(
            [sys.executable, "-c", code, home.path],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environ,
        )
        for _ in range(4)
    ]
    for cleaner in cleaners:
        assert cleaner.stdin
        cleaner.stdin.write("go\n")
        cleaner.stdin.flush()
    reported = [cleaner.communicate(timeout=60)[0].split() for cleaner in cleaners]
    assert names(home) == []
    # Wine lets a file be opened again while its removal waits for a reader of its times, as each cleaner is
    # right before removing it: there some are counted twice. Windows refuses to open such a file.
    twice = total if sys.platform == "win32" else 0
    assert total <= sum(int(files) for files, _ in reported) <= total + twice
    assert all(failed == "0" for _, failed in reported)


def test_progress_is_reported_and_stopping_keeps_the_remaining_files(home: Home) -> None:
    for number in range(3000):
        log(home, long_ago(number), age_days=100)
    reported: list[tuple[int, int]] = []

    def until_half(done: int, total: int) -> bool:
        reported.append((done, total))
        return done < total // 2

    result = cleanup_old_logs(home, now_seconds=NOW, progress=until_half)
    assert result.stopped
    assert reported[0] == (0, 3000)
    assert reported[-1][0] == result.files
    assert 1500 <= result.files < 3000
    assert len(names(home)) == 3000 - result.files


def test_the_next_expiry_is_when_the_next_file_becomes_old(home: Home) -> None:
    log(home, "debug-2026-01-01.log", age_days=4)
    result = cleanup_old_logs(home, now_seconds=NOW, dry_run=True)
    assert result.next_expiry_seconds == pytest.approx(NOW + DAY_SECONDS)


@pytest.mark.skipif(sys.platform == "win32", reason="a file that is open is not removed there")
def test_a_reader_of_a_log_is_not_disturbed(home: Home) -> None:
    path = log(home, "debug-2026-01-01.log", age_days=100, size=100)
    with path.open("rb") as file:
        done = threading.Thread(target=cleanup_old_logs, args=(home,))
        done.start()
        done.join()
        assert len(file.read()) == 100


@pytest.mark.skipif(sys.platform != "win32", reason="an open file is removed elsewhere")
def test_on_windows_an_open_log_is_reported_and_removed_the_next_time(home: Home) -> None:
    path = log(home, "debug-2026-01-01.log", age_days=100, size=100)
    log(home, "debug-2026-01-02.log", age_days=100)
    with path.open("rb") as file:
        result = cleanup_old_logs(home, now_seconds=NOW)
        assert (result.files, result.failed) == (1, 1)
        assert result.failures[0].path == str(path)
        assert len(file.read()) == 100
    assert cleanup_old_logs(home, now_seconds=NOW).files == 1
    assert names(home) == []


def test_a_log_written_to_after_planning_is_kept(home: Home) -> None:
    for number in range(1000):
        log(home, long_ago(number), age_days=100)
    used = [long_ago(number) for number in (0, 500, 999)]

    def write_again(done: int, total: int) -> bool:
        if done == 0:  # planned, and nothing removed yet
            for name in used:
                with open(os.path.join(home.logs, name), "ab") as file:
                    file.write(b"a new line\n")
        return True

    result = cleanup_old_logs(home, progress=write_again)
    assert names(home) == sorted(used)
    assert (result.files, result.size_bytes, result.failed) == (997, 9970, 0)


def test_the_control_that_checks_only_names_removes_files_in_use(home: Home) -> None:
    path = log(home, long_ago(0), age_days=100)
    with planned_logs(home, retention_days=5, now_seconds=NOW) as plan:
        path.write_bytes(b"a new line\n")
        by_path(home.logs, [name for name, _, _ in plan.old])
    assert not path.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="no signals there")
def test_of_100000_logs_those_written_during_a_real_cleanup_are_kept(home: Home) -> None:
    total = 20_000
    for number in range(total):
        log(home, long_ago(number), age_days=100)
    oldest_by_inode = sorted(names(home), key=lambda name: os.stat(os.path.join(home.logs, name)).st_ino)
    used = oldest_by_inode[-200:]
    code = (
        "import sys\nfrom codemie_core import Home\nfrom codemie_core.retention import cleanup_old_logs\n"
        "print(cleanup_old_logs(Home(sys.argv[1])).files)\n"
    )
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    cleaning = subprocess.Popen(
        [sys.executable, "-c", code, home.path], stdout=subprocess.PIPE, text=True, env=environ
    )
    while len(names(home)) == total:
        assert cleaning.poll() is None
    os.kill(cleaning.pid, signal.SIGSTOP)
    written = [name for name in used if os.path.exists(os.path.join(home.logs, name))]
    for name in written:
        with open(os.path.join(home.logs, name), "ab") as file:
            file.write(b"a new line\n")
    os.kill(cleaning.pid, signal.SIGCONT)
    out, _ = cleaning.communicate(timeout=60)
    assert written, "it ended before anything could be written, so this proves nothing"
    assert names(home) == sorted(written)
    assert int(out) == total - len(written)


SIGNS = {
    "codemie-cli.config.json": "{}",
    "config.json": '{"profiles": {}}',
    "config.json ": '{"provider": "litellm", "apiKey": "sk", "baseUrl": "u"}',
    "migrations.json": '{"version": 1, "migrations": []}',
    "sso-credentials.enc": "00:00:00",
    ".credentials": "\x89CMCRED\n",
    "tray/settings.json": "{}",
    "tray/history/20260101T000000000000-x.json": "{}",
}
NO_SIGNS = {
    "config.json": '{"auths": {}}',
    "config.json ": "{",
    "migrations.json": '{"0001_initial": true}',
    ".credentials": "user:password",
    "tray/lock": "",
    "tray/cleanup.json": "{}",
    "tray/running.json": "{}",
    "sessions/notes.json": "{}",
}


def foreign(tmp_path: Path, name: str, text: str) -> Home:
    home = Home(str(tmp_path / "other-program"))
    os.makedirs(home.logs)
    path = Path(home.path, name.strip())
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode("latin-1"))
    for number in range(3):
        log(home, long_ago(number), age_days=100)
    return home


@pytest.mark.parametrize("name", NO_SIGNS)
def test_nothing_is_removed_from_a_folder_that_is_not_a_home_and_this_is_reported(
    tmp_path: Path, name: str
) -> None:
    home = foreign(tmp_path, name, NO_SIGNS[name])
    for dry_run in (True, False):
        result = cleanup_old_logs(home, now_seconds=NOW, dry_run=dry_run)
        assert (result.files, result.size_bytes, result.unrecognized) == (0, 0, home.path)
        whole = clean(home, Retention(), Clock(wall_seconds=lambda: NOW), automatic=False, dry_run=dry_run)
        assert (whole.files, whole.unrecognized) == (0, home.path)
    assert len(names(home)) == 3


@pytest.mark.parametrize("name", SIGNS)
def test_any_evidence_of_a_home_is_sufficient(tmp_path: Path, name: str) -> None:
    home = foreign(tmp_path, name, SIGNS[name])
    result = cleanup_old_logs(home, now_seconds=NOW)
    assert (result.files, result.unrecognized, names(home)) == (3, None, [])


def test_a_folder_with_the_default_name_is_a_home(tmp_path: Path) -> None:
    home = Home(str(tmp_path / ".codemie"))
    os.makedirs(home.logs)
    log(home, long_ago(0), age_days=100)
    assert cleanup_old_logs(home, now_seconds=NOW).files == 1


def test_the_folder_is_not_examined_if_nothing_is_old(tmp_path: Path) -> None:
    home = Home(str(tmp_path / "other-program"))
    os.makedirs(home.logs)
    log(home, long_ago(0), age_days=1)
    assert cleanup_old_logs(home, now_seconds=NOW).unrecognized is None
