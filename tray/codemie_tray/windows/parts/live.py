"""Changes to files of the home, as a signal on Qt's thread."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject, QTimer, Signal

from codemie_core import Home
from codemie_core.config.settings import SettingsStore
from codemie_tray.background.watch.changes import Change, FilesChanged, UsagePublished, Watched
from codemie_tray.background.watch.watcher import Watcher
from codemie_tray.windows.parts.one_window import OneWindow, Request

_TOGETHER_MS = 30
"""Events this close together are one change."""


class Live(QObject):
    """Watches a home for a window.

    Args:
        home: the home.
        one: the window's claim; requests to raise it arrive as a file, too.
        parent: Qt's owner.
        watched: further files, and the changes that they mean.
    """

    changed = Signal()
    """Something in the home may have changed."""
    records_changed = Signal()
    """A log or a session's file may have changed; emitted on a thread of the watcher."""
    raise_requested = Signal(object)
    """A second start asks for the window; carries its `Request`."""
    _woken = Signal()

    def __init__(
        self,
        home: Home,
        one: OneWindow,
        parent: QObject | None = None,
        watched: Mapping[str, Change] | None = None,
    ) -> None:
        super().__init__(parent)
        self._one = one
        self._timer = QTimer(self, singleShot=True, interval=_TOGETHER_MS)
        self._timer.timeout.connect(self._tell)
        self._woken.connect(self._hear)
        files = {
            home.credentials: FilesChanged(Watched.CREDENTIALS),
            SettingsStore(home).path: FilesChanged(Watched.SETTINGS),
            one.request: FilesChanged(Watched.SHOW_REQUEST),
            **(watched or {}),
        }
        self._watcher = Watcher(home, self._post, files)

    def start(self) -> None:
        """Begin to watch."""
        self._watcher.start()
        self._hear()  # a second start may have asked before we watched

    def stop(self) -> None:
        """End; no signal comes after this."""
        self._watcher.stop()
        self._timer.stop()

    def _post(self, change: Change) -> None:
        """Handle a change, on a thread of the watcher."""
        if isinstance(change, FilesChanged):
            self._woken.emit()
        elif not isinstance(change, UsagePublished):
            self.records_changed.emit()

    def _hear(self) -> None:
        if not self._timer.isActive():
            self._timer.start()

    def _tell(self) -> None:
        self._watcher.rearm()
        request = self._one.take_request()
        if isinstance(request, Request):
            self.raise_requested.emit(request)
        self.changed.emit()
