"""Whether the variables of an AppImage are our own."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from codemie_core.system.process.appimage import appimage_variables
from codemie_core.system.process.foreign_environment import foreign_environment


def variables(folder: Path) -> dict[str, str]:
    return {
        "APPIMAGE": str(folder.parent / "CodeMie-Tray.AppImage"),
        "APPDIR": str(folder),
        "OWD": str(folder.parent),
        "ARGV0": "./CodeMie-Tray.AppImage",
    }


def test_an_appimages_variables_are_ours_if_its_folder_contains_us(tmp_path: Path) -> None:
    ours = variables(tmp_path / "app")
    program = str(tmp_path / "app" / "usr" / "lib" / "program")
    assert appimage_variables({**ours, "HOME": "x"}, program) == ours
    assert appimage_variables(ours, str(tmp_path / "application" / "program")) == {}
    assert appimage_variables(ours, str(tmp_path / "app")) == {}


@pytest.mark.parametrize("name", ["APPIMAGE", "APPDIR"])
@pytest.mark.parametrize("value", [None, "", "relative"])
def test_without_absolute_paths_there_is_no_appimage(name: str, value: str | None, tmp_path: Path) -> None:
    environ = {**variables(tmp_path), name: value}
    given = {key: text for key, text in environ.items() if text is not None}
    assert appimage_variables(given, str(tmp_path / "program")) == {}


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege on Windows")
def test_a_folder_reached_through_a_link_is_recognised(tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "link").symlink_to("app")
    ours = variables(tmp_path / "link")
    assert appimage_variables(ours, str(tmp_path / "app" / "program")) == ours


def test_other_programs_do_not_inherit_our_appimage_but_keep_the_one_they_had(tmp_path: Path) -> None:
    environ = {**variables(tmp_path), "HOME": "home"}
    bundle = os.path.join(tmp_path, "usr", "lib", "_internal")
    assert foreign_environment(environ, bundle=bundle) == {"HOME": "home"}
    elsewhere = os.path.join(os.path.dirname(tmp_path), "installed", "_internal")
    assert foreign_environment(environ, bundle=elsewhere) == environ
    assert foreign_environment(environ, bundle="") == environ
