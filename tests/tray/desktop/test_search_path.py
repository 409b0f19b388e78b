"""The user's PATH on Windows: our folder is added and removed, and nothing else is touched."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from codemie_tray.desktop import windows_path as search_path
from codemie_tray.desktop.windows_path import is_in, with_folder, without_folder

OURS = r"C:\Users\Ada\AppData\Local\Programs\CodeMie Tray"
ENTRIES = st.lists(st.text(alphabet='abC:\\%" ;.é', max_size=8), max_size=6).map(";".join)


@given(path=ENTRIES)
def test_adding_and_removing_the_folder_restores_path_exactly(path: str) -> None:
    assume(not is_in(path, OURS))
    assert without_folder(with_folder(path, OURS), OURS) == path
    assert without_folder(path, OURS) == path


@given(path=ENTRIES)
def test_the_folder_is_added_once_and_after_all_others(path: str) -> None:
    once = with_folder(path, OURS)
    assert once.startswith(path)
    assert is_in(once, OURS)
    assert with_folder(once, OURS) == once


@pytest.mark.parametrize(
    "entry",
    [OURS, OURS.upper(), OURS + "\\", f'"{OURS}"', OURS.replace("\\", "/"), rf"{OURS}\..\CodeMie Tray"],
)
def test_the_folder_is_recognised_however_it_is_written(entry: str) -> None:
    assert is_in(rf"C:\bin;{entry}", OURS)
    assert without_folder(rf"C:\bin;{entry};D:\x", OURS) == r"C:\bin;D:\x"


@pytest.mark.parametrize("path", ["", ";", r"C:\bin", rf"{OURS}\bin", rf"{OURS} 2"])
def test_another_folder_is_not_mistaken_for_ours(path: str) -> None:
    assert not is_in(path, OURS)


def test_a_folder_that_would_be_split_in_two_is_not_added() -> None:
    assert with_folder(r"C:\bin", r"D:\a;b") == r"C:\bin"
    assert without_folder(r"C:\bin;D:\a;b", r"D:\a;b") == r"C:\bin;D:\a;b"


if sys.platform == "win32":
    import winreg

    @pytest.fixture
    def environment() -> Iterator[winreg.HKEYType]:
        rights = winreg.KEY_ALL_ACCESS
        with winreg.CreateKeyEx(winreg.HKEY_CURRENT_USER, "Environment", 0, rights) as key:
            try:
                before = winreg.QueryValueEx(key, "Path")
            except FileNotFoundError:
                before = None
            yield key
            if before is None:
                winreg.DeleteValue(key, "Path")
            else:
                winreg.SetValueEx(key, "Path", 0, before[1], before[0])

    @pytest.mark.parametrize("kind", [winreg.REG_SZ, winreg.REG_EXPAND_SZ])
    def test_the_registry_keeps_the_kind_and_the_rest_of_the_text(
        environment: winreg.HKEYType, kind: int
    ) -> None:
        mine = r"%USERPROFILE%\bin;" + ";".join(rf"C:\tools\{number}" for number in range(400))
        winreg.SetValueEx(environment, "Path", 0, kind, mine)
        assert search_path.run(["status"]) == 1
        assert search_path.run(["on"]) == 0
        assert search_path.run(["status"]) == 0
        folder = os.path.dirname(sys.executable)
        assert winreg.QueryValueEx(environment, "Path") == (f"{mine};{folder}", kind)
        assert search_path.run(["off"]) == 0
        assert winreg.QueryValueEx(environment, "Path") == (mine, kind)

    @pytest.mark.parametrize("arguments", [[], ["of"], ["on", "off"]])
    def test_an_unknown_command_changes_nothing(environment: winreg.HKEYType, arguments: list[str]) -> None:
        mine = rf"C:\bin;{os.path.dirname(sys.executable)}"
        winreg.SetValueEx(environment, "Path", 0, winreg.REG_SZ, mine)
        assert search_path.run(arguments) == 2
        assert winreg.QueryValueEx(environment, "Path") == (mine, winreg.REG_SZ)

    def test_a_value_that_is_not_text_is_left_alone(environment: winreg.HKEYType) -> None:
        winreg.SetValueEx(environment, "Path", 0, winreg.REG_DWORD, 7)
        assert search_path.run(["on"]) == 2
        assert winreg.QueryValueEx(environment, "Path") == (7, winreg.REG_DWORD)
