"""What the packages for Windows include of Qt, and what they leave to the system.

The style plugin is not included: the windows use Fusion, which is part of Qt's Widgets.
"""

from __future__ import annotations

BESIDE_THE_RUNTIME = "PySide6/Qt6Core.dll"

FILES = (
    BESIDE_THE_RUNTIME,
    "PySide6/Qt6Gui.dll",
    "PySide6/Qt6Widgets.dll",
    "PySide6/QtCore.pyd",
    "PySide6/QtGui.pyd",
    "PySide6/QtWidgets.pyd",
    "PySide6/plugins/platforms/qwindows.dll",
    "PySide6/pyside6.abi3.dll",
    "shiboken6/Shiboken.pyd",
    "shiboken6/shiboken6.abi3.dll",
)
"""Names in the bundle, with slashes."""

RUNTIME = ("msvcp140.dll", "msvcp140_1.dll", "msvcp140_2.dll", "vcruntime140.dll", "vcruntime140_1.dll")
"""Microsoft's C and C++ libraries: in Qt's wheel beside `BESIDE_THE_RUNTIME`, in the bundle where every
module finds them. Newer ones do for programs that were built with older ones, but not the other way
round."""
