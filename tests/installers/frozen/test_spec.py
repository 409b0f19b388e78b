"""`build.spec` as PyInstaller would run it on each system: executed whole, recording PyInstaller's names.

What PyInstaller then does on Windows and macOS is not tested here.
"""

from __future__ import annotations

import importlib.util
import os
import plistlib
import posixpath
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from installers.frozen.qt import kept, linux, windows
from installers.macos import dmg, info_plist
from installers.parts import inventory
from installers.windows import version_info

from installers import product
from installers.frozen import bundle, preparation

SCRIPTS = ["pyi_rth_of_tomorrow", "__main__"]
"""Those that stay: what PyInstaller may add one day is needed unless somebody has looked."""
RUNS_ON_LINUX = sys.platform == "linux"


@dataclass
class Recorded:
    """The arguments of a call to one of PyInstaller's names."""

    name: str
    given: tuple[Any, ...]
    options: dict[str, Any]
    pure: list[tuple[str, str, str]] = field(default_factory=list)
    binaries: list[tuple[str, str, str]] = field(default_factory=list)
    datas: list[tuple[str, str, str]] = field(default_factory=list)
    scripts: list[tuple[str, str, str]] = field(default_factory=list)


def qt_collected(platform: str, work: Path) -> list[tuple[str, str, str]]:
    """What PyInstaller collects, and a plugin of Qt too many. Only on Linux are the files Qt's own."""
    path = sys.modules["PIL"].__file__ or ""
    if platform != "linux":
        names = [*kept.files(platform), "PySide6/plugins/qvnc"]
        for name in (*names, *(f"PySide6/{name}" for name in windows.RUNTIME)):
            (work / name).parent.mkdir(parents=True, exist_ok=True)
            (work / name).touch()
        return [(name, str(work / name), "BINARY") for name in names]
    if not RUNS_ON_LINUX:
        pytest.skip("the libraries of Qt for Linux are there only")
    packages = os.path.dirname(os.path.dirname(kept_in_environment()))
    names = [*linux.FILES, "PySide6/Qt/plugins/platforms/libqvnc.so"]
    helpers = [(name, path, "BINARY") for name in linux.HELPERS]
    return [*((name, os.path.join(packages, name), "BINARY") for name in names), *helpers]


def data_collected(platform: str, work: Path) -> list[tuple[str, str, str]]:
    """The data files that PyInstaller collects: Qt's own texts, in our languages and in one too many."""
    too_many = posixpath.join(posixpath.dirname(kept.translations(platform)[0]), "qtbase_fi.qm")
    names = [*kept.translations(platform), too_many]
    for name in names:
        (work / name).parent.mkdir(parents=True, exist_ok=True)
        (work / name).touch()
    return [(name, str(work / name), "DATA") for name in names]


def kept_in_environment() -> str:
    found = importlib.util.find_spec("PySide6")
    assert found is not None
    assert found.origin is not None
    return found.origin


def evaluate(platform: str, work: Path, monkeypatch: pytest.MonkeyPatch) -> list[Recorded]:
    calls: list[Recorded] = []

    def recorder(name: str) -> Any:
        def record(*given: Any, **options: Any) -> Recorded:
            calls.append(Recorded(name, given, options))
            if name == "Analysis":
                path = sys.modules["PIL"].__file__ or ""
                calls[-1].pure = [("PIL", path, "PYMODULE"), ("os", os.__file__, "PYMODULE")]
                calls[-1].binaries = qt_collected(platform, work)
                calls[-1].datas = data_collected(platform, work)
                calls[-1].scripts = [(name, "", "PYSOURCE") for name in (*preparation.LEFT_OUT, *SCRIPTS)]
            return calls[-1]

        return record

    names: dict[str, Any] = {n: recorder(n) for n in ("Analysis", "PYZ", "EXE", "COLLECT", "BUNDLE")}
    names |= {"SPECPATH": product.REPOSITORY, "workpath": str(work)}
    monkeypatch.setattr(
        inventory, "_bootloader", lambda: inventory.Part("runtime", "pyinstaller", "6", "", ())
    )
    spec = Path(product.inside("build.spec"))
    code = compile(spec.read_text(encoding="utf-8"), str(spec), "exec")
    with monkeypatch.context() as patch:
        patch.setattr(sys, "platform", platform)
        patch.setattr(sys, "path", list(sys.path))
        exec(code, names)  # noqa: S102 - as PyInstaller runs it
    return calls


