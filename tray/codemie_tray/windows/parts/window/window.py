"""What every window has: a title, keys and their list, a question before it closes, a way to the front."""

from __future__ import annotations

import os
from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from codemie_tray import PRODUCT
from codemie_tray.text.language import _, english
from codemie_tray.windows.parts.basics.translated import show
from codemie_tray.windows.parts.window.keys_sheet import Keys, KeysSheet


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
        self._least_width = least[0]
        self.resize(*size)
        self.may_close = False
        self._keys: list[Keys] = []
        self.shortcut("F1", self.show_keys, _("Show these shortcuts"))

    def shortcut(
        self, keys: str | QKeySequence.StandardKey, act: Callable[[], object], caption: str = ""
    ) -> None:
        """Make keys work anywhere in the window.

        Args:
            keys: as Qt writes them.
            act: called when they are pressed.
            caption: what they do, for the list of keys; that of other keys, to be listed with them.
        """
        sequence = QKeySequence(keys)
        QShortcut(sequence, self).activated.connect(act)
        self.list_keys(caption, sequence)

    def list_keys(self, caption: str, *keys: str | QKeySequence) -> None:
        """List keys that one of the window's widgets handles."""
        found = tuple(map(QKeySequence, keys))
        for at, one in enumerate(self._keys):
            if english(one.caption) == english(caption):
                self._keys[at] = Keys(one.caption, (*one.keys, *found))
                return
        self._keys.append(Keys(caption, found))

    def show_keys(self) -> None:
        """List the keys in a sheet."""
        sheet = KeysSheet(self, [*self._keys[1:], self._keys[0]])
        sheet.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        sheet.open()

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

    @property
    def needed_width(self) -> int:
        """Width that the texts need in the present language."""
        layout = self.layout()
        return layout.minimumSize().width() if layout else 0

    def event(self, event: QEvent) -> bool:
        """Be wide enough for the texts, as far as the screen is."""
        if event.type() == QEvent.Type.LayoutRequest:
            most = max(self._least_width, self.screen().availableSize().width())
            self.setMinimumWidth(min(most, max(self._least_width, self.needed_width)))
        return super().event(event)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802  Qt's name
        """Ask before unsaved input is lost."""
        if self.may_close:
            event.accept()
        else:
            event.ignore()
            self.close_asked.emit()
