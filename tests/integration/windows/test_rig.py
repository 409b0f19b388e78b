"""The basis of installer tests: a separate Windows, and what runs at login."""

from __future__ import annotations

import os
from pathlib import Path

from tests.integration.windows.rig.session import WindowsSession
from tests.integration.windows.rig.windows_python.wheels import windows_requirements
from tests.integration.windows.rig.wine.place import default_place, remove
from tests.integration.windows.rig.wine.wine import until_file

RUN_KEY = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Run"


def test_a_copy_is_an_independent_windows_that_runs_its_login_entries(
    windows_session: WindowsSession,
) -> None:
    original = windows_session.wine
    original.stop()
    place = default_place()
    path = os.path.join(place.home, "copy")
    remove(path)
    copy = original.copy_to(path)
    try:
        copy.run("reg", "add", RUN_KEY, "/v", "Test", "/d", r"cmd /c echo here > C:\\ran.txt", "/f")
        ran = Path(copy.drive_c, "ran.txt")
        assert not ran.exists()
        copy.restart()
        until_file(str(ran))
        assert not Path(original.drive_c, "ran.txt").exists()
        assert "Test" not in original.run("reg", "query", RUN_KEY).output
    finally:
        copy.stop()
        remove(path)


def test_requirements_for_windows_are_included_and_others_are_not() -> None:
    lock = (
        "# written by a program\n"
        "both==1.0 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb\n    # via something\n"
        "colorama==0.4.6 ; sys_platform == 'win32' \\\n    --hash=sha256:cc\n"
        "jeepney==0.9.0 ; sys_platform == 'linux' \\\n    --hash=sha256:dd\n"
        "mypy==2.4.1 \\\n    --hash=sha256:ee\n"
        "pyside6-essentials==6.12.0 \\\n    --hash=sha256:ff\n"
    )
    without_qt = ["both==1.0 --hash=sha256:aa --hash=sha256:bb", "colorama==0.4.6 --hash=sha256:cc"]
    assert windows_requirements(lock) == without_qt
    with_qt = windows_requirements(lock, with_qt=True)
    assert with_qt == [*without_qt, "pyside6-essentials==6.12.0 --hash=sha256:ff"]
