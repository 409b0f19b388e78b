"""Start at login in the real registry: `reg` of Windows reads back what is written."""
# ruff: noqa: E402 - on other systems mypy leaves out what follows the assertion, these imports too

from __future__ import annotations

import sys

assert sys.platform == "win32"

import json
import os
import subprocess
import winreg
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from codemie_tray import __version__
from codemie_tray.desktop.autostart import Autostart
from codemie_tray.desktop.autostart.backend import AutostartFailed, LoginState, fix_if_wrong
from codemie_tray.desktop.autostart.program import login_command
from codemie_tray.desktop.autostart.run_key import APPROVED, LONGEST_COMMAND, NAME, RUN, RunKey

OURS = ("C:\\Büro & Co\\codemie tray.exe", 'a "b" \\', "--background")
OTHER = "Another program's"


def value_of(key: str, name: str) -> tuple[Any, int] | None:
    try:
        with winreg.OpenKey(winreg.HKEY_CURRENT_USER, key) as opened:
            return winreg.QueryValueEx(opened, name)
    except FileNotFoundError:
        return None


def put(key: str, name: str, value: tuple[Any, int] | None) -> None:
    with winreg.CreateKey(winreg.HKEY_CURRENT_USER, key) as opened:
        if value is not None:
            winreg.SetValueEx(opened, name, 0, value[1], value[0])
        elif value_of(key, name) is not None:
            winreg.DeleteValue(opened, name)


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    """Remove the user's own entry and restore it afterwards; in the meantime, there is another program's
    entry.
    """
    before = {key: value_of(key, NAME) for key in (RUN, APPROVED)}
    for key in before:
        put(key, NAME, None)
    put(RUN, OTHER, ("other.exe", winreg.REG_SZ))
    yield
    assert value_of(RUN, OTHER) == ("other.exe", winreg.REG_SZ)
    put(RUN, OTHER, None)
    for key, value in before.items():
        put(key, NAME, value)


def seen_by_windows() -> str | None:
    """Return the value that `reg query` shows; None if it finds none."""
    done = subprocess.run(
        ["reg", "query", f"HKCU\\{RUN}", "/v", NAME], capture_output=True, text=True, check=False
    )
    if done.returncode:
        return None
    (line,) = [line for line in done.stdout.splitlines() if "REG_SZ" in line]
    return line.partition("REG_SZ")[2].strip()


def test_on_writes_a_value_of_the_run_key_and_off_removes_only_that() -> None:
    backend = Autostart()
    assert isinstance(backend, RunKey)
    assert backend.read().state is LoginState.OFF
    for _ in range(2):
        backend.turn_on(OURS)
        assert value_of(RUN, NAME) == (subprocess.list2cmdline(OURS), winreg.REG_SZ)
        entry = backend.read()
        assert (entry.state, entry.command) == (LoginState.ON, OURS)
    for _ in range(2):
        backend.turn_off()
        assert value_of(RUN, NAME) is None
        assert backend.read().state is LoginState.OFF


def test_an_entry_disabled_in_task_manager_stays_off_until_the_user_turns_it_on() -> None:
    backend = Autostart()
    backend.turn_on(("C:\\gone\\codemie-tray.exe", "--background"))
    put(APPROVED, NAME, (bytes([3, *[0] * 11]), winreg.REG_BINARY))
    assert backend.read().state is LoginState.DISABLED
    assert fix_if_wrong(backend, OURS, __version__)
    entry = backend.read()
    assert (entry.state, entry.command) == (LoginState.DISABLED, OURS)
    backend.turn_on(OURS)
    assert backend.read().state is LoginState.ON
    assert value_of(APPROVED, NAME) is None


def test_a_command_that_windows_would_not_start_leaves_the_entry_unchanged() -> None:
    backend = Autostart()
    backend.turn_on(OURS)
    with pytest.raises(AutostartFailed, match="longer than Windows starts"):
        backend.turn_on(("C:\\" + "x" * LONGEST_COMMAND,))
    assert backend.read().command == OURS


@pytest.mark.parametrize("kind", [winreg.REG_BINARY, winreg.REG_DWORD])
def test_a_value_of_another_type_is_not_an_entry_and_on_replaces_it(kind: int) -> None:
    put(RUN, NAME, (b"\0\1" if kind == winreg.REG_BINARY else 7, kind))
    backend = Autostart()
    assert backend.read().state is LoginState.OFF
    backend.turn_on(OURS)
    assert backend.read().command == OURS


def test_the_command_sets_shows_and_removes_the_entry() -> None:
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}

    def autostart(*words: str) -> str:
        return subprocess.run(
            [sys.executable, "-m", "codemie_tray", "autostart", *words],
            env=environ, capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip

    assert json.loads(autostart("status", "--json"))["state"] == "off"
    answer = json.loads(autostart("on", "--json"))
    command = login_command(environ=environ)
    assert (answer["state"], answer["startsThisProgram"], answer["problem"]) == ("on", True, None)
    assert tuple(answer["command"]) == command
    assert Path(command[0]).name.lower() == "pythonw.exe"
    assert seen_by_windows() == subprocess.list2cmdline(command)
    assert autostart("off") == "The tray does not start at login.\n"
    assert seen_by_windows() is None
