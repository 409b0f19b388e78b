"""What the app for macOS includes of Qt. Checked against the names in Qt's wheel; never built on a Mac."""

from __future__ import annotations

_LIBRARIES = "PySide6/Qt/lib"

FILES = (
    "PySide6/QtCore.abi3.so",
    "PySide6/QtGui.abi3.so",
    "PySide6/QtWidgets.abi3.so",
    "PySide6/libpyside6.abi3.6.12.dylib",
    f"{_LIBRARIES}/QtCore.framework/Versions/A/QtCore",
    f"{_LIBRARIES}/QtDBus.framework/Versions/A/QtDBus",  # Gui links it
    f"{_LIBRARIES}/QtGui.framework/Versions/A/QtGui",
    f"{_LIBRARIES}/QtWidgets.framework/Versions/A/QtWidgets",
    "PySide6/Qt/plugins/platforms/libqcocoa.dylib",
    "shiboken6/Shiboken.abi3.so",
    "shiboken6/libshiboken6.abi3.6.12.dylib",
)
"""Names in the bundle."""
