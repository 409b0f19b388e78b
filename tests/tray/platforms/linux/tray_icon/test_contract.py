"""The tray icon of Linux against a host on a real bus."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from tests.tray.platforms.linux.stub_host import ITEM_PATH, BusError, StubHost
from tests.tray.platforms.linux.stub_host import Row as HostRow
from tests.tray.tray_icon.tray_icon_contract import Changes, Row, Stage, TrayIconContract

from codemie_tray.tray_icon.backend import TrayIconBackend
from codemie_tray.tray_icon.linux import TrayIcon
from codemie_tray.view.actions import Action
from codemie_tray.view.view import View


class BusStage(Stage):
    def __init__(self, host: StubHost) -> None:
        super().__init__()
        self._host = host

    def make(self, view: View, on_action: Callable[[Action], None]) -> TrayIconBackend:
        return TrayIcon("codemie-tray", view, on_action)

    def is_shown(self) -> bool:
        registered = self._host.registered
        if not registered:
            return False
        service, sender = registered[-1]
        return bool(self._host.owner(sender if service.startswith("/") else service))

    def picture(self) -> object:
        return self._host.properties(ITEM_PATH)["IconPixmap"]

    def tooltip(self) -> str:
        _, _, title, text = self._host.properties(ITEM_PATH)["ToolTip"]
        return f"{title}\n{text}"

    def menu(self) -> tuple[Row, ...]:
        return tuple(map(_seen, self._host.menu().rows))

    def choose(self, label: str, meanwhile: Callable[[], None] = lambda: None) -> None:
        number = self._host.row(label).number
        meanwhile()
        try:
            self._host.click(number)
        except BusError:
            # The tray is gone, so a click may fail; anything else is an error.
            if not self.ended():
                raise

    def notifications(self) -> list[tuple[str, str]]:
        return [(shown[3], _unescaped(shown[4])) for shown in self._host.notifications]

    def changes(self) -> Changes:
        names = [name for name, _ in self._host.signals]
        return Changes(
            menu=names.count("LayoutUpdated") + names.count("ItemsPropertiesUpdated"),
            icon=names.count("NewIcon"),
            tooltip=names.count("NewToolTip"),
        )

    def close(self) -> None:
        if hasattr(self, "icon"):
            self.icon.stop()
            assert self.ended()


def _seen(row: HostRow) -> Row:
    return Row(
        row.label,
        row.properties.get("enabled", True),
        row.properties.get("toggle-state") == 1,
        tuple(map(_seen, row.rows)),
    )


def _unescaped(markup: str) -> str:
    for name, char in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&amp;", "&")):
        markup = markup.replace(name, char)
    return markup


class TestLinux(TrayIconContract):
    @pytest.fixture
    def stage(self, host: StubHost) -> Iterator[BusStage]:
        stage = BusStage(host)
        yield stage
        stage.close()
