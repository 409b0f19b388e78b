"""The tray icon running in a thread of the test."""

from __future__ import annotations

import threading
from collections.abc import Callable

from codemie_tray.tray_icon.backend import TrayUnavailable
from codemie_tray.tray_icon.linux import TrayIcon
from codemie_tray.tray_icon.linux.dbus.outage import Patience
from codemie_tray.view.actions import Action
from codemie_tray.view.view import View


class RunningTray:
    """Starts immediately by default; `error` is what ended it."""

    def __init__(self, view: View, patience: Patience | None = None) -> None:
        self.actions: list[Action] = []
        self.ready = threading.Event()
        self.error: TrayUnavailable | None = None
        self.on_action: Callable[[Action], None] = self.actions.append
        self.icon = TrayIcon("codemie-tray", view, self._act, patience=patience or Patience())
        self._thread = threading.Thread(target=self._run, name="tray")

    def _act(self, action: Action) -> None:
        self.on_action(action)

    def start(self) -> RunningTray:
        self._thread.start()
        return self

    def _run(self) -> None:
        try:
            self.icon.run(self.ready.set)
        except TrayUnavailable as error:
            self.error = error

    def join(self, seconds: float = 60) -> bool:
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def end(self) -> None:
        self.icon.stop()
        if self._thread.ident is not None:
            assert self.join(), "the tray does not end"
