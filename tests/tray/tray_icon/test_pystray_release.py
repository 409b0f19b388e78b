"""Fail when pystray changes: our icons are subclasses of its private classes.

Whoever takes a new release: read its changes to the files below beside `tray_icon/pystray/base.py` and the
icons of `windows/` and `macos/` (what each leans on is listed), run `make test-windows`, then
write the new digests.
"""

from __future__ import annotations

import ast
import hashlib
import importlib.metadata
import importlib.util
import os
import tomllib
from pathlib import Path

import pytest

RELEASE = "0.19.5"
READ = {
    "__init__.py": "c8e2b76aef6862992334eca1cc88b319b70db64dc9a391ea41c55a675c1fc20d",
    "_base.py": "d964e3ae1f62238cdc96411491ad8b2844690523f1ac9ef68bfa2d3376f22b7e",
    "_dummy.py": "61cf5fc0f443692d9e29a6368d4b320757fb4a6a0601be5f46bcb9d06ca20f0c",
    "_win32.py": "de4a968ac1cd519291fde5b13716446a8e5bd8805ab4d9e428ea2e3d66f37fb5",
    "_darwin.py": "fdc51dfe2bbdce148dc4d111644f3b7c0a437f5ffcfb77fb5acadc36b86bea3a",
    os.path.join("_util", "win32.py"): "4a3c2d0c81040632f2fb1777644ba8214d58eec1861343a8ce2ca205366d3dff",
}
"""SHA-256 of what was read: the files of the release that run, or are subclassed, on some system."""
LEANED_ON = {
    "_base.py": (
        "Icon.__init__ Icon.icon Icon.title Icon.menu Icon.visible Icon.update_menu Icon._mark_ready "
        "Icon._handler MenuItem.__init__ MenuItem.__call__ MenuItem.submenu Menu.__iter__ Menu.SEPARATOR"
    ),
    "_win32.py": (
        "Icon.__init__ Icon._run Icon._stop Icon._mainloop Icon._show Icon._hide Icon._update_icon "
        "Icon._update_title Icon._update_menu Icon._notify Icon._message Icon._assert_icon_handle "
        "Icon._release_icon Icon._create_window Icon._create_menu Icon._create_menu_item Icon._on_notify "
        "Icon._on_display_change Icon._on_taskbarcreated Icon._HWND_TO_ICON"
    ),
    "_darwin.py": (
        "Icon.__init__ Icon._run Icon._stop Icon._show Icon._hide Icon._update_icon Icon._update_title "
        "Icon._update_menu Icon._notify Icon._assert_image Icon._create_menu Icon._create_menu_item "
        "IconDelegate.activate_menu_item"
    ),
}
ROOT = Path(__file__).parents[3]


def pystray_folder() -> Path:
    found = importlib.util.find_spec("pystray")  # found but not run: it would look for a display
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent


def test_the_release_is_pinned_exactly_and_is_the_reviewed_one() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert f"pystray=={RELEASE}" in project["dependencies"]
    assert importlib.metadata.version("pystray") == RELEASE


@pytest.mark.parametrize("name", READ)
def test_the_file_is_byte_for_byte_the_reviewed_one(name: str) -> None:
    digest = hashlib.sha256((pystray_folder() / name).read_bytes()).hexdigest()
    assert digest == READ[name], (
        f"pystray/{name} is another: read it before trusting it; see this file's head"
    )


@pytest.mark.parametrize("name", LEANED_ON)
def test_what_we_call_or_replace_exists(name: str) -> None:
    tree = ast.parse((pystray_folder() / name).read_text(encoding="utf-8"))
    there = {
        f"{owner.name}.{member}"
        for owner in tree.body
        if isinstance(owner, ast.ClassDef)
        for node in owner.body
        for member in _names(node)
    }
    assert set(LEANED_ON[name].split()) <= there


def _names(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.FunctionDef):
        return [node.name]
    if isinstance(node, ast.Assign):
        return [target.id for target in node.targets if isinstance(target, ast.Name)]
    return []
