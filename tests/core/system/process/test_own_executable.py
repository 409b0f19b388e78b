"""Windows' pairs of executables, by their names and the files in the folder."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from codemie_core.system.process.executables import console_executable, windowed_executable

PAIRS = [
    ("codemie-tray.exe", "codemie-trayw.exe"),
    ("python.exe", "pythonw.exe"),
    ("Python.EXE", "Pythonw.EXE"),
]


@pytest.mark.parametrize(("console", "windowless"), PAIRS)
def test_each_executable_of_a_pair_finds_the_other(tmp_path: Path, console: str, windowless: str) -> None:
    first, second = tmp_path / console, tmp_path / windowless
    first.touch()
    second.touch()
    for either in (str(first), str(second)):
        assert windowed_executable(either) == str(second)
        assert console_executable(either) == str(first)


@pytest.mark.parametrize("name", ["codemie-tray.exe", "codemie-trayw.exe", "codemie-tray", "python3.11", "w"])
def test_a_single_executable_has_no_counterpart(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.touch()
    assert windowed_executable(str(path)) == console_executable(str(path)) == str(path)


def test_an_executable_without_an_extension_has_no_counterpart(tmp_path: Path) -> None:
    for name in ("codemie-tray", "codemie-trayw"):
        (tmp_path / name).touch()
    assert windowed_executable(str(tmp_path / "codemie-tray")) == str(tmp_path / "codemie-tray")
    assert console_executable(str(tmp_path / "codemie-trayw")) == str(tmp_path / "codemie-trayw")


def test_this_process_is_used_unless_another_is_named() -> None:
    assert Path(console_executable()).parent == Path(sys.executable).parent
