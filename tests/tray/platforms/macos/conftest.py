from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest
from tests.tray.platforms.macos.appkit import World, modules
from tests.tray.platforms.macos.menu_bar import MenuBarStage

OURS = ("macos.icon", "macos.api", "macos.notifications")


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def backend(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """`codemie_tray.tray_icon.macos.icon`, loaded with the fakes; nothing of it stays loaded."""
    for name, module in modules(world).items():
        monkeypatch.setitem(sys.modules, name, module)
    loaded = [f"codemie_tray.tray_icon.{name}" for name in OURS] + ["pystray._darwin"]
    yield importlib.import_module("codemie_tray.tray_icon.macos.icon")
    for name in loaded:
        package, _, attribute = name.rpartition(".")
        sys.modules.pop(name, None)
        vars(sys.modules[package]).pop(attribute, None)


@pytest.fixture
def stage(world: World, backend: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[MenuBarStage]:
    stage = MenuBarStage(world, backend)
    monkeypatch.setattr(
        backend.Notifications, "_by_script", lambda _self, title, text: world.scripts.append((title, text))
    )
    yield stage
    stage.close()
    assert world.faults == [], "native calls off the main thread"
