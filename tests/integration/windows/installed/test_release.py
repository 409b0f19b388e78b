"""A release for Windows: what is in it, its installer and its portable archive.

Compressing them takes a minute, so these tests come after those that only need the same files.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import zipfile

import pytest
from installers.frozen.qt import kept
from installers.frozen.qt import windows as windows_qt
from installers.parts import in_qt
from installers.windows import nsis
from tests.integration.windows.installed.installation import ENVIRONMENT, UNINSTALL_KEY, Installation
from tests.integration.windows.installed.packages import Packages
from tests.integration.windows.rig.wine.place import remove

from installers import product

pytestmark = pytest.mark.timeout(1200)

SYSTEM = re.compile(
    r"(kernel32|user32|advapi32|shell32|gdi32|comctl32|comdlg32|ole32|oleaut32|ws2_32|version|ntdll|winmm"
    r"|bcrypt|bcryptprimitives|crypt32|iphlpapi|msvcrt|rpcrt4|shlwapi|psapi|userenv|secur32|setupapi|imm32"
    r"|dwmapi|uxtheme|wtsapi32|msimg32|winspool|api-ms-win-[a-z0-9-]+|ucrtbase"
    # For Qt: in Windows 10 from version 1809 on, which Qt requires.
    r"|authz|d3d9|d3d11|d3d12|dwrite|dxgi|icuuc|mpr|mscms|netapi32|uiautomationcore)\.(dll|drv)",
    re.IGNORECASE,
)
"""Libraries of Windows itself."""


def test_the_bundle_contains_every_library_and_none_of_wines(packages: Packages) -> None:
    binaries = [p for p in packages.frozen.rglob("*") if p.suffix.lower() in (".exe", ".dll", ".pyd")]
    assert len(binaries) > 20
    brought = {path.name.lower() for path in binaries}
    wanted = set()
    for path in binaries:
        content = path.read_bytes()
        assert b"Wine builtin DLL" not in content[:4096], path
        output = subprocess.run(
            ["x86_64-w64-mingw32-objdump", "-p", str(path)], capture_output=True, text=True, check=True
        ).stdout
        wanted |= {name.lower() for name in re.findall(r"DLL Name: (\S+)", output)}
    missing = {name for name in wanted - brought if not SYSTEM.fullmatch(name)}
    assert not missing
    assert not [name for name in brought if name.startswith(("tcl", "tk8", "libssl"))]


def test_of_qt_the_bundle_contains_the_files_on_the_list_and_what_others_wrote_in_them_is_listed(
    packages: Packages,
) -> None:
    internal = packages.frozen / "_internal"
    inside = {path.relative_to(internal).as_posix() for path in internal.rglob("*") if path.is_file()}
    assert {name for name in inside if kept.is_qt(name)} == {*windows_qt.FILES, *kept.translations("win32")}
    content = b"".join((internal / name).read_bytes() for name in windows_qt.FILES)
    notices = (internal / "THIRD-PARTY-NOTICES.txt").read_text(encoding="utf-8")
    for part in in_qt.INSIDE:
        if part.mark:
            assert (part.mark in content) == (in_qt.WINDOWS in part.systems), part.name
        heading = f"{part.name} {part.version} ({in_qt.KIND})"
        assert (heading in notices) == (in_qt.WINDOWS in part.systems), part.name


def test_the_installer_and_the_program_are_small(packages: Packages) -> None:
    assert os.path.getsize(packages.release.result().setup) <= 26_000_000
    assert sum(p.stat().st_size for p in packages.frozen.rglob("*") if p.is_file()) <= 95_000_000


def test_a_silent_installation_is_complete_and_its_removal_leaves_nothing(
    computer: Installation, packages: Packages
) -> None:
    computer.bring(packages.release.result().setup)
    home_before = {p: p.read_bytes() for p in computer.home.rglob("*") if p.is_file()}
    assert computer.install().exit_code == 0
    in_bundle = {str(p.relative_to(packages.frozen)) for p in packages.frozen.rglob("*") if p.is_file()}
    assert computer.files() == in_bundle | {"uninstall.exe"}
    assert computer.value(UNINSTALL_KEY, "DisplayVersion") == product.VERSION
    assert computer.value(UNINSTALL_KEY, "Publisher") == product.PUBLISHER
    assert computer.value(UNINSTALL_KEY, "InstallLocation") == computer.path("").rstrip("\\")
    size = computer.value(UNINSTALL_KEY, "EstimatedSize")
    assert size is not None
    assert 60_000 < int(size, 16) < 95_000
    assert computer.shortcut.is_file()
    # The program and the installer agree.
    assert computer.command("autostart", "status").output.startswith("The tray starts at login: ")
    answer = json.loads(computer.command("status", "--json").output)
    assert answer["active"] == "work"
    assert not [path for path in home_before if not path.exists()]
    computer.uninstall()
    assert not computer.folder.exists()
    assert not computer.shortcut.exists()
    assert not computer.starts_at_login()
    assert computer.value(ENVIRONMENT, "Path") is None  # as it was before
    assert {p: p.read_bytes() for p in home_before} == home_before


def test_the_portable_archive_is_unpacked_and_started(computer: Installation, packages: Packages) -> None:
    folder = os.path.join(computer.computer.drive_c, "Portable folder")
    with zipfile.ZipFile(packages.release.result().portable) as archive:
        archive.extractall(folder)
    computer.computer.place.give(folder)
    (inside,) = os.listdir(folder)
    program = os.path.join(folder, inside, nsis.TRAY)
    computer.start(computer.computer.windows_path(program))
    computer.until_icon_of("work")
    computer.end()
    remove(folder)
