"""Light and dark, at one and two pixels per point, wide and narrow: no text is cut."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PIL import Image
from tests.integration.desktop.needs import needs
from tests.integration.windows_qt.rig.looks import looks_of

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
