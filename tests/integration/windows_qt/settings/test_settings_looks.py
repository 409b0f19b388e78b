"""Every page of the Settings window, light and dark, at one and two pixels per point: no text is cut."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PIL import Image
from tests.integration.desktop.needs import needs
from tests.integration.windows_qt.rig.looks import looks_of

pytestmark = needs("windows")

PAGES = {"general", "logs", "credentials", "history", "about", "recovery"}


@pytest.mark.parametrize(("scale", "width"), [("1", 860), ("1.5", 640), ("2", 640)])
def test_no_text_of_any_page_is_cut(profiles_home: Path, tmp_path: Path, scale: str, width: int) -> None:
    (profiles_home / "tray").mkdir(mode=0o700)
    settings = profiles_home / "tray" / "settings.json"
    settings.write_text('{"sessionRetentionDays": 90}', encoding="utf-8")
    folder = Path(os.environ.get("CODEMIE_TEST_ARTIFACTS") or tmp_path, f"settings-{scale}-{width}")
    folder.mkdir(parents=True, exist_ok=True)
    answer = looks_of("settings", profiles_home, scale, folder, width)
    assert answer == {"cut": {page: [] for page in PAGES}, "width": width}
    for page in PAGES - {"recovery"}:
        for scheme in ("light", "dark"):
            with Image.open(folder / f"settings-{page}-{scheme}.png") as image:
                assert image.width == width * float(scale)


def test_a_long_path_is_shortened_instead_of_making_the_window_wider(tmp_path: Path) -> None:
    home = tmp_path / ("a-folder-with-a-long-name-" * 8)
    home.mkdir(mode=0o700)
    folder = Path(os.environ.get("CODEMIE_TEST_ARTIFACTS") or tmp_path, "settings-long-path")
    folder.mkdir(parents=True, exist_ok=True)
    answer = looks_of("settings", home, "1", folder, 640)
    assert answer == {"cut": {page: [] for page in PAGES}, "width": 640}
