"""The windows in every language, changed while open: no text is cut, English or boxes; no key is double."""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from tests.integration.desktop.needs import needs
from tests.integration.windows_qt.rig.looks import looks_of
from tests.tray.text.language.conftest import TRANSLATED

pytestmark = needs("windows", "fonts")

SCREEN = {"name": "large", "x": 0, "y": 0, "width": 3200, "height": 2400, "dpr": 1}
SCREEN |= {"logicalDpi": 96, "logicalBaseDpi": 96}
"""Large enough for the windows at two pixels per point."""
SAME_ELSEWHERE = {
    *("Action", "Agent", "Budgets", "Diagnostic", "General", "JSON Web Token", "Model", "Name", "Pages"),
    *("Sessions", "Start", "Token", "Tokens"),
}
"""English texts that are words of another of the languages, too."""


@cache
def seen(scale: str, home: Path, folder: Path) -> dict[str, Any]:
    """Show all windows in all languages once, in one process, and return what was found."""
    pytest.importorskip("babel", reason="Babel is not installed")
    from babel.messages.mofile import write_mo

    import catalogues

    for language in catalogues.languages():
        made = folder / "locale" / language / "LC_MESSAGES" / "codemie-tray.mo"
        made.parent.mkdir(parents=True)
        with made.open("wb") as file:
            write_mo(file, catalogues.read(language))
    screen = folder / "screen.json"
    screen.write_text(json.dumps({"screens": [SCREEN]}), encoding="ascii")
    artifacts = os.environ.get("CODEMIE_TEST_ARTIFACTS")
    pictures = Path(artifacts, f"languages-{scale}") if artifacts else None
    if pictures:
        pictures.mkdir(parents=True, exist_ok=True)
    return looks_of(
        "languages",
        home,
        scale,
        folder / "locale",
        pictures or "-",
        *TRANSLATED,
        "en",
        screen=f"offscreen:configfile={screen}",
        limit_seconds=900,
    )


@pytest.mark.timeout(900)
@pytest.mark.parametrize("scale", ["1", "2"])
def test_in_no_language_is_a_text_cut_or_english_or_a_mnemonic_double(
    scale: str, profiles_home: Path, tmp_path: Path
) -> None:
    (profiles_home / "tray").mkdir(mode=0o700)
    settings = profiles_home / "tray" / "settings.json"
    settings.write_text('{"sessionRetentionDays": 90}', encoding="ascii")
    found = seen(scale, profiles_home, tmp_path)
    assert found["cut"] == {}
    assert found["doubles"] == {}
    assert found["boxes"] == {}
    assert len(found["texts"]) == 13 * (len(TRANSLATED) + 1)
    english = {text for name, texts in found["texts"].items() if name.startswith("en-") for text in texts}
    program = english_texts()
    for name, texts in found["texts"].items():
        if not name.startswith("en-"):
            left = {text.replace("&", "") for text in set(texts) & english & program}
            assert left <= SAME_ELSEWHERE, name


def english_texts() -> set[str]:
    """Return the program's texts, without what else is shown, such as a profile's name."""
    import catalogues

    return {
        text
        for message in catalogues.extracted()
        if message.id
        for text in ((message.id,) if isinstance(message.id, str) else message.id)
        if any(letter.isalpha() for letter in text)
    }
