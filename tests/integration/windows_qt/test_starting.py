"""Opening a window: one of each kind, and a clear message if none can be shown."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from tests.repository.test_architecture import IMPORTS, imported_by

from codemie_core import Home
from codemie_tray.text.exit_codes import ExitCode
from codemie_tray.windows.parts.one_window import OneWindow, Request
from codemie_tray.windows.toolkit import NoWindows, check_toolkit, why_not_loaded

HIDDEN = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
"""Where no test wants a window to appear."""


def run(home: Home, *words: str, **environ: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if name not in HIDDEN}
    return subprocess.run(
        [sys.executable, "-m", "codemie_tray", "window", *words],
        env={**kept, "CODEMIE_HOME": home.path, **environ},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.skipif(sys.platform != "linux", reason="Windows and macOS always have a screen")
def test_a_missing_screen_is_reported_with_a_hint_to_the_commands(home: Home) -> None:
    ended = run(home, "profiles")
    assert ended.returncode == ExitCode.NO_WINDOW
    assert ended.stderr.splitlines()[0] == "codemie-tray: there is no screen to show a window on"
    assert "Commands can do everything" in ended.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="DISPLAY is X's")
def test_an_unreachable_screen_is_reported_without_a_crash(home: Home) -> None:
    ended = run(home, "profiles", DISPLAY=":987")
    assert ended.returncode == ExitCode.NO_WINDOW
    assert "codemie-tray: no window can be shown: " in ended.stderr
    assert "Commands can do everything" in ended.stderr


def test_without_qt_the_command_says_how_to_get_it(home: Home, tmp_path: Path) -> None:
    hidden = tmp_path / "hidden"
    (hidden / "PySide6").mkdir(parents=True)
    (hidden / "PySide6" / "__init__.py").write_text(
        "raise ModuleNotFoundError(\"No module named 'PySide6'\", name='PySide6')\n", encoding="utf-8"
    )
    path = os.pathsep.join([str(hidden), *filter(None, [os.environ.get("PYTHONPATH")])])
    ended = run(home, "profiles", PYTHONPATH=path, DISPLAY=":0")
    assert ended.returncode == ExitCode.NO_WINDOW
    assert "Qt is not installed" in ended.stderr
    assert "pip install 'codemie-tray[windows]'" in ended.stderr


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (ModuleNotFoundError("No module named 'PySide6'", name="PySide6"), "Qt is not installed"),
        (
            ImportError("/lib/libc.so.6: version `GLIBC_2.34' not found (required by ...)"),
            "glibc 2.34 or newer",
        ),
        (ImportError("libEGL.so.1: cannot open shared object file"), "libEGL.so.1"),
    ],
)
def test_the_reason_why_qt_cannot_be_loaded_is_reported(error: ImportError, says: str) -> None:
    assert says in str(why_not_loaded(error))
    assert why_not_loaded(error).advice


@pytest.mark.parametrize(
    ("platform", "advice"), [("win32", "Windows 10 version 1809"), ("darwin", "macOS 14 or newer")]
)
def test_where_no_library_is_named_the_oldest_system_that_can_load_qt_is(platform: str, advice: str) -> None:
    error = ImportError("DLL load failed while importing QtWidgets: The specified module could not be found.")
    assert advice in why_not_loaded(error, platform).advice


def test_a_screen_is_checked_before_qt() -> None:
    if sys.platform == "linux":
        with pytest.raises(NoWindows):
            check_toolkit({})


def test_a_second_start_passes_its_request_to_the_first(home: Home) -> None:
    first, second = OneWindow(home, "profiles"), OneWindow(home, "profiles")
    assert first.claim()
    assert not second.claim()
    heard: list[Request] = []

    def answer() -> None:
        end = time.monotonic() + 10
        while not heard and time.monotonic() < end:
            if request := first.take_request():
                heard.append(request)
            time.sleep(0.005)

    thread = threading.Thread(target=answer)
    thread.start()
    assert second.ask_to_raise(Request("token", "add"))
    thread.join()
    assert heard == [Request("token", "add")]
    assert OneWindow(home, "settings").claim()  # another kind has its own claim
    first.release()
    assert second.claim()
    second.release()


def test_a_window_that_does_not_answer_leaves_no_request_behind(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("codemie_tray.windows.parts.one_window.ANSWER_SECONDS", 0.1)
    first, second = OneWindow(home, "profiles"), OneWindow(home, "profiles")
    assert first.claim()
    assert not second.ask_to_raise(Request())
    assert not os.path.exists(second.request)
    first.release()


@pytest.mark.parametrize("data", [b"", b"[1]", b"\xff\xfe", b"{}", b'{"token": 1}'])
def test_any_request_content_is_accepted(home: Home, data: bytes) -> None:
    one = OneWindow(home, "profiles")
    assert one.claim()
    Path(one.request).write_bytes(data)
    os.chmod(one.request, 0o600)
    assert isinstance(one.take_request(), Request)
    assert one.take_request() is None
    one.release()


def test_the_tray_and_the_other_commands_never_load_a_window() -> None:
    def loads_a_window(module: str) -> bool:
        return any(map(is_window, imported_by(module)))

    def is_window(name: str) -> bool:
        return name.startswith("codemie_tray.windows")

    assert not loads_a_window("codemie_tray.app.start")
    assert loads_a_window("codemie_tray.commands.launch.window")  # the check finds them
    users = {name for name, imports in IMPORTS.items() if any(map(is_window, imports))}
    outside = {name for name in users if not is_window(name)}
    assert outside == {"codemie_tray.commands.launch.window"}
    without_qt = {name for name in IMPORTS if ".windows.pure" in name or ".windows.data" in name}
    assert without_qt
    for name in without_qt:
        assert not any(one.partition(".")[0] == "PySide6" for one in IMPORTS[name]), name


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="there None is immortal")
@pytest.mark.parametrize(("kept", "ends_well"), [("toolkit.check_toolkit()", True), ("pass", False)])
def test_a_window_does_not_use_up_pythons_constants(kept: str, ends_well: bool) -> None:
    """PySide6 6.12 returns None without a reference; the control shows that it would end Python 3.11."""
    code = (
        "from codemie_tray.windows import toolkit\n"
        f"{kept}\n"
        "from PySide6.QtWidgets import QApplication, QLabel\n"
        "application = QApplication([])\n"
        "label = QLabel()\n"
        "for at in range(30_000):\n"
        "    label.setText(str(at))\n"
        "print('survived', flush=True)\n"
        "import os; os._exit(0)\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ("survived" in ended.stdout) == ends_well, ended.stderr
