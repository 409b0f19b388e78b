"""The filter for PyInstaller's tables: of Qt's packages, only the files on an explicit list are included.

PyInstaller collects whatever a module of Qt might use: with QML, databases and GTK, that is 174 MB on Linux.
A file that is not on the list of its system is not included; one on it that is missing fails the build.
"""

from __future__ import annotations

import os
import posixpath
from collections.abc import Callable, Iterable

from codemie_core.config.settings import LANGUAGES
from installers.frozen.qt import linux, macos, windows

Entry = tuple[str, str, str]
"""A row of PyInstaller's tables: name in the bundle, source file, kind."""

FOLDERS = ("PySide6", "shiboken6")
"""Where Qt and its bindings are in the bundle. Everything below is Qt's."""


def files(platform: str) -> tuple[str, ...]:
    """Return the files of Qt in a bundle for `platform`, by their names in it, with slashes."""
    return {"win32": windows.FILES, "darwin": macos.FILES}.get(platform, linux.FILES)


def translations(platform: str) -> tuple[str, ...]:
    """Return the files with Qt's own texts, as in dialogs and menus of text fields, by their names in it."""
    folder = "PySide6/translations" if platform == "win32" else "PySide6/Qt/translations"
    return tuple(f"{folder}/qtbase_{language}.qm" for language in LANGUAGES if language != "en")


def is_qt(name: str) -> bool:
    """Return whether a file of the bundle is Qt's or its bindings'."""
    return _slashed(name).partition("/")[0] in FOLDERS


def kept(
    binaries: Iterable[Entry],
    platform: str,
    linked: Callable[[str], Iterable[str]] | None = None,
) -> list[Entry]:
    """Return the binaries without those parts of Qt that are not on the list.

    Args:
        binaries: as PyInstaller collected them.
        platform: the system of the bundle.
        linked: returns the names of the libraries that a file needs, directly or not; default: PyInstaller's.

    Raises:
        RuntimeError: something on the list was not collected.
    """
    binaries = list(binaries)
    wanted = files(platform)
    if platform == "win32":
        binaries = _with_its_own_runtime(binaries)
        wanted += windows.RUNTIME
    found = [entry for entry in binaries if not is_qt(entry[0]) or _slashed(entry[0]) in wanted]
    if platform == "linux":
        found = _without_system_libraries(found, linked or _linked)
        wanted += tuple(linux.HELPERS)
    missing = {*wanted} - {_slashed(name) for name, _, _ in found}
    if missing:
        names = ", ".join(sorted(missing))
        packages = " ".join(sorted(linux.HELPERS[name] for name in missing if name in linux.HELPERS))
        advice = f"; on Debian: apt-get install {packages}" if packages else ""
        raise RuntimeError(f"needed by the windows, and not found on this machine: {names}{advice}")
    return found


def kept_data(datas: Iterable[Entry], platform: str) -> list[Entry]:
    """Return the data files with only the `translations` of Qt's, and without links to its libraries.

    On macOS, PyInstaller adds what a framework needs besides its library when it writes the app.

    Raises:
        RuntimeError: a translation was not collected.
    """
    wanted = translations(platform)
    found = [
        entry
        for entry in datas
        if _slashed(entry[0]) in wanted
        or (not is_qt(entry[0]) and not (entry[2] == "SYMLINK" and is_qt(entry[1])))
    ]
    if missing := {*wanted} - {_slashed(name) for name, _, _ in found}:
        raise RuntimeError(
            f"needed by the windows, and not found on this machine: {', '.join(sorted(missing))}"
        )
    return found


def _without_system_libraries(binaries: list[Entry], linked: Callable[[str], Iterable[str]]) -> list[Entry]:
    """Return the binaries without the build machine's libraries that only Qt needs, except the helpers."""
    others = [entry for entry in binaries if not is_qt(entry[0]) and not _is_system_library(entry[0])]
    # What the rest of the program needs stays, whatever it is.
    needed = {library for _, path, _ in others for library in linked(path)} | {*linux.HELPERS}
    return [entry for entry in binaries if not _is_system_library(entry[0]) or entry[0] in needed]


def _with_its_own_runtime(binaries: list[Entry]) -> list[Entry]:
    """Return the binaries with the C and C++ libraries of Qt's wheel, and without other copies of them.

    PyInstaller takes them from whatever folder of the build machine has them first, or counts them as the
    system's. Older ones than Qt was built with end the program.
    """
    others = [
        entry for entry in binaries if posixpath.basename(_slashed(entry[0])).lower() not in windows.RUNTIME
    ]
    folders = [
        os.path.dirname(path) for name, path, _ in others if _slashed(name) == windows.BESIDE_THE_RUNTIME
    ]
    own = [(name, os.path.join(folder, name), "BINARY") for folder in folders for name in windows.RUNTIME]
    return others + [entry for entry in own if os.path.isfile(entry[1])]


def _slashed(name: str) -> str:
    """Return a name of PyInstaller's tables, which has the system's separators, with slashes."""
    return name.replace("\\", "/")


def _is_system_library(name: str) -> bool:
    """Return whether a file is a library of the build machine: beside the modules, and not Python's own."""
    return "/" not in name and ".so." in name and not name.startswith("libpython")


def _linked(path: str) -> set[str]:
    from PyInstaller.depend import bindepend

    return {os.path.basename(library) for library, _ in bindepend.get_imports(path)}
