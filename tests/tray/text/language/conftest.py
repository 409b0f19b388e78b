"""Catalogues compiled for the test, and a process that is English again afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from codemie_tray.text.language import catalogue, choice, message
from codemie_tray.text.language.languages import ENGLISH, LANGUAGES

TRANSLATED = [code for code in LANGUAGES if code != ENGLISH]


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the catalogues of this checkout, compiled now."""
    pytest.importorskip("babel", reason="Babel is not installed")
    pytest.importorskip("hatchling", reason="hatchling is not installed")
    from babel.messages.mofile import write_mo

    import catalogues

    folder = tmp_path_factory.mktemp("locale")
    for language in catalogues.languages():
        made = folder / language / "LC_MESSAGES" / f"{catalogue.DOMAIN}.mo"
        made.parent.mkdir(parents=True)
        with made.open("wb") as file:
            write_mo(file, catalogues.read(language))
    return folder


@pytest.fixture
def in_language(compiled: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Chooses a language; afterwards it is English."""
    load = catalogue.load
    monkeypatch.setattr(catalogue, "load", lambda code: load(code, str(compiled)))

    def use(code: str) -> None:
        choice.choose(code)
        assert choice.chosen() == code

    yield use
    choice.choose(ENGLISH)
    message.use(None)
