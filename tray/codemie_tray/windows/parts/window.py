"""What every window has: a title, keys, a question before it closes, and a way to the front."""

from __future__ import annotations

import os
from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from codemie_tray import PRODUCT
from codemie_tray.text.language import _
from codemie_tray.windows.parts.basics.translated import show


class Window(QWidget):
    """A top-level window.

    Args:
        title: what is in it; the product's name is added.
        size: width and height at first, in pixels at scale 1.
        least: the smallest width and height.
    """

    close_asked = Signal()
    """The user wants to close it; set `may_close` and call `close` to agree."""

    def __init__(self, title: str, size: tuple[int, int], least: tuple[int, int]) -> None:
        super().__init__()
        self.setObjectName("window")
        show(self.setWindowTitle, _("{title} — {product}").format(title=title, product=PRODUCT))
        self.setMinimumSize(*least)
        self.resize(*size)
        self.may_close = False

    def shortcut(self, keys: str | QKeySequence.StandardKey, act: Callable[[], object]) -> None:
        """Make keys work anywhere in the window."""
        QShortcut(QKeySequence(keys), self).activated.connect(act)

    def bring_to_front(self, activation_token: str = "") -> None:
        """Raise the window, even from the taskbar.

        Args:
            activation_token: lets it come to the front on Wayland; empty if there is none.
        """
        if activation_token:
            os.environ["XDG_ACTIVATION_TOKEN"] = activation_token  # where Qt looks for it
        if self.isMinimized():
            self.showNormal()
        self.show()
        self.raise_()
        self.activateWindow()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802  Qt's name
        """Ask before unsaved input is lost."""
        if self.may_close:
            event.accept()
        else:
            event.ignore()
            self.close_asked.emit()
