"""What the packages for Windows include of Qt, and what they leave to the system.

The style plugin is not included: the windows use Fusion, which is part of Qt's Widgets.
"""

from __future__ import annotations

RUNTIME = (
    "PySide6/msvcp140.dll",
    "PySide6/msvcp140_1.dll",
    "PySide6/msvcp140_2.dll",
)
"""Microsoft's C++ library, which Qt's wheel contains; the C library comes with Python."""
BESIDE = "PySide6/Qt6Core.dll"
"""In the wheel, it is in the folder of this one."""

FILES = (
    BESIDE,
    "PySide6/Qt6Gui.dll",
    "PySide6/Qt6Widgets.dll",
    "PySide6/QtCore.pyd",
    "PySide6/QtGui.pyd",
    "PySide6/QtWidgets.pyd",
    *RUNTIME,
    "PySide6/plugins/platforms/qwindows.dll",
    "PySide6/pyside6.abi3.dll",
    "shiboken6/Shiboken.pyd",
    "shiboken6/shiboken6.abi3.dll",
)
"""Names in the bundle, with slashes."""
