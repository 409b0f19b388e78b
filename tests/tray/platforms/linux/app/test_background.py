"""The tray started at login: silent, patient, with crashes reported. Real processes on a private bus."""

from __future__ import annotations

import functools
import json
import os
import signal
import time
from pathlib import Path

import pytest
from tests.support.disks.small_disk import fill, small_disk
from tests.tray.platforms.linux.private_bus import PrivateBus
from tests.tray.platforms.linux.started import CONFIG, Started, started, until

__all__ = ["started"]


def test_without_a_bus_logs_are_cleaned_the_tray_reports_it_once_and_keeps_running(started: Started) -> None:
    old = started.old_log()
    started.old_log("debug-2026-01-20.log", 1)
    process = started.start("--background")
    until(lambda: not old.exists(), started)
    until(lambda: "Waiting for one" in started.log(), started)
    time.sleep(0.5)
    assert process.poll() is None
    assert started.log().count("Waiting for one") == 1
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (0, "", "")


def test_without_background_a_missing_bus_is_an_immediate_error(started: Started) -> None:
    process = started.start()
    _, err = process.communicate(timeout=60)
    assert process.returncode == 8
    assert "session bus" in err


def test_a_tray_waiting_for_a_bus_makes_way_for_one_that_has_it(started: Started) -> None:
    waiting = started.start("--background")
    until(lambda: "Waiting for one" in started.log(), started)
    until(lambda: "is running for" in started.log(), started)
    time.sleep(0.3)
    bus = PrivateBus()
    bus.start()
    try:
        second = started.start(bus=bus.address)
        until(lambda: "There is no tray host yet" in started.log(), started)
        assert waiting.wait(60) == 0
        assert second.poll() is None
        second.send_signal(signal.SIGTERM)
        assert second.wait(60) == 0
    finally:
        bus.remove()


def test_a_bus_that_starts_late_is_used(started: Started) -> None:
    prelude = (
        "import codemie_tray.app.lifecycle.tray_retry as late\n"
        "late.FIRST_PAUSE_SECONDS = late.LONGEST_PAUSE_SECONDS = 0.2"
    )
    bus = PrivateBus()
    process = started.start("--background", bus=bus.address, prelude=prelude)
    until(lambda: "Waiting for one" in started.log(), started)
    bus.start()
    try:
        until(lambda: "There is no tray host yet" in started.log(), started)
        assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
    finally:
        bus.remove()


def test_a_second_login_start_is_silent(started: Started) -> None:
    started.start("--background")
    until(lambda: "Waiting for one" in started.log(), started)
    second = started.start("--background")
    assert second.communicate(timeout=60) == ("", "")
    assert second.returncode == 0


def waits(started: Started, times: int) -> bool:
    return started.log().count("Waiting for one") == times


CRASH = """
import codemie_tray.app.app as app
def boom(*arguments):
    raise RuntimeError('sk-planted-123456')
app.view_of = boom
"""


def test_a_crash_at_login_is_reported_only_by_the_next_start(started: Started) -> None:
    crashed = started.start("--background", prelude=CRASH)
    _, err = crashed.communicate(timeout=60)
    assert crashed.returncode == 1
    assert "crashed by RuntimeError" in err
    assert "Traceback" not in err
    assert "RuntimeError: [redacted]" in started.log()
    assert "sk-planted" not in started.log()
    (mark,) = (started.home / "tray").glob("running-*.json")
    assert json.loads(mark.read_text())["crash"] == "RuntimeError"
    assert oct(mark.stat().st_mode & 0o777) == "0o600"
    for start in (1, 2):
        process = started.start("--background")
        until(functools.partial(waits, started, start), started)
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
        assert started.log().count("crashed (RuntimeError)") == 1
    assert not mark.exists()


def test_a_killed_tray_is_reported_only_until_the_machine_reboots(started: Started) -> None:
    process = started.start("--background")
    until(lambda: "Waiting for one" in started.log(), started)
    process.kill()
    process.wait()
    (mark,) = (started.home / "tray").glob("running-*.json")
    kept = mark.read_text()
    second = started.start("--background")
    until(lambda: "crashed" in started.log(), started)
    until(lambda: started.log().count("Waiting for one") == 2, started)
    second.kill()
    second.wait()
    waited = started.log().count("Waiting for one")
    mark.write_text(json.dumps({**json.loads(kept), "bootName": "another"}))
    third = started.start("--background")
    until(lambda: started.log().count("Waiting for one") == waited + 1, started)
    third.send_signal(signal.SIGTERM)
    assert third.wait(60) == 0
    assert started.log().count("crashed") == 1


def test_verbose_logs_more(started: Started) -> None:
    process = started.start("--background", "--verbose")
    until(lambda: "[DEBUG] [background.log_cleaner] scan: " in started.log(), started)
    process.send_signal(signal.SIGTERM)
    process.wait(60)


def test_a_login_entry_of_a_moved_program_is_fixed_by_the_next_start(
    started: Started, bus: PrivateBus
) -> None:
    entry = started.folder / ".config" / "autostart" / "codemie-tray.desktop"
    entry.parent.mkdir(parents=True)
    mine = "[Desktop Entry]\nType=Application\nName=Mine\nExec={} --background\nX-Mine=kept\n"
    entry.write_text(mine.format("/where/it/was/codemie-tray"))
    started.start("--background", bus=bus.address)
    until(lambda: "/where/it/was" not in entry.read_text(), started)
    fixed = entry.read_text()
    assert "codemie_tray" in fixed
    assert "--background" in fixed
    assert "X-Mine=kept" in fixed
    until(
        lambda: "Fixed the login entry: it starts /where/it/was/codemie-tray, which" in started.log(),
        started,
    )


def test_a_login_entry_of_another_existing_program_is_left_alone(started: Started, bus: PrivateBus) -> None:
    entry = started.folder / ".config" / "autostart" / "codemie-tray.desktop"
    entry.parent.mkdir(parents=True)
    other = "[Desktop Entry]\nType=Application\nName=Other\nExec=/bin/sh /opt/other --background\n"
    entry.write_text(other)
    started.start("--background", bus=bus.address)
    until(lambda: "is running for" in started.log(), started)
    time.sleep(0.5)
    assert entry.read_text() == other


@pytest.mark.parametrize("size_bytes", [4000, 0])
def test_on_a_full_disk_a_login_start_still_cleans_and_keeps_running(
    tmp_path: Path, bus: PrivateBus, size_bytes: int
) -> None:
    with small_disk(tmp_path / "disk", "128k") as disk:
        started = Started(disk)
        try:
            old = [started.old_log(f"debug-2026-01-0{number + 1}.log") for number in range(3)]
            for path in old:
                status = path.stat()
                path.write_bytes(b"x" * size_bytes)
                os.utime(path, (status.st_atime, status.st_mtime))
            (started.home / "logs" / "debug-2026-01-20.log").touch()
            fill(disk)
            process = started.start("--background", bus=bus.address)
            until(lambda: not any(path.exists() for path in old), started)
            if size_bytes:  # which freed space for the log, too
                until(lambda: "3 old files removed" in started.log(), started)
            time.sleep(0.3)
            assert process.poll() is None
            (disk / "filler").unlink()
            process.send_signal(signal.SIGTERM)
            assert process.wait(60) == 0
            assert json.loads((started.home / "config.json").read_text()) == json.loads(CONFIG)
        finally:
            started.end()
