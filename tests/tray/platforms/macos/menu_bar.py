"""A menu bar with the faked AppKit, and a simulated click."""

from __future__ import annotations

import io
import queue
import threading
from collections.abc import Callable
from typing import Any

from PIL import Image
from tests.integration.desktop.rig.processes.waiting import until
from tests.tray.platforms.macos.appkit import World
from tests.tray.tray_icon.tray_icon_contract import Changes, Row, Stage

from codemie_tray.tray_icon.backend import TrayIconBackend
from codemie_tray.view.actions import Action
from codemie_tray.view.view import View


class MenuBarStage(Stage):
    def __init__(self, world: World, backend: Any) -> None:
        super().__init__()
        self.world = world
        self._backend = backend
        self._jobs: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._run_ended = threading.Event()
        self._main = threading.Thread(target=self._serve, name="main thread of macOS")
        world.main = self._main
        self._main.start()
        self._shown_calls = 0

    def _serve(self) -> None:
        while (job := self._jobs.get()) is not None:
            job()

    def on_main(self, function: Callable[[], Any]) -> Any:
        """Call `function` on the main thread, before its loop runs, and return its result."""
        results: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._jobs.put(lambda: results.put(function()))
        return results.get(timeout=60)

    # ---- the tray ------------------------------

    def make(self, view: View, on_action: Callable[[Action], None]) -> TrayIconBackend:
        self.tray = self.on_main(lambda: self._backend.TrayIcon("codemie-tray", view, on_action))
        return self.tray  # type: ignore[no-any-return]

    def run(self, icon: TrayIconBackend, on_ready: Callable[[], object]) -> None:
        def run() -> None:
            try:
                icon.run(ready)
            finally:
                self._run_ended.set()

        def ready() -> None:
            self._shown_calls = len(self.world.calls)
            on_ready()

        self._jobs.put(run)

    def ended(self) -> bool:
        return self._run_ended.wait(60)

    def close(self) -> None:
        if hasattr(self, "tray"):
            self.tray.stop()
        self._jobs.put(None)
        self._main.join(60)
        assert not self._main.is_alive()

    # ---- what is seen ------------------------------

    @property
    def item(self) -> Any:
        """What the menu bar shows."""
        return self.world.items[-1]

    def is_shown(self) -> bool:
        return any(item._button.image is not None and not item._button.hidden for item in self.world.items)

    def picture(self) -> object:
        return [representation.data for representation in self.item._button.image.representations]

    def images(self) -> list[Image.Image]:
        """Return the picture for each density."""
        return [
            Image.open(io.BytesIO(representation.data))
            for representation in self.item._button.image.representations
        ]

    def tooltip(self) -> str:
        return str(self.item._button.tooltip)

    def menu(self) -> tuple[Row, ...]:
        return _rows(self.item.menu)

    def notifications(self) -> list[tuple[str, str]]:
        return list(self.world.scripts)

    def changes(self) -> Changes:
        calls = self.world.calls[self._shown_calls :]
        return Changes(
            menu=calls.count("NSStatusItem.setMenu_"),
            icon=calls.count("Button.setImage_"),
            tooltip=calls.count("Button.setToolTip_"),
        )

    # ---- the hand ------------------------------

    def choose(self, label: str, meanwhile: Callable[[], None] = lambda: None) -> None:
        self.open_menu()
        meanwhile()
        if self.world.tracked is not None:
            self.world.events.put(lambda: setattr(self.world, "chosen", label))
            until("the menu to close", lambda: self.world.tracked is None)

    def open_menu(self) -> None:
        """Click the item."""
        self.world.events.put(lambda: self.world.track(self.item))
        until("the menu", lambda: self.world.tracked is not None)

    def close_menu(self) -> None:
        """Click elsewhere."""
        self.world.events.put(lambda: setattr(self.world, "tracking_is_cancelled", True))
        until("the menu to close", lambda: self.world.tracked is None)


def _rows(menu: Any) -> tuple[Row, ...]:
    return tuple(
        Row("") if row.is_separator else Row(row.title, row.enabled, row.state == 1, _rows(row.submenu or ()))
        for row in menu
    )
