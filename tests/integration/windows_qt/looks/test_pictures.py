"""The pictures of the windows in the README and docs/windows.md show what the windows show."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image
from tests.integration.desktop.needs import needs
from tests.integration.windows_qt.conftest import CONFIG

pytestmark = needs("windows")

ROOT = Path(__file__).parents[4]
IMAGES = ROOT / "docs" / "images"


def test_the_pictures_show_what_the_windows_show(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.integration.windows_qt.rig.pictures import SHOWN, make_home, take

    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / ".config"))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setenv("LANGUAGE", "en")
    folder = tmp_path / "pictures"
    folder.mkdir()
    shown = take(make_home(tmp_path / ".codemie", CONFIG), folder)
    pictured = json.loads((IMAGES / SHOWN).read_text(encoding="utf-8"))
    assert shown == pictured, "the windows have changed: run `make pictures-qt`"
    for taken in folder.glob("*.png"):
        kept = IMAGES / f"window-{taken.name}"
        if kept.exists():
            with Image.open(taken) as now, Image.open(kept) as then:
                assert now.size == then.size, f"{kept.name} has another size: run `make pictures-qt`"


@pytest.mark.parametrize("page", ["README.md", "docs/windows.md"])
def test_each_picture_is_shown_light_and_dark(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    for picture in IMAGES.glob("window-*-light.png"):
        if picture.name in text:
            assert picture.name.replace("-light", "-dark") in text
    for name in ("profiles", "usage", "settings-general"):
        assert f"window-{name}-light.png" in text
