"""Ends of a tray that it did not choose: the next start reports a crash and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.integration.desktop.rig.processes.waiting import until
from tests.integration.windows.rig.session import WindowsSession
from tests.integration.windows.rig.tray_on_screen import TrayOnScreen
from tests.integration.windows.running_tray import RunningTray

CRASH = "The last run"
NATIVE_FAULT = """
import faulthandler, os, threading, time
from codemie_tray.__main__ import main
def fall():
    while not os.path.exists(r"{signal}"):
        time.sleep(0.05)
    faulthandler._sigsegv()
threading.Thread(target=fall, daemon=True).start()
main([])
"""


@pytest.mark.parametrize("how", ["ended by the task manager", "a fault in native code"])
def test_a_crash_is_reported_only_by_the_next_start(
    windows_session: WindowsSession, home: Path, screen: TrayOnScreen, artifacts: Path, how: str
) -> None:
    if how == "a fault in native code":
        signal = home / "fall"
        program = NATIVE_FAULT.format(signal=windows_session.wine.windows_path(str(signal)))
        first = RunningTray(windows_session, home, "-c", program)
        signal.touch()
    else:
        first = RunningTray(windows_session, home)
        windows_session.wine.run("taskkill", "/F", "/IM", "python.exe")  # TerminateProcess
    first.program.wait()
    first.end()
    assert list((home / "tray").glob("running-*.json"))
    second = RunningTray(windows_session, home)
    until("the notification", lambda: (shown := screen.balloon()) and len(shown.rows()) >= 2)
    windows_session.picture().save(str(artifacts / "crash-notification.png"))
    assert second.log().count(CRASH) == 1
    second.ask_to_quit()
    third = RunningTray(windows_session, home)
    third.ask_to_quit()
    assert third.log().count(CRASH) == 1


def test_a_tray_ended_by_a_power_cut_did_not_crash(
    windows_session: WindowsSession, home: Path, tray: RunningTray
) -> None:
    windows_session.wine.restart()  # at once, as by a power cut
    tray.end()
    assert list((home / "tray").glob("running-*.json"))
    after = RunningTray(windows_session, home)
    after.ask_to_quit()
    assert CRASH not in after.log()


def test_a_sign_out_is_not_delayed_and_is_not_a_crash(
    windows_session: WindowsSession, home: Path, tray: RunningTray
) -> None:
    windows_session.wine.run("wineboot", "--end-session", "--shutdown", limit_seconds=30)
    assert tray.program.wait(60).exit_code == 0
    assert not list((home / "tray").glob("running-*.json"))
    windows_session.wine.restart()
    after = RunningTray(windows_session, home)
    after.ask_to_quit()
    assert CRASH not in after.log()
