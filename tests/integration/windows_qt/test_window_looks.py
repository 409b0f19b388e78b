"""Light and dark, at one and two pixels per point, wide and narrow: no text is cut."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image
from tests.integration.desktop.needs import needs

pytestmark = needs("windows")


@pytest.mark.parametrize("width", [920, 640])
@pytest.mark.parametrize("scale", ["1", "1.5", "2"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_text_is_cut(profiles_home: Path, tmp_path: Path, scheme: str, scale: str, width: int) -> None:
    picture = Path(
        os.environ.get("CODEMIE_TEST_ARTIFACTS") or tmp_path, f"looks-{scheme}-{scale}-{width}.png"
    )
    picture.parent.mkdir(parents=True, exist_ok=True)
    shown = subprocess.run(
        [
            sys.executable,
            "-m",
            "tests.integration.windows_qt.rig.offscreen",
            scheme,
            str(picture),
            str(width),
        ],
        env={
            **os.environ,
            "QT_QPA_PLATFORM": "offscreen",
            "QT_SCALE_FACTOR": scale,
            "CODEMIE_HOME": str(profiles_home),
            "PYTHONPATH": os.pathsep.join(["core", "tray", "."]),
        },
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert shown.returncode == 0, shown.stderr
    answer = json.loads(shown.stdout.splitlines()[-1])
    assert answer == {"dark": scheme == "dark", "cut": [], "width": width}
    with Image.open(picture) as image:
        assert image.width == width * float(scale)
