"""The basis of installer tests: a separate Windows, and what runs at login."""

from __future__ import annotations

import json
import os
from pathlib import Path

from PIL import Image, ImageDraw
from tests.integration.desktop.rig.display.screenshot import Picture
from tests.integration.desktop.rig.display.windows import Area
from tests.integration.windows.rig.pytest_run import gather_last_failed
from tests.integration.windows.rig.session import WindowsSession
from tests.integration.windows.rig.windows_python.wheels import windows_requirements
from tests.integration.windows.rig.wine.drawn_boxes import boxes
from tests.integration.windows.rig.wine.place import remove
from tests.integration.windows.rig.wine.wine import until_file

FRAME = (133, 143, 154)
RUN_KEY = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Run"


def test_fields_are_found_by_their_frames_also_the_one_with_the_focus() -> None:
    image = Image.new("RGB", (500, 200), (246, 247, 249))
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((20, 10, 459, 43), 6, (255, 255, 255), FRAME)
    draw.rounded_rectangle((20, 80, 459, 113), 6, (255, 255, 255), FRAME, 2)
    draw.rounded_rectangle((20, 130, 119, 163), 6, (255, 255, 255), FRAME)
    picture = Picture(image, Area(1000, 100, 500, 200))
    wide = boxes(picture, FRAME, least=400, most=450)
    assert [box.centre for box in wide] == [(1240, 127), (1240, 196)]
    (narrow,) = boxes(picture, FRAME, least=60, most=150)
    assert narrow.centre == (1070, 247)


def test_a_copy_is_an_independent_windows_that_runs_its_login_entries(
    windows_session: WindowsSession,
) -> None:
    original = windows_session.wine
    original.stop()
    path = os.path.join(original.place.home, "copy")
    remove(path)
    copy = original.copy_to(path, without=("py", "project", "homes", "freeze"))
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


def test_what_failed_in_either_windows_is_repeated_and_everything_if_one_broke_off(tmp_path: Path) -> None:
    first, second = tmp_path / "first" / "lastfailed", tmp_path / "second"
    second.write_text('{"tests/core/b.py::test_b": true}')
    gather_last_failed([(first, 0), (second, 1)])
    assert json.loads(first.read_text()) == {"tests/core/b.py::test_b": True}
    first.write_text('{"tests/tray/a.py::test_a": true}')
    gather_last_failed([(first, 1), (second, 1)])
    assert sorted(json.loads(first.read_text())) == ["tests/core/b.py::test_b", "tests/tray/a.py::test_a"]
    first.unlink()
    gather_last_failed([(first, 1), (second, 1)])
    assert json.loads(first.read_text()) == {}


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
