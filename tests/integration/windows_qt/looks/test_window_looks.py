"""Light and dark, at one and two pixels per point, wide and narrow: no text is cut."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PIL import Image
from tests.integration.desktop.needs import needs
from tests.integration.windows_qt.rig.looks import looks_of
from tests.integration.windows_qt.rig.usage_home import fill

pytestmark = needs("windows")


@pytest.mark.parametrize("width", [920, 640])
@pytest.mark.parametrize("scale", ["1", "1.5", "2"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_text_is_cut(profiles_home: Path, tmp_path: Path, scheme: str, scale: str, width: int) -> None:
    picture = Path(
        os.environ.get("CODEMIE_TEST_ARTIFACTS") or tmp_path, f"looks-{scheme}-{scale}-{width}.png"
    )
    picture.parent.mkdir(parents=True, exist_ok=True)
    answer = looks_of("profiles", profiles_home, scale, scheme, picture, width)
    assert answer == {"dark": scheme == "dark", "cut": [], "width": width}
    with Image.open(picture) as image:
        assert image.width == width * float(scale)


def test_a_right_to_left_layout_is_mirrored_and_cuts_no_text(profiles_home: Path, tmp_path: Path) -> None:
    folder = Path(os.environ.get("CODEMIE_TEST_ARTIFACTS") or tmp_path, "right-to-left")
    folder.mkdir(parents=True, exist_ok=True)
    answer = looks_of("profiles", profiles_home, "1", "light", folder / "profiles.png", 920, "rtl")
    assert answer["cut"] == []
    assert answer["list"] > 920 / 2
    answer = looks_of("settings", profiles_home, "1", folder, 860, "rtl")
    assert not any(answer["cut"].values())
    fill(profiles_home)
    assert looks_of("usage", profiles_home, "1", folder, 920, "rtl")["cut"] == []


def test_nothing_moves_or_fades(profiles_home: Path, tmp_path: Path) -> None:
    answer = looks_of("profiles", profiles_home, "1", "light", tmp_path / "profiles.png", 920, "rtl")
    assert answer["effects"] == []
