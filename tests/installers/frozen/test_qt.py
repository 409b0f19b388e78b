"""The part of Qt in the packages: what is on the list, all that it needs, and an ICU that still sorts."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest
from installers.frozen.qt import icu_data, kept, linux, windows
from installers.frozen.qt.kept import Entry
from installers.parts import in_qt

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads the libraries of Qt's wheel for Linux")

OF_EVERY_SYSTEM = {"libc.so.6", "libdl.so.2", "libm.so.6", "libpthread.so.0", "libgcc_s.so.1"} | {
    "ld-linux-x86-64.so.2",
    "ld-linux-aarch64.so.1",
}
"""With glibc, and libgcc_s, which Python's modules bring."""
BUNDLED_FOR_PYTHON = {"libz.so.1"}

SORTED = """
import sys
from PySide6.QtCore import QByteArray, QCollator, QDateTime, QLocale, QTimeZone
words = "z a ä o ö ø ł l m ñ n é f ґ д є あ ア い 中 文 一 A".split()
for language in sys.argv[1].split(","):
    print(language, "".join(sorted(words, key=QCollator(QLocale(language)).sortKey)))
for zone in ("Europe/Berlin", "America/New_York", "Asia/Tokyo", "Europe/Kyiv"):
    for month in (1, 7):
        moment = QDateTime(2026, month, 1, 12, 0, 0, 0, QTimeZone(QByteArray(zone.encode())))
        print(zone, moment.offsetFromUtc())
with open("/proc/self/maps") as maps:
    print({line.split()[-1] for line in maps if "libicudata" in line}, file=sys.stderr)
"""


def packages() -> str:
    found = importlib.util.find_spec("PySide6")
    assert found is not None
    assert found.origin is not None
    return os.path.dirname(os.path.dirname(found.origin))


def collected(*more: Entry) -> list[Entry]:
    names = [*linux.FILES, *linux.HELPERS]
    return [*((name, f"/from/{name}", "BINARY") for name in names), *more]


def test_what_is_not_on_the_list_is_left_out_whatever_it_is() -> None:
    program = ("_json.so", "/from/_json.so", "EXTENSION")
    plugin = ("PySide6/Qt/plugins/platforms/libqvnc.so", "/from/libqvnc.so", "BINARY")
    gtk = ("libgtk-3.so.0", "/lib/libgtk-3.so.0", "BINARY")
    driver = ("libstdc++.so.6", "/lib/libstdc++.so.6", "BINARY")
    needed = ("libz.so.1", "/lib/libz.so.1", "BINARY")
    found = kept.kept(
        collected(program, plugin, gtk, driver, needed), "linux", lambda _: ["libz.so.1", "libc.so.6"]
    )
    assert {name for name, _, _ in found} == {*linux.FILES, *linux.HELPERS, "_json.so", "libz.so.1"}


def test_a_file_on_the_list_that_was_not_found_fails_the_build() -> None:
    without = [entry for entry in collected() if "libqxcb" not in entry[0]]
    with pytest.raises(RuntimeError, match=r"libqxcb\.so$"):
        kept.kept(without, "linux", lambda _: [])
    without = [entry for entry in collected() if entry[0] != "libxcb-cursor.so.0"]
    with pytest.raises(RuntimeError, match=r"on Debian: apt-get install libxcb-cursor0$"):
        kept.kept(without, "linux", lambda _: [])


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_windows_and_macos_get_the_files_on_their_lists_and_all_libraries_that_are_not_qts(
    platform: str, tmp_path: Path
) -> None:
    table = qt_in(tmp_path, platform)
    too_many = [entry(f"PySide6/{name}", platform) for name in ("opengl32sw.dll", "QtNetwork.abi3.so")]
    others = [entry(name, platform) for name in ("libcrypto-3.dll", "libz.1.dylib")]
    found = {name for name, _, _ in kept.kept([*table, *too_many, *others], platform)}
    runtime = {*windows.RUNTIME} if platform == "win32" else set()
    assert found == {name for name, _, _ in [*table, *others]} | runtime
    with pytest.raises(RuntimeError, match=r"not found on this machine: shiboken6/[^,]*$"):
        kept.kept(table[:-1], platform)


@pytest.mark.parametrize("taken", ["", "VCRUNTIME140.dll", "PySide6/MSVCP140.dll"])
def test_on_windows_the_c_runtime_is_that_of_qts_wheel_wherever_pyinstaller_took_it(
    taken: str, tmp_path: Path
) -> None:
    table = qt_in(tmp_path, "win32")
    if taken:
        table.append(entry(taken, "win32", "C:/Windows/System32/any.dll"))
    found = [one for one in kept.kept(table, "win32") if one[0].lower().endswith(windows.RUNTIME)]
    assert found == [entry(name, "win32", tmp_path / "PySide6" / name) for name in windows.RUNTIME]
    (tmp_path / "PySide6" / "vcruntime140_1.dll").unlink()
    with pytest.raises(RuntimeError, match=r"not found on this machine: vcruntime140_1\.dll$"):
        kept.kept(table, "win32")


