"""Puts a secret into the clipboard, and takes it out again."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QMimeData, QObject, QTimer
from PySide6.QtGui import QClipboard, QGuiApplication

WIPED_AFTER_SECONDS = 60

_HINTS = {
    "x-kde-passwordManagerHint": b"secret",
    "application/x-kde-passwordManagerHint": b"secret",
    'application/x-qt-windows-mime;value="ExcludeClipboardContentFromMonitorProcessing"': b"\0\0\0\0",
    'application/x-qt-windows-mime;value="CanIncludeInClipboardHistory"': b"\0\0\0\0",
    "org.nspasteboard.ConcealedType": b"1",
}
"""Ask the desktops' clipboard histories not to keep it: KDE's and GNOME's tools, Windows, macOS's tools."""


class SecretClipboard(QObject):
    """Holds at most one secret, for `WIPED_AFTER_SECONDS`.

    Args:
        parent: Qt's owner.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._text = ""
        self._timer = QTimer(self, singleShot=True, interval=int(WIPED_AFTER_SECONDS * 1000))
        self._timer.timeout.connect(self.wipe)

    def copy(self, text: str) -> None:
        """Put a secret into the clipboard."""
        data = QMimeData()
        data.setText(text)
        for kind, value in _HINTS.items():
            data.setData(kind, QByteArray(value))
        self._text = text
        QGuiApplication.clipboard().setMimeData(data)
        self._timer.start()

    def wipe(self) -> None:
        """Empty the clipboard, unless something else is in it by now."""
        self._timer.stop()
        clipboard = QGuiApplication.clipboard()
        for mode in (QClipboard.Mode.Clipboard, QClipboard.Mode.Selection):
            if self._text and clipboard.text(mode) == self._text:
                clipboard.clear(mode)
        self._text = ""
