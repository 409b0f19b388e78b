"""A home whose configuration has versions in its history."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from codemie_core import ConfigLoader, Home
from codemie_core.config.history import History, Origin, Version
from codemie_core.config.model.layout import CLASSIC

DAY = 86_400_000_000
NOW = 1_800_000_000_000_000


def config(*names: str, active: str = "work", **more: object) -> bytes:
    profiles = {name: {"provider": "anthropic", "authToken": f"sk-{name}"} for name in names}
    return json.dumps({"activeProfile": active, "profiles": profiles, **more}, indent=2).encode()


@pytest.fixture
def home(tmp_path: Path) -> Home:
    (tmp_path / "config.json").write_bytes(config("work", "personal"))
    return Home(str(tmp_path))


def loader_of(home: Home) -> ConfigLoader:
    return ConfigLoader(home, settle_seconds=0)


def write(home: Home, data: bytes, name: str = "config.json") -> None:
    with open(home.join(name), "wb") as file:
        file.write(data)


def keep(history: History, data: bytes, origin: Origin = Origin.OTHER, **more: object) -> Version:
    os.makedirs(os.path.dirname(history.folder), exist_ok=True)
    return history.keep(data, layout=CLASSIC, profiles=1, origin=origin, **more)  # type: ignore[arg-type]


def in_the_way(home: Home) -> None:
    """Put a file in place of the history's folder: no version can be saved, all else can be written."""
    os.makedirs(home.tray, exist_ok=True)
    Path(home.history).write_text("in the way")
