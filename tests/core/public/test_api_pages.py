"""The pages of codemie_core build without a warning, their examples run, and no public name is missing."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import codemie_core

pytest.importorskip("sphinx", reason="Sphinx is not installed here")
PAGES = Path(__file__).parents[3] / "docs" / "api"


@pytest.mark.skipif(
    sys.platform == "win32", reason="the pages are the same as elsewhere; Sphinx can hang under Wine"
)
@pytest.mark.parametrize("builder", ["html", "doctest"])
def test_the_pages_build_without_a_warning_and_their_examples_run(tmp_path: Path, builder: str) -> None:
    command = ["-m", "sphinx", "-W", "--keep-going", "-b", builder, "-d", str(tmp_path / "trees")]
    built = subprocess.run(
        [sys.executable, *command, str(PAGES), str(tmp_path / "out")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stdout + built.stderr
    if builder == "doctest":
        ran = re.search(r"(\d+) items? passed all tests|(\d+) tests?\n", built.stdout)
        assert ran, built.stdout
        assert " 0 tests" not in built.stdout


def test_every_public_name_is_documented_on_a_page() -> None:
    text = "".join(page.read_text(encoding="utf-8") for page in PAGES.glob("*.rst"))
    shown = set(re.findall(r":: codemie_core\.(\w+)$", text, re.MULTILINE))
    names = codemie_core.__getattr__("__all__")
    assert isinstance(names, list)
    assert set(names) - shown <= {"REGISTRY"}
