"""After a package has replaced the program's files, the tray executes the new program in the same process."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tests.support.waiting import until
from tests.tray.platforms.linux.private_bus import PrivateBus
from tests.tray.platforms.linux.stub_host import StubHost

from codemie_tray.app.lifecycle.restart import environment_again, same_command


def test_a_tray_that_is_asked_to_restart_keeps_its_process_id(
    bus: PrivateBus, host: StubHost, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    config = {"version": 2, "activeProfile": "work", "profiles": {"work": {"provider": "sso"}}}
    (home / "config.json").write_text(json.dumps(config))
    environ = {
        **os.environ,
        "CODEMIE_HOME": str(home),
        "DBUS_SESSION_BUS_ADDRESS": bus.address,
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
    }
    command = [sys.executable, "-m", "codemie_tray", "--background"]
    tray = subprocess.Popen(command, env=environ, stderr=subprocess.PIPE)
    try:
        until(lambda: len(host.registered) == 1)
        until(lambda: any(row.label.startswith("work") for row in host.menu().all()))
        before = Path(f"/proc/{tray.pid}/cmdline").read_bytes()
        tray.send_signal(signal.SIGUSR1)
        until(lambda: len(host.registered) == 2)
        assert tray.poll() is None
        assert Path(f"/proc/{tray.pid}/cmdline").read_bytes() == before
        # It released its claim to be the only tray, and took it again.
        second = subprocess.run(
            command[:-1], env=environ, capture_output=True, text=True, timeout=90, check=True
        )
        assert "already running" in second.stderr
    finally:
        tray.terminate()
        _, said = tray.communicate(timeout=60)
    assert tray.returncode == 0
    assert b"Traceback" not in said


def test_the_frozen_program_starts_itself_with_the_arguments_it_had() -> None:
    given = ["/usr/bin/codemie-tray", "--background"]
    assert same_command(frozen=True, arguments=given) == [sys.executable, "--background"]
    original = ["python3", "-P", "-m", "codemie_tray", "--background"]
    assert same_command(frozen=False, original=original) == [sys.executable, *original[1:]]


def test_a_restart_uses_the_users_original_environment() -> None:
    environ = {
        "LD_LIBRARY_PATH": "/usr/lib/codemie-tray/_internal",
        "LD_LIBRARY_PATH_ORIG": "/opt/lib",
        "A": "b",
    }
    assert environment_again(environ) == {
        "LD_LIBRARY_PATH": "/opt/lib",
        "A": "b",
        "PYINSTALLER_RESET_ENVIRONMENT": "1",
    }


def test_a_restart_from_an_appimage_keeps_its_variables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environ = {"APPIMAGE": str(tmp_path / "Tray.AppImage"), "APPDIR": str(tmp_path / "app")}
    bundle = tmp_path / "app" / "usr" / "lib" / "codemie-tray"
    monkeypatch.setattr(sys, "executable", str(bundle / "codemie-tray"))
    monkeypatch.setattr(sys, "_MEIPASS", str(bundle / "_internal"), raising=False)
    assert environment_again(environ) == {**environ, "PYINSTALLER_RESET_ENVIRONMENT": "1"}
    monkeypatch.setattr(sys, "executable", "/usr/lib/codemie-tray/codemie-tray")
    assert "APPDIR" not in environment_again(environ)
