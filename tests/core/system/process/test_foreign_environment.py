"""The environment for a foreign program, cleaned of what the bundle of a frozen program adds."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from codemie_core.system.process.foreign_environment import foreign_environment

BUNDLE = os.path.join(os.path.abspath(os.sep), "opt", "codemie-tray", "_internal")
PERSON = os.path.join(os.path.abspath(os.sep), "home", "ann", "lib")


@pytest.mark.parametrize(
    "name",
    [
        "LD_LIBRARY_PATH",
        "LIBPATH",
        "DYLD_LIBRARY_PATH",
        "DYLD_FRAMEWORK_PATH",
        "DYLD_FALLBACK_LIBRARY_PATH",
        "DYLD_FALLBACK_FRAMEWORK_PATH",
    ],
)
def test_the_users_library_path_is_restored(name: str) -> None:
    spoiled = {name: BUNDLE + os.pathsep + PERSON, f"{name}_ORIG": PERSON}
    assert foreign_environment(spoiled, bundle=BUNDLE) == {name: PERSON}
    assert foreign_environment({name: BUNDLE}, bundle=BUNDLE) == {}


def test_the_users_empty_library_path_stays_empty() -> None:
    spoiled = {"LD_LIBRARY_PATH": BUNDLE, "LD_LIBRARY_PATH_ORIG": ""}
    assert foreign_environment(spoiled, bundle=BUNDLE) == {"LD_LIBRARY_PATH": ""}


def test_without_a_bundle_the_users_library_path_is_unchanged() -> None:
    mine = {"LD_LIBRARY_PATH": PERSON, "PATH": BUNDLE, "PYTHONPATH": PERSON}
    assert foreign_environment(mine, bundle="") == mine


@pytest.mark.parametrize(
    "name",
    [
        "_MEIPASS2",
        "_PYI_APPLICATION_HOME_DIR",
        "_PYI_ARCHIVE_FILE",
        "_PYI_PARENT_PROCESS_LEVEL",
        "_PYI_LINUX_PROCESS_NAME",
        "_PYI_SPLASH_IPC",
        "PYINSTALLER_RESET_ENVIRONMENT",
    ],
)
def test_variables_of_the_bootloader_are_not_passed_on(name: str) -> None:
    for bundle in (BUNDLE, ""):
        assert foreign_environment({name: "1", "A": "b"}, bundle=bundle) == {"A": "b"}


@pytest.mark.parametrize(
    "name",
    [
        "PYTHONHOME",
        "PYTHONPATH",
        "QT_PLUGIN_PATH",
        "QML2_IMPORT_PATH",
        "GTK_PATH",
        "GTK_EXE_PREFIX",
        "GDK_PIXBUF_MODULE_FILE",
        "GI_TYPELIB_PATH",
        "GIO_MODULE_DIR",
        "FONTCONFIG_FILE",
        "SSL_CERT_FILE",
        "TCL_LIBRARY",
        "XDG_DATA_DIRS",
        "PATH",
        "A_HOOK_NOBODY_KNOWS_YET",
    ],
)
def test_nothing_points_into_the_bundle(name: str) -> None:
    inside = os.path.join(BUNDLE, "share")
    assert foreign_environment({name: inside}, bundle=BUNDLE) == {}
    mixed = os.pathsep.join([inside, PERSON, BUNDLE])
    assert foreign_environment({name: mixed}, bundle=BUNDLE) == {name: PERSON}


def test_the_folder_of_the_program_itself_may_stay_in_the_search_path() -> None:
    mine = {"PATH": os.path.dirname(BUNDLE) + os.pathsep + BUNDLE + "-of-another"}
    assert foreign_environment(mine, bundle=BUNDLE) == mine


def test_values_that_are_not_paths_stay_byte_for_byte() -> None:
    mine = {"A": "", "B": "::x::", "C": "./_internal", "PS1": "\\u:\\w$ ", "D": "a" + os.pathsep}
    assert foreign_environment(mine, bundle=BUNDLE) == mine


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege on Windows")
def test_a_bundle_reached_through_a_link_is_recognised_by_both_names(tmp_path: Path) -> None:
    real, link = tmp_path / "1.0" / "_internal", tmp_path / "current"
    real.mkdir(parents=True)
    link.symlink_to(real)
    spoiled = {"A": f"{link}/x", "B": f"{real}/x", "C": "c"}
    assert foreign_environment(spoiled, bundle=str(link)) == {"C": "c"}


def test_by_default_it_starts_from_this_process_as_frozen_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "_MEIPASS", BUNDLE, raising=False)
    monkeypatch.setenv("QT_PLUGIN_PATH", os.path.join(BUNDLE, "qt"))
    monkeypatch.setenv("LD_LIBRARY_PATH", BUNDLE)
    assert os.environ["QT_PLUGIN_PATH"]
    found = foreign_environment()
    assert BUNDLE not in str(found)
    assert os.environ["QT_PLUGIN_PATH"], "our own process keeps it"
    expected = "None None"
    code = "import os; print(os.environ.get('QT_PLUGIN_PATH'), os.environ.get('LD_LIBRARY_PATH'))"
    ran = subprocess.run([sys.executable, "-c", code], env=found, capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == expected


@pytest.mark.skipif(sys.platform != "win32", reason="Windows starts programs with our own environment")
def test_windows_passes_a_foreign_environment_to_a_program(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if sys.platform == "win32":
        from codemie_core.system.process.foreign_environment import in_foreign_environment

        monkeypatch.setenv("_PYI_ARCHIVE_FILE", "x")
        monkeypatch.setenv("LD_LIBRARY_PATH", "a")
        monkeypatch.setenv("LD_LIBRARY_PATH_ORIG", "b")
        with in_foreign_environment():
            assert "_PYI_ARCHIVE_FILE" not in os.environ
            assert os.environ["LD_LIBRARY_PATH"] == "b"
        assert os.environ["_PYI_ARCHIVE_FILE"] == "x"
        assert os.environ["LD_LIBRARY_PATH"] == "a"
        assert os.environ["LD_LIBRARY_PATH_ORIG"] == "b"
