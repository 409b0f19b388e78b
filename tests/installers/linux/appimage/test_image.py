"""The layout of the AppImage, read with the library that file managers and launchers use."""

from __future__ import annotations

import glob
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from installers.linux.metadata import desktop_entry
from tests.installers.linux.bare_system import run
from tests.integration.desktop.needs import needs

from installers import product
from installers.linux import appimage
from installers.linux.appimage import compiler, image

pytestmark = [*needs("appimage"), pytest.mark.timeout(120)]

EPOCH = 1767225600
_REGISTER = """\
import ctypes, sys
library, path = ctypes.CDLL(sys.argv[1]), sys.argv[2].encode()
library.appimage_get_payload_offset.restype = ctypes.c_int64
print(library.appimage_get_type(path, True), library.appimage_get_payload_offset(path))
sys.exit(library.appimage_register_in_system(path, False))
"""


@pytest.fixture
def frozen(tmp_path: Path) -> str:
    """A folder shaped like the frozen program."""
    folder = tmp_path / "frozen"
    (folder / "_internal").mkdir(parents=True)
    shutil.copy("/bin/true", folder / product.PROGRAM_NAME)
    (folder / "_internal" / "THIRD-PARTY-NOTICES.txt").write_text("text\n")
    return str(folder)


def pack(frozen: str, folder: Path) -> Path:
    folder.mkdir()
    return Path(appimage.pack(frozen, str(folder), str(folder / "work"), machine="x86_64", epoch=EPOCH))


def test_programs_that_integrate_appimages_recognise_it(frozen: str, tmp_path: Path) -> None:
    path = pack(frozen, tmp_path / "out")
    (library,) = glob.glob("/usr/lib/*/libappimage.so.1.0abi1")
    ran = subprocess.run(
        [sys.executable, "-c", _REGISTER, library, path],
        env={"HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path / "share"), "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=True,
    )
    begin = image.end_of_executable(path.read_bytes())
    assert f"2 {begin}" in ran.stdout.splitlines()  # among what the library prints
    (entry,) = (tmp_path / "share" / "applications").glob("appimagekit_*.desktop")
    lines = entry.read_text(encoding="utf-8").splitlines()
    assert f"Exec={path}" in lines
    assert f"Name={product.NAME} ({product.VERSION})" in lines
    icons = {file.parent.parent.name for file in (tmp_path / "share" / "icons").rglob("*.png")}
    assert {"16x16", "256x256"} <= icons


def test_its_folder_follows_the_specification_and_has_no_broken_link(frozen: str, tmp_path: Path) -> None:
    root = tmp_path / "AppDir"
    image.stage(frozen, str(root), epoch=EPOCH)
    for name in ("AppRun", ".DirIcon", f"{product.PROGRAM_NAME}.png", desktop_entry.FILE_NAME):
        assert (root / name).is_file(), name
    for path in root.rglob("*"):
        assert path.exists(), path
        assert path.resolve().is_relative_to(root.resolve()), path
    if shutil.which("desktop-file-validate"):
        assert run(["desktop-file-validate", str(root / desktop_entry.FILE_NAME)]) == ""
    # A package starts the tray at login for everyone; a file that somebody downloaded does not.
    assert not (root / "etc").exists()


def test_the_licences_of_what_only_the_appimage_contains_are_inside(frozen: str, tmp_path: Path) -> None:
    root = tmp_path / "AppDir"
    image.stage(frozen, str(root), epoch=EPOCH)
    text = (root / "usr/share/doc/codemie-tray/RUNTIME-NOTICES.txt").read_text(encoding="utf-8")
    parts = compiler.parts()
    assert [part.name for part in parts] == [f"lib{name}" for name in compiler.LIBRARIES]
    for part in parts:
        assert part.version
        assert f"{part.name} {part.version}  {part.licence}" in text
    assert "It came without a licence text" not in text


def test_two_builds_are_identical(frozen: str, tmp_path: Path) -> None:
    sums = {hashlib.sha256(pack(frozen, tmp_path / name).read_bytes()).hexdigest() for name in ("one", "two")}
    assert len(sums) == 1


def test_the_runtime_needs_no_library_of_the_system(tmp_path: Path) -> None:
    path = tmp_path / "runtime"
    compiler.compile_runtime(str(path), name="Name")
    said = run(["readelf", "--program-headers", "--dynamic", str(path)])
    assert "NEEDED" not in said
    assert "INTERP" not in said
    assert "GNU_RELRO" in said
    (stack,) = [line for line in said.splitlines() if "GNU_STACK" in line]
    following = said.splitlines()[said.splitlines().index(stack) + 1]
    assert "RWE" not in following
    assert product.REPOSITORY.encode() not in path.read_bytes()
