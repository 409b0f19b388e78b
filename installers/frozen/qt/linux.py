"""What the packages for Linux include of Qt, and what they leave to the system."""

from __future__ import annotations

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
"""Names in the bundle."""

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
