"""The windows under sway, without X: used with a virtual mouse and read like a screen reader."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.integration.desktop.needs import needs
from tests.integration.desktop.rig.desktops.wayland import WaylandDesktop, can_run_sway
from tests.integration.desktop.rig.display.look import Look
from tests.integration.desktop.rig.processes.waiting import until
from tests.integration.windows_qt.rig.accessible import Node
from tests.integration.windows_qt.rig.open_window import OpenWindow, start_accessibility
from tests.integration.windows_qt.rig.usage_home import MODELS, fill

pytestmark = [
    *needs("wayland", "windows"),
    pytest.mark.skipif(
        sys.platform != "linux" or not can_run_sway(), reason="sway refuses root, and user namespaces are off"
    ),
]


class WindowOnWayland(OpenWindow):
    """A window that fills the screen of sway, so that positions in it are those on the screen."""

    def click(self, node: Node) -> None:
        """Click in the middle of a widget; sway's pixels are not scaled, and the widget's are."""
        x, y = node.place.middle
        scale = self.desktop.look.scale
        self.desktop.pointer.click(x * scale, y * scale)


@pytest.fixture(params=[1, 2], ids=["1x", "2x"])
def wayland_window(
    request: pytest.FixtureRequest, profiles_home: Path, title: str
) -> Iterator[WindowOnWayland]:
    kind = {"test_a_setting_is_changed": "settings", "test_the_usage_is_counted_and_grouped": "usage"}.get(
        request.node.originalname, "profiles"
    )
    with WaylandDesktop(Look(scale=request.param), with_panel=False) as desktop:
        window = WindowOnWayland(desktop, start_accessibility(desktop), profiles_home, title, kind)
        yield window
        window.end()


def test_a_profile_is_chosen_and_switched_to(wayland_window: WindowOnWayland) -> None:
    window = wayland_window
    window.open(environ={"QT_SCALE_FACTOR": "1"})  # sway scales
    window.until_says("This is the active profile")
    window.choose("personal")
    window.press_button("Switch to this profile")
    until("the switch", lambda: window.config["activeProfile"] == "personal", on_failure=window.failure)
    window.until_says("Switched to personal. New sessions use it; running ones keep theirs.")
    window.picture("switched")


def test_a_setting_is_changed(wayland_window: WindowOnWayland) -> None:
    window = wayland_window
    window.open("--page", "logs", environ={"QT_SCALE_FACTOR": "1"})
    window.click_named("Remove old sessions, too")
    settings = window.home / "tray" / "settings.json"
    until("the file", settings.exists, on_failure=window.failure)
    until("the setting", lambda: '"sessionRetentionDays": 90' in settings.read_text(encoding="utf-8"))
    window.picture("settings")


def test_the_usage_is_counted_and_grouped(wayland_window: WindowOnWayland) -> None:
    window = wayland_window
    fill(window.home)
    window.open(environ={"QT_SCALE_FACTOR": "1"})
    window.until_says("9 sessions")
    window.click_named("Group")
    window.click(window.screen.find("list item", "By model"))
    until(
        "the models",
        lambda: any(node.role == "cell" and node.name == MODELS[0] for node in window.screen.nodes()),
        on_failure=window.failure,
    )
    window.picture("usage")
