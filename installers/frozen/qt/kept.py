"""The files of Qt's packages that are included, by an explicit list, and the filter for PyInstaller's tables.

PyInstaller collects whatever a module of Qt might use: with QML, databases and GTK, that is 174 MB. A file
that is not on this list is not included, and a file on it that is missing fails the build.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable

Entry = tuple[str, str, str]
"""A row of PyInstaller's tables: name in the bundle, source file, kind."""

FOLDERS = ("PySide6", "shiboken6")
"""Where Qt and its bindings are in the bundle. Everything below is Qt's."""

_LIBRARIES = "PySide6/Qt/lib"
_PLUGINS = "PySide6/Qt/plugins"

FILES = (
    "PySide6/QtCore.abi3.so",
    "PySide6/QtGui.abi3.so",
    "PySide6/QtWidgets.abi3.so",
    "PySide6/libpyside6.abi3.so.6.12",
    "shiboken6/Shiboken.abi3.so",
    "shiboken6/libshiboken6.abi3.so.6.12",
    f"{_LIBRARIES}/libQt6Core.so.6",
    f"{_LIBRARIES}/libQt6DBus.so.6",  # Gui links it; screen readers and the portal speak it
    f"{_LIBRARIES}/libQt6Gui.so.6",
    f"{_LIBRARIES}/libQt6Svg.so.6",  # for the decoration below
    f"{_LIBRARIES}/libQt6WaylandClient.so.6",
    f"{_LIBRARIES}/libQt6Widgets.so.6",
    f"{_LIBRARIES}/libQt6XcbQpa.so.6",
    f"{_LIBRARIES}/libicudata.so.73",  # replaced by a smaller one, see `icu_data`
    f"{_LIBRARIES}/libicui18n.so.73",
    f"{_LIBRARIES}/libicuuc.so.73",
    f"{_PLUGINS}/platforms/libqwayland.so",
    f"{_PLUGINS}/platforms/libqxcb.so",
    # Typing Chinese and Japanese, and dead keys.
    f"{_PLUGINS}/platforminputcontexts/libcomposeplatforminputcontextplugin.so",
    f"{_PLUGINS}/platforminputcontexts/libibusplatforminputcontextplugin.so",
    # Light or dark, as the desktop says through its portal.
    f"{_PLUGINS}/platformthemes/libqxdgdesktopportal.so",
    # Frame and title bar where the compositor draws none: GNOME's look there, Qt's own elsewhere.
    f"{_PLUGINS}/wayland-decoration-client/libadwaita.so",
    f"{_PLUGINS}/wayland-decoration-client/libbradient.so",
    f"{_PLUGINS}/wayland-shell-integration/libxdg-shell.so",
)
"""Names in the bundle, on Linux."""

HELPERS = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxkbcommon.so.0": "libxkbcommon0",
}
"""Small libraries of the build machine that Qt needs under X, and many desktops lack; with Debian's names."""

FROM_THE_SYSTEM = (
    "libEGL.so.1",
    "libGL.so.1",
    "libX11-xcb.so.1",
    "libX11.so.6",
    "libdbus-1.so.3",
    "libfontconfig.so.1",
    "libfreetype.so.6",
    "libglib-2.0.so.0",
    "libgthread-2.0.so.0",
    "libstdc++.so.6",
    "libwayland-client.so.0",
    "libwayland-cursor.so.0",
    "libxcb.so.1",
    "libzstd.so.1",
)
"""Libraries that must be the system's own, because they belong to its graphics driver, fonts and C++ runtime.

A bundled one would be loaded before the system's, and the driver needs at least the version it was built
with. The packages recommend what they come in (`installers.linux.libraries.recommended`).
"""

_AT_EVERY_START = "pyi_rth_pyside6"
"""PyInstaller's own preparation. It imports Qt in every process, the tray's included, and sets a variable by
which any other program with Qt that we start would load our plugins. Qt finds them without it."""


def is_qt(name: str) -> bool:
    """Return whether a file of the bundle is Qt's or its bindings'."""
    return name.replace(os.sep, "/").partition("/")[0] in FOLDERS


def kept(binaries: Iterable[Entry], linked: Callable[[str], Iterable[str]] | None = None) -> list[Entry]:
    """Return the binaries without what is not on the lists.

    Args:
        binaries: as PyInstaller collected them.
        linked: returns the names of the libraries that a file needs, directly or not; default: PyInstaller's.

    Raises:
        RuntimeError: something on the lists was not collected.
    """
    binaries = list(binaries)
    linked = linked or _linked
    # What the rest of the program needs stays, whatever it is.
    others = [entry for entry in binaries if not is_qt(entry[0]) and not _is_system_library(entry[0])]
    needed = {library for _, path, _ in others for library in linked(path)}
    found = [
        entry
        for entry in binaries
        if entry in others or entry[0] in FILES or entry[0] in HELPERS or entry[0] in needed
    ]
    missing = {*FILES, *HELPERS} - {name for name, _, _ in found}
    if missing:
        names = ", ".join(sorted(missing))
        packages = " ".join(sorted(HELPERS[name] for name in missing if name in HELPERS))
        advice = f"; on Debian: apt-get install {packages}" if packages else ""
        raise RuntimeError(f"needed by the windows, and not found on this machine: {names}{advice}")
    return found


def without_qt(datas: Iterable[Entry]) -> list[Entry]:
    """Return the data files without Qt's (translations, QML), and without links to its libraries."""
    return [
        entry for entry in datas if not is_qt(entry[0]) and not (entry[2] == "SYMLINK" and is_qt(entry[1]))
    ]


def without_preparation(scripts: Iterable[Entry]) -> list[Entry]:
    """Return the scripts that run at every start, without the one that loads Qt."""
    return [entry for entry in scripts if entry[0] != _AT_EVERY_START]


def _is_system_library(name: str) -> bool:
    """Return whether a file is a library of the build machine: beside the modules, and not Python's own."""
    return "/" not in name and ".so." in name and not name.startswith("libpython")


def _linked(path: str) -> set[str]:
    from PyInstaller.depend import bindepend

    return {os.path.basename(library) for library, _ in bindepend.get_imports(path)}
