"""No catalogue lags behind the program, and no translation breaks what it is used for."""

from __future__ import annotations

import re
import string
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

pytest.importorskip("babel", reason="Babel is not installed")
pytest.importorskip("hatchling", reason="hatchling is not installed")

from tests.tray.text.language.conftest import TRANSLATED

import catalogues
from codemie_core.config import settings
from codemie_tray.text.language.languages import LANGUAGES

if TYPE_CHECKING:
    from babel.messages.catalog import Message

ROOT = Path(__file__).parents[4]
PLURAL_FORMS = {"de": 2, "es": 2, "fr": 2, "pl": 3, "uk": 3, "ja": 1, "zh_CN": 1}
EXTRACTED = catalogues.extracted()


def forms(text: Any) -> tuple[str, ...]:
    """Return a text, or all of its plural forms."""
    return (text,) if isinstance(text, str) else tuple(text)


def translated(language: str) -> list[Message]:
    return [message for message in catalogues.read(language) if message.id]


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def wrong(language: str, differs: Any) -> list[tuple[str, str]]:
    """Return the texts and translations that a test objects to; it gets a text and its translation."""
    return [
        (forms(message.id)[-1], form)
        for message in translated(language)
        for form in forms(message.string)
        if differs(forms(message.id)[-1], form)
    ]


def test_every_language_has_a_catalogue_and_is_a_setting() -> None:
    assert catalogues.languages() == sorted(TRANSLATED)
    assert set(settings.LANGUAGES) == set(LANGUAGES)


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_catalogue_has_exactly_the_programs_texts(language: str) -> None:
    program = {(message.id, message.context) for message in EXTRACTED if message.id}
    catalogue = {(message.id, message.context) for message in translated(language)}
    assert not program - catalogue, "run: .venv/bin/python tray/catalogues.py update"
    assert not catalogue - program, "run: .venv/bin/python tray/catalogues.py update"


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_text_is_without_a_translation(language: str) -> None:
    assert not [message.id for message in translated(language) if not all(forms(message.string))]
    assert not [message.id for message in translated(language) if message.fuzzy]


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_plural_has_as_many_forms_as_the_language(language: str) -> None:
    counts = {
        len(forms(message.string)) for message in translated(language) if not isinstance(message.id, str)
    }
    assert counts == {PLURAL_FORMS[language]}


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_has_the_fields_of_its_text(language: str) -> None:
    assert not wrong(language, lambda text, form: fields(text) != fields(form))


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_has_the_lines_and_the_mnemonic_of_its_text(language: str) -> None:
    assert not wrong(language, lambda text, form: text.count("\n") != form.count("\n"))
    assert not wrong(language, lambda text, form: text.count("&") != form.count("&"))
    assert not wrong(language, lambda _text, form: re.search(r"&(?![\w{])", form))


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_ends_as_its_text_does(language: str) -> None:
    same = {"...": "…", "。": ".", "\uff1a": ":", "\uff1f": "?"}

    def ends(text: str) -> str:
        text = re.sub(r"\(&\w\)", "", text)
        last = text[-3:] if text.endswith("...") else text[-1]
        return same.get(last, last)

    def differs(text: str, form: str) -> bool:
        return any((ends(text) == mark) != (ends(form) == mark) for mark in ".…?:")

    assert not wrong(language, differs)


@pytest.mark.parametrize("language", TRANSLATED)
def test_names_of_commands_and_files_are_not_translated(language: str) -> None:
    names = re.compile(
        r"codemie-tray (?:doctor|history list)|CODEMIE_HOME|logRetentionDays|settings\.json|CodeMie Tray|`[^`]+`|https?://"
    )
    assert not wrong(
        language, lambda text, form: set(names.findall(text)) - set(names.findall(form)) and text != form
    )


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_translation_has_stray_blanks(language: str) -> None:
    def stray(text: str, form: str) -> bool:
        return (form != form.strip(" ")) != (text != text.strip(" ")) and text != ", "

    assert not wrong(language, stray)
    assert not wrong(language, lambda text, form: "  " in form and "  " not in text)


def test_french_sets_its_punctuation_apart_with_blanks_that_do_not_break() -> None:
    assert not wrong("fr", lambda _text, form: re.search(r" [:;!?»%]|« |[^\s\u202f][;!?](?!\w)", form))


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_sentence_that_names_a_row_of_the_menu_names_it_as_the_menu_does(language: str) -> None:
    catalogue = catalogues.read(language)
    row = catalogue.get("Settings...")
    sentence = catalogue.get("To change this, choose “Settings...” in the menu.")
    assert row is not None
    assert sentence is not None
    assert str(row.string) in str(sentence.string)


def test_a_text_that_is_not_in_the_catalogues_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "new.py").write_text(
        '_("A new text")\nngettext("{n} dog", "{n} dogs", n)\n', encoding="utf-8"
    )
    found = {message.id for message in catalogues.extracted(tmp_path) if message.id}
    assert found == {"A new text", ("{n} dog", "{n} dogs")}
    assert not found & {message.id for message in translated("de")}


def test_no_text_is_marked_where_the_extraction_does_not_look() -> None:
    """Before Python 3.12, what is in the braces of an f-string is not seen as code."""
    hidden = re.compile(r"""f"[^"\n]*\{(_|n?p?gettext|N_)\(""")
    sources = catalogues.SOURCES.rglob("*.py")
    assert not [path for path in sources if hidden.search(path.read_text(encoding="utf-8"))]


def test_updating_a_catalogue_that_is_current_changes_nothing(tmp_path: Path, monkeypatch: Any) -> None:
    before = {language: catalogues.source(language).read_bytes() for language in TRANSLATED}
    copy = tmp_path / "locale"
    for language, data in before.items():
        (copy / language / "LC_MESSAGES").mkdir(parents=True)
        (copy / language / "LC_MESSAGES" / "codemie-tray.po").write_bytes(data)
    monkeypatch.setattr(catalogues, "FOLDER", copy)
    for language, data in before.items():
        catalogues.update(language)
        assert catalogues.source(language).read_bytes() == data


def test_the_wheel_contains_the_compiled_catalogues_and_not_their_sources(tmp_path: Path) -> None:
    import zipfile

    built = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    [wheel] = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if "/locale/" in name}
    assert names == {f"codemie_tray/locale/{code}/LC_MESSAGES/codemie-tray.mo" for code in TRANSLATED}
