"""Builds a Windows with a Python: once, and again whenever its ingredients change."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable

from tests.integration.desktop.rig.processes.waiting import RigError
from tests.integration.windows.rig.windows_python import assembly, wheels
from tests.integration.windows.rig.wine import wine as wine_module
from tests.integration.windows.rig.wine.place import REPOSITORY, Place, remove
from tests.integration.windows.rig.wine.wine import Wine

PROJECT = "C:\\project"
"""Where the sources are copied, so that runs leave nothing in the repository."""
IMPORT_PATH = f"{PROJECT}\\core;{PROJECT}\\tray;{PROJECT}"
_COPIED = ("core", "tray", "tests", "assets", "docs", "requirements")
_STAMP = "made-of.txt"
_CHECK = """\
import ctypes, platform, sqlite3, ssl, sys
import PIL.Image, pystray, pytest, watchdog
assert platform.python_version() == sys.argv[1], platform.python_version()
print(sys.version, platform.platform(), sqlite3.sqlite_version, ssl.OPENSSL_VERSION, sep='; ')
"""


def is_current(place: Place) -> bool:
    """Return whether the build is made of the current ingredients."""
    try:
        with open(os.path.join(place.folder, _STAMP), encoding="ascii") as file:
            return file.read() == _made_of()
    except FileNotFoundError:
        return False


def build(place: Place, display: str, say: Callable[[str], None]) -> Wine:
    """Return the Windows of `place`, built again if it is outdated.

    Args:
        place: where.
        display: an X screen, which Wine requires from the start.
        say: called with progress, one line each.

    Raises:
        RigError: an ingredient does not work.
    """
    wine = Wine(place, place.prefix, display)
    if is_current(place):
        return wine
    os.makedirs(place.folder, exist_ok=True)
    if os.path.isdir(place.prefix):
        wine.stop()
        remove(place.prefix)
    say("Wine prefix")
    wine.create()
    say("Windows Python")
    assembly.assemble(place, wine)
    checked = wine.run(assembly.PYTHON, "-c", _CHECK, wheels.PYTHON_VERSION, limit_seconds=120)
    if checked.exit_code:
        raise RigError(f"the Windows Python does not work\n{checked.output}")
    say(checked.output.strip())
    wine.stop()
    with open(os.path.join(place.folder, _STAMP), "w", encoding="ascii") as file:
        file.write(_made_of())
    return wine


def copy_build(wine: Wine, place: Place) -> None:
    """Copy a built Windows, which must not be running, to a place that has none or an outdated one."""
    if is_current(place):
        return
    remove(place.folder)
    os.makedirs(place.folder)
    place.make(place.home)
    wine.copy_to(place.prefix, without=("project", "homes", "freeze", "pytest-cache"))
    shutil.copy(os.path.join(wine.place.folder, _STAMP), place.folder)


def copy_project(wine: Wine) -> None:
    """Copy the current sources and tests to `PROJECT`."""
    target = wine.unix_path(PROJECT)
    remove(target)
    os.makedirs(target)
    for name in _COPIED:
        source = os.path.join(REPOSITORY, name)
        if os.path.isdir(source):
            shutil.copytree(
                source,
                os.path.join(target, name),
                symlinks=True,
                ignore=shutil.ignore_patterns("__pycache__"),
            )
    for name in os.listdir(REPOSITORY):
        if name.endswith((".toml", ".md")):
            shutil.copy(os.path.join(REPOSITORY, name), target)
    for name in ("core", "tray"):
        assembly.compile_below(os.path.join(target, name))
    wine.place.give(target)


def _made_of() -> str:
    """Return a digest of everything the Windows is built from."""
    digest = hashlib.sha256()
    sources = assembly.SOURCES
    for path in (
        wheels.LOCK,
        *(str(module.__file__) for module in (wheels, assembly, wine_module)),
        *(os.path.join(sources, name) for name in sorted(os.listdir(sources))),
    ):
        with open(path, "rb") as file:
            digest.update(file.read())
    return digest.hexdigest()