@pytest.mark.parametrize(
    ("platform", "executables", "icon"),
    [
        ("linux", [("codemie-tray", True)], ".icns"),
        ("darwin", [("codemie-tray", False)], ".icns"),
        ("win32", [("codemie-tray", True), ("codemie-trayw", False)], ".ico"),
    ],
)
def test_each_system_gets_its_executables(
    platform: str,
    executables: list[tuple[str, bool]],
    icon: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    calls = evaluate(platform, tmp_path, monkeypatch)
    made = [call for call in calls if call.name == "EXE"]
    assert [(call.options["name"], call.options["console"]) for call in made] == executables
    for call in made:
        assert [name for name, _, _ in call.given[1]] == SCRIPTS
        assert call.options["upx"] is False
        assert call.options["exclude_binaries"] is True  # a folder, not one file
        assert call.options["strip"] == (platform == "linux")
        assert call.options["icon"].endswith(icon)
        assert os.path.isfile(call.options["icon"])
        assert (call.options["version"] is not None) == (platform == "win32")
        assert (call.options["manifest"] is not None) == (platform == "win32")


def test_the_windows_manifest_declares_per_monitor_dpi_awareness(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = [call for call in evaluate("win32", tmp_path, monkeypatch) if call.name == "EXE"]
    for call in made:
        manifest = ElementTree.parse(call.options["manifest"])  # noqa: S314 - our own file
        settings = {element.tag.partition("}")[2]: element.text for element in manifest.iter()}
        assert settings["dpiAwareness"] == "PerMonitorV2, PerMonitor"
        assert settings["dpiAware"] == "true/pm"
        assert settings["longPathAware"] == "true"


def test_bundled_components_are_listed_with_their_licences(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = evaluate("linux", tmp_path, monkeypatch)
    (analysis,) = [call for call in calls if call.name == "Analysis"]
    translations = [name for name, _ in bundle.translations()]
    beside = ["THIRD-PARTY-NOTICES.txt", bundle.prices()[0], *translations, "LICENSE", "LICENSE.GPL"]
    assert [name for name, _, _ in analysis.datas] == [*kept.translations("linux"), *beside]
    for _, path, _ in analysis.datas:
        assert os.path.isfile(path)
    parts = {part.name: part for part in inventory.read(str(tmp_path / "inventory.json"))}
    assert {"pillow", "CPython", "pyinstaller", "PySide6_Essentials", "shiboken6", "HarfBuzz"} <= set(parts)
    assert parts["pillow"].licence == "MIT-CMU"
    notices = (tmp_path / "THIRD-PARTY-NOTICES.txt").read_text(encoding="utf-8")
    assert "Python Imaging Library" in notices
    assert notices.startswith(f"{product.NAME} {product.VERSION}\n")


@pytest.mark.parametrize("platform", ["linux", "win32", "darwin"])
def test_of_qt_each_system_gets_only_the_files_on_its_list(
    platform: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = evaluate(platform, tmp_path, monkeypatch)
    (analysis,) = [call for call in calls if call.name == "Analysis"]
    qt = [name for name, _, _ in analysis.binaries if kept.is_qt(name)]
    assert sorted(qt) == sorted(kept.files(platform))
    texts = [name for name, _, _ in analysis.datas if kept.is_qt(name)]
    assert texts == [*kept.translations(platform)]
    inside = {part.name for part in inventory.read(str(tmp_path / "inventory.json"))}
    assert {"Wayland protocols", "Wintab", "Cocoa platform plugin"} & inside == {
        {"linux": "Wayland protocols", "win32": "Wintab", "darwin": "Cocoa platform plugin"}[platform]
    }
    if platform == "linux":
        (data,) = [path for name, path, _ in analysis.binaries if "libicudata" in name]
        assert os.path.getsize(data) < 4_000_000


def test_the_mac_app_stays_out_of_the_dock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = evaluate("darwin", tmp_path, monkeypatch)
    (bundle,) = [call for call in calls if call.name == "BUNDLE"]
    assert bundle.options["name"] == "CodeMie Tray.app"
    assert bundle.options["bundle_identifier"] == product.IDENTIFIER
    values = plistlib.loads(plistlib.dumps(bundle.options["info_plist"]))
    assert values["LSUIElement"] is True
    assert values["LSMinimumSystemVersion"] == product.MINIMUM_MACOS
    assert values == info_plist.values()
    for call in calls:
        if call.name == "EXE":
            with open(call.options["entitlements_file"], "rb") as file:
                assert plistlib.load(file) == {"com.apple.security.cs.allow-unsigned-executable-memory": True}


def test_the_other_systems_build_no_app_bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for platform in ("linux", "win32"):
        assert not [call for call in evaluate(platform, tmp_path, monkeypatch) if call.name == "BUNDLE"]


def test_the_mac_app_is_signed_with_the_identity_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CODESIGN_IDENTITY", "Developer ID Application: Somebody")
    calls = evaluate("darwin", tmp_path, monkeypatch)
    (executable,) = [call for call in calls if call.name == "EXE"]
    assert executable.options["codesign_identity"] == "Developer ID Application: Somebody"


def test_the_disk_image_is_signed_and_notarised_only_with_credentials() -> None:
    def programs(environ: dict[str, str]) -> list[str]:
        return [
            command[1] if command[0] == "xcrun" else command[0]
            for command in dmg.plan("/w/CodeMie Tray.app", "/out/x.dmg", "/w/s.py", environ)
        ]

    assert programs({}) == ["codesign", "dmgbuild"]
    signed = {"CODESIGN_IDENTITY": "Developer ID Application: Somebody"}
    assert programs(signed) == ["codesign", "codesign", "dmgbuild", "codesign"]
    notarised = [*programs(signed), "notarytool", "stapler", "spctl"]
    assert programs({**signed, "NOTARY_PROFILE": "release"}) == notarised
    assert programs({"NOTARY_PROFILE": "release"}) == ["codesign", "dmgbuild"]


def test_the_disk_images_layout_is_valid_for_dmgbuild() -> None:
    values: dict[str, Any] = {}
    exec(dmg.layout("/w/CodeMie Tray.app"), values)  # noqa: S102 - dmgbuild does the same
    assert values["files"] == ["/w/CodeMie Tray.app"]
    assert set(values["icon_locations"]) == {"CodeMie Tray.app", "Applications"}
    assert os.path.isfile(values["icon"])


def test_the_version_resource_names_program_and_version() -> None:
    class Kept:
        def __init__(self, *given: Any, **options: Any) -> None:
            self.given, self.options = given, options

    names = ("VSVersionInfo", "FixedFileInfo", "StringFileInfo", "StringTable", "StringStruct", "VarFileInfo")
    resource = eval(version_info.text("codemie-trayw"), dict.fromkeys((*names, "VarStruct"), Kept))  # noqa: S307
    fixed = resource.options["ffi"].options
    assert fixed["filevers"] == fixed["prodvers"] == product.version_of_four()
    (table,) = resource.options["kids"][0].given[0]
    strings = dict(struct.given for struct in table.given[1])
    assert strings["FileDescription"] == "CodeMie Tray"
    assert strings["OriginalFilename"] == "codemie-trayw.exe"
    assert strings["ProductVersion"] == product.VERSION