def qt_in(folder: Path, platform: str) -> list[Entry]:
    """Return the table of what is on the list, with files in a folder; beside them, Microsoft's libraries."""
    for name in (*kept.files(platform), *(f"PySide6/{name}" for name in windows.RUNTIME)):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    return [entry(name, platform, folder / name) for name in kept.files(platform)]


def entry(name: str, platform: str, path: Path | str = "") -> Entry:
    return (name.replace("/", "\\") if platform == "win32" else name, str(path), "BINARY")


@pytest.mark.parametrize("platform", ["linux", "win32", "darwin"])
def test_of_qts_data_only_its_texts_in_our_languages_are_kept(platform: str) -> None:
    ours = [(*entry(name, platform, "/from")[:2], "DATA") for name in kept.translations(platform)]
    assert len(ours) == 7
    others = [
        ("libxcb-1.so", "pillow.libs/libxcb-1.so", "SYMLINK"),
        ("LICENSE", "/from/LICENSE", "DATA"),
    ]
    datas = [
        ("PySide6/Qt/translations/qtbase_it.qm", "/from/qtbase_it.qm", "DATA"),
        ("PySide6/Qt/translations/qt_de.qm", "/from/qt_de.qm", "DATA"),
        ("libQt6Core.so.6", "PySide6/Qt/lib/libQt6Core.so.6", "SYMLINK"),
        *ours,
        *others,
    ]
    assert kept.kept_data(datas, platform) == [*ours, *others]
    with pytest.raises(RuntimeError, match=r"not found on this machine: PySide6/.*qtbase_zh_CN\.qm$"):
        kept.kept_data(datas[:-3], platform)


def test_each_library_that_a_file_on_the_list_needs_is_on_it_or_named_as_the_systems() -> None:
    provided = {os.path.basename(name) for name in linux.FILES}
    provided |= {*linux.HELPERS, *linux.FROM_THE_SYSTEM, *OF_EVERY_SYSTEM, *BUNDLED_FOR_PYTHON}
    missing = {}
    for name in linux.FILES:
        path = os.path.join(packages(), name)
        said = subprocess.run(["objdump", "-p", path], capture_output=True, text=True, check=True).stdout
        needed = {line.split()[1] for line in said.splitlines() if line.split()[:1] == ["NEEDED"]}
        assert "libc.so.6" in needed or "libicudata" in name
        missing[name] = needed - provided
    assert not {name: libraries for name, libraries in missing.items() if libraries}


def test_qt_sorts_and_knows_the_time_zones_with_the_smaller_data_as_with_the_whole(tmp_path: Path) -> None:
    library = os.path.join(packages(), "PySide6/Qt/lib/libicudata.so.73")
    smaller = icu_data.reduce(library, str(tmp_path))
    assert os.path.getsize(smaller) < os.path.getsize(library) / 8
    with_all, with_less = order(), order(LD_LIBRARY_PATH=str(tmp_path))
    assert library in with_all.stderr
    assert smaller in with_less.stderr
    assert with_less.stdout == with_all.stdout
    languages = with_all.stdout.splitlines()[: len(icu_data.LANGUAGES)]
    assert len({line.partition(" ")[2] for line in languages}) > 3


def order(**environ: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", SORTED, ",".join(icu_data.LANGUAGES)]
    kept_environ = {name: value for name, value in os.environ.items() if name != "LD_LIBRARY_PATH"}
    return subprocess.run(
        command, env={**kept_environ, **environ}, capture_output=True, text=True, check=True
    )


def test_a_library_without_data_of_icu_is_refused() -> None:
    with pytest.raises(RuntimeError, match="no data of ICU"):
        icu_data.subset(b"\x7fELF" + bytes(1000))


@pytest.mark.parametrize("platform", [in_qt.LINUX, in_qt.WINDOWS, in_qt.MACOS])
def test_each_part_of_others_in_qt_has_a_notice_and_the_text_of_its_licence(platform: str) -> None:
    parts = in_qt.parts(platform)
    assert len(parts) == len({part.name for part in parts}) > 20
    for part in parts:
        assert len(part.texts) == (1 if part.licence in in_qt.NEEDS_NO_TEXT else 2), part.name


def test_the_parts_of_others_are_those_in_the_libraries() -> None:
    paths = [os.path.join(packages(), name) for name in linux.FILES]
    content = b"".join(Path(path).read_bytes() for path in paths)
    for part in in_qt.INSIDE:
        if part.mark:
            assert (part.mark in content) == (in_qt.LINUX in part.systems), part.name
    for name in ("PCRE2", "SLJIT", "HarfBuzz", "libpng", "Unicode Character Database"):
        (part,) = [part for part in in_qt.INSIDE if part.name == name]
        assert part.version.encode() in content, f"{name} is not {part.version}"


def test_qt_is_the_version_for_which_the_parts_of_others_were_listed() -> None:
    assert importlib.metadata.version("PySide6-Essentials") == in_qt.LISTED_FOR
