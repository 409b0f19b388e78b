"""The script of the Windows installer; tests/integration/windows runs the installer under Wine."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from installers.windows import nsis, signing, wording

from installers import product

NSI = Path(product.inside("installers", "windows", "installer.nsi")).read_text(encoding="utf-8")


@pytest.fixture
def frozen(tmp_path: Path) -> Path:
    folder = tmp_path / "frozen"
    for name in ("codemie-tray.exe", "codemie-trayw.exe", "_internal/python311.dll", "_internal/a/b/c d.txt"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name, encoding="ascii")
    return folder


def test_only_copied_files_are_removed_and_no_folder_is_emptied(frozen: Path) -> None:
    lists = nsis.file_lists(str(frozen))
    macros = dict(re.findall(r"^!macro (\S+).*?\n(.*?)^!macroend", lists, re.MULTILINE | re.DOTALL))
    copied = re.findall(r'^  File "(.*)"$', macros["InstallFiles"], re.MULTILINE)
    assert sorted(copied) == sorted(str(path) for path in frozen.rglob("*") if path.is_file())
    removed = re.findall(r'^  Delete "(.*)"$', macros["RemoveFiles"], re.MULTILINE)
    assert sorted(removed) == [
        "$INSTDIR\\_internal\\a\\b\\c d.txt",
        "$INSTDIR\\_internal\\python311.dll",
        "$INSTDIR\\codemie-tray.exe",
        "$INSTDIR\\codemie-trayw.exe",
    ]
    # From the deepest up, each only if empty; the program's own folder is not among them.
    assert re.findall(r"^  RMDir (.*)$", macros["RemoveFiles"], re.MULTILINE) == [
        '"$INSTDIR\\_internal\\a\\b"',
        '"$INSTDIR\\_internal\\a"',
        '"$INSTDIR\\_internal"',
    ]
    entries = ["_internal", "codemie-tray.exe", "codemie-trayw.exe"]
    assert re.findall(r'Move "(.*?)"', macros["MoveAll"]) == entries
    assert re.findall(r'Return "(.*?)"', macros["ReturnAll"]) == entries


def test_the_script_empties_only_the_folder_of_the_old_version_and_what_replaced_it() -> None:
    assert re.findall(r"^\s*RMDir /r (.*)$", NSI, re.MULTILINE) == [
        '"${to}\\${name}"',
        '"$INSTDIR\\${PREVIOUS}"',
    ]


def test_every_text_of_the_script_exists_in_every_language() -> None:
    used = set(re.findall(r"\$\(([A-Z_]+)\)", NSI))
    assert used == set(wording.TEXTS)
    for name, texts in wording.TEXTS.items():
        assert len(texts) == len(wording.LANGUAGES), name
        # Each contains the variables that are filled in at run time.
        filled = [set(re.findall(r"\$[A-Z][A-Za-z]+", text)) for text in texts]
        assert all(one == filled[0] for one in filled), name


@pytest.mark.skipif(shutil.which("makensis") is None, reason="not installed: nsis")
def test_the_script_compiles_without_warnings_and_reproducibly(frozen: Path, tmp_path: Path) -> None:
    digests = []
    for number in range(2):
        time.sleep(2.1 * number)  # rebuilt files get another time, in steps of up to 2 s
        out, work = tmp_path / f"out{number}", tmp_path / f"work{number}"
        out.mkdir()
        work.mkdir()
        for path in frozen.rglob("*"):
            os.utime(path, (1_700_000_000 + 3600 * number,) * 2)  # frozen once more, an hour later
        made = Path(nsis.pack(str(frozen), str(out), str(work), machine="AMD64", epoch=1_700_000_000))
        assert made.name == f"codemie-tray-{product.VERSION}-windows-amd64-setup.exe"
        # Not the bytes themselves: where they differ, showing how takes longer than a test may.
        digests.append(hashlib.sha256(made.read_bytes()).hexdigest())
    assert digests[0] == digests[1]


def test_a_missing_nsis_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    with pytest.raises(FileNotFoundError, match="makensis is not installed"):
        nsis.makensis()


def test_files_are_signed_by_the_given_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if sys.platform == "win32":
        pytest.skip("the command is a shell's")
    program = tmp_path / "a program.exe"
    program.touch()
    signing.sign([str(program)])
    assert program.read_bytes() == b""
    monkeypatch.setenv(signing.VARIABLE, 'printf signed >"%1"')
    signing.sign([str(program)])
    assert program.read_bytes() == b"signed"
    monkeypatch.setenv(signing.VARIABLE, "false")
    with pytest.raises(subprocess.CalledProcessError):
        signing.sign([str(program)])
