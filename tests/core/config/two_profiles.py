"""A home whose configuration has two profiles, one with a token."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from codemie_core import (
    ConfigLoader,
    Home,
)

PLANTED = "sk-planted-secret-0123456789"
TWO = (
    '{\n  "activeProfile": "a",\n  "profiles": {\n    "a": {"model": "m1", "authToken": "' + PLANTED + '"},\n'
    '    "b": {"model": "m2"}\n  }\n}\n'
)


@pytest.fixture
def path(home: Home) -> Path:
    path = Path(home.join("config.json"))
    path.write_text(TWO, encoding="utf-8")
    path.chmod(0o600)
    return path


@pytest.fixture
def loader(home: Home) -> ConfigLoader:
    return ConfigLoader(home, settle_seconds=0)


def stored(path: Path) -> dict[str, object]:
    document: dict[str, object] = json.loads(path.read_bytes())
    return document
