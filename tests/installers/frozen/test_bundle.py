"""The frozen program does not need what is left out of it."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from tests.installers.frozen.reached_imports import Edge, imports_of, left_out_on, reached
from tests.installers.frozen.reached_imports import our_modules as all_our_modules

from installers.frozen import bundle

FOREIGN = {
    "linux": ("windows", "macos", "run_key", "launch_agent"),
    "win32": ("linux", "macos", "launch_agent", "xdg"),
    "darwin": ("linux", "windows", "run_key", "xdg"),
}
"""Words in the names of modules for other systems."""

WITHOUT = """
import importlib, sys
left_out = set(sys.argv[1].split(","))
class LeftOut:
    @staticmethod
    def find_spec(name, path=None, target=None):
        parts = name.split(".")
        if any(".".join(parts[:end]) in left_out for end in range(1, len(parts) + 1)):
            raise ModuleNotFoundError(f"{name} is left out", name=name)
sys.meta_path.insert(0, LeftOut)
for name in left_out:
    sys.modules.pop(name, None)
for name in sys.argv[2].split(","):
    importlib.import_module(name)
print("all imported")
"""


def our_modules() -> list[str]:
    foreign = FOREIGN[sys.platform]
    return [
        name
        for name in all_our_modules()
        if not any(word in part for part in name.split(".") for word in foreign) and "__main__" not in name
    ]


def imports_without(left_out: list[str], modules: list[str]) -> subprocess.CompletedProcess[str]:
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    command = [sys.executable, "-c", WITHOUT, ",".join(left_out), ",".join(modules)]
    return subprocess.run(command, env=environ, capture_output=True, text=True, check=False)


def test_all_our_modules_can_be_imported_without_the_excluded_ones() -> None:
    ran = imports_without(bundle.left_out(), our_modules())
    assert "all imported" in ran.stdout, ran.stderr


def test_the_check_detects_a_required_module() -> None:
    ran = imports_without([*bundle.left_out(), "json"], our_modules())
    assert "json is left out" in ran.stderr


@pytest.mark.parametrize("platform", ["linux", "win32", "darwin"])
def test_the_drawing_backend_of_each_system_is_included(platform: str) -> None:
    left_out = bundle.left_out(platform)
    assert "PIL.PngImagePlugin" not in left_out
    assert "PIL.JpegImagePlugin" in left_out
    assert ("pystray._xorg" in left_out) == (platform == "linux")


def test_pngs_and_icos_can_still_be_read_and_written() -> None:
    code = (
        "import io; from PIL import Image; from codemie_tray.tray_icon.picture.drawing import draw;"
        "from codemie_tray.view.view import IconDesign;"
        "image = draw(IconDesign(initial='w', colour='#2f62c9', attention=True), 32);"
        "[image.save(io.BytesIO(), kind) for kind in ('PNG', 'ICO')]; print('drawn')"
    )
    ran = imports_without(bundle.left_out(), ["codemie_tray"])
    assert "all imported" in ran.stdout, ran.stderr
    script = WITHOUT.replace('print("all imported")', code)
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    command = [sys.executable, "-c", script, ",".join(bundle.left_out()), "codemie_tray"]
    ran = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    assert "drawn" in ran.stdout, ran.stderr


DONE_WITHOUT: dict[Edge, str] = {
    ("PIL.Image", "PIL.GifImagePlugin"): "tried at the first picture; we read and write PNG and ICO",
    ("PIL.Image", "PIL.JpegImagePlugin"): "the same",
    ("PIL.Image", "PIL.PpmImagePlugin"): "the same",
    ("PIL.Image", "PIL.TiffImagePlugin"): "for Exif",
    ("PIL.ImageFile", "PIL.TiffImagePlugin"): "for Exif",
    ("PIL.Image", "PIL.ImageQt"): "toqimage",
    ("PIL.ImageCms", "PIL._imagingcms"): "tried; profiles of colour",
    ("PIL.ImageFilter", "numpy"): "tried; tables of colour",
    ("decimal", "_pydecimal"): "where _decimal is missing",
    ("difflib", "doctest"): "its own tests",
    ("heapq", "doctest"): "its own tests",
    ("pickle", "doctest"): "its own tests",
    ("random", "statistics"): "its own tests",
    ("hashlib", "_hashlib"): "tried; the hashes are there without OpenSSL",
    ("hmac", "_hashlib"): "tried; as above",
    ("http.client", "ssl"): "tried; nothing here talks to a network",
    ("urllib.request", "ssl"): "tried; as above",
    ("urllib.request", "ftplib"): "ftp: addresses",
    ("pystray", "pystray._appindicator"): "Linux, where our own backend is used",
    ("pystray", "pystray._gtk"): "the same",
    ("pystray", "pystray._xorg"): "the same",
    ("typing_extensions", "asyncio"): "a coroutine that is marked deprecated",
    ("xmlrpc.server", "pydoc"): "comes by Pillow's defusedxml, which is for XMP",
}
"""Imports of excluded modules in foreign code, and when they happen: never by what we call."""


@pytest.mark.parametrize("platform", ["linux", "win32", "darwin"])
def test_no_import_inside_our_functions_is_excluded(platform: str) -> None:
    under = left_out_on(platform)
    found = {(module, name) for module in all_our_modules() for name in imports_of(module) if under(name)}
    assert not found


@pytest.mark.parametrize("platform", ["linux", "win32", "darwin"])
def test_each_import_of_an_excluded_module_was_reviewed(platform: str) -> None:
    modules, edges = reached([*all_our_modules(), *bundle.brought_in()], left_out_on(platform))
    assert len(modules) > 400
    assert edges <= set(DONE_WITHOUT), "who imports this, when, and is it ever called by us?"
    if platform == "linux":
        assert edges == set(DONE_WITHOUT), "no longer there: remove it from the list"


def test_the_walk_finds_imports_inside_functions_of_others_and_the_path_to_them() -> None:
    def under(name: str) -> str | None:
        return "fractions" if name.partition(".")[0] == "fractions" else None

    _, edges = reached(["codemie_tray.tray_icon.picture.drawing"], under)
    assert ("PIL.PngImagePlugin", "fractions") in edges or ("statistics", "fractions") in edges
    # The one that was missing once: two functions deep, and only at 96 MiB.
    _, edges = reached(
        ["codemie_tray.commands.usage.show"], lambda name: name if name == "subprocess" else None
    )
    assert ("codemie_core.sessions.usage.counting.parallel", "subprocess") in edges
