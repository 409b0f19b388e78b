"""Texts of the core are recognized by their templates."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from pathlib import Path

import pytest

import codemie_core
import codemie_tray
from codemie_core.errors import StoreFull
from codemie_core.profiles.checks import why_not
from codemie_core.profiles.providers import PROVIDERS, provider_named
from codemie_tray.text.errors import in_words
from codemie_tray.text.language.core_texts import TEMPLATES, from_core

Use = Callable[[str], None]


def texts_in(source: str) -> set[str]:
    """Return the texts in a module, with `{}` for what an f-string inserts."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.add(node.value)
        elif isinstance(node, ast.JoinedStr):
            parts = [part.value if isinstance(part, ast.Constant) else "{}" for part in node.values]
            found.add("".join(str(part) for part in parts))
    return found


def bare(text: str) -> str:
    return re.sub(r"\{[^}]*\}", "{}", text)


def test_every_template_is_a_text_of_the_program() -> None:
    folders = [Path(codemie_core.__file__).parent, Path(codemie_tray.__file__).parent / "desktop"]
    texts = {
        bare(text)
        for folder in folders
        for path in folder.rglob("*.py")
        for text in texts_in(path.read_text(encoding="utf-8"))
    }
    ends = {text[0].upper() + text[1:] for text in texts if text}  # errors of the keyring are capitalized
    unknown = [one for one in TEMPLATES if bare(one) not in texts | ends]
    made_of_two = {  # an f-string around another one, or a constant
        "{} can't be read ({}); the defaults apply",
        "settings.json {}; the defaults apply until it is fixed",
        "settings.json: {}; the default applies",
    }
    assert {bare(one) for one in unknown} <= made_of_two


def test_in_english_a_text_stays_as_it_is() -> None:
    for text in ("The token is empty.", "Address is required.", "anything at all", ""):
        assert from_core(text) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The token is empty.", "Der Token ist leer."),
        ("Address is required.", "Adresse fehlt."),
        (
            "AWS region must be a region such as eu-central-1.",
            "AWS-Region muss eine Region wie eu-central-1 sein.",
        ),
        ("is not valid JSON: line 3, column 1", "ist kein gültiges JSON: Zeile 3, Spalte 1"),
        (
            "settings.json is not a JSON object; the defaults apply until it is fixed",
            "settings.json: ist kein JSON-Objekt; bis das behoben ist, gelten die Standardwerte",
        ),
        (
            "can't be written, nothing was changed: No space left on device",
            "kann nicht geschrieben werden, nichts wurde geändert: No space left on device",
        ),
        ("something that nobody translated", "something that nobody translated"),
        ("a {brace} in it", "a {brace} in it"),
        ("{brace} is required.", "{brace} fehlt."),
    ],
)
def test_texts_of_the_core_in_german(text: str, expected: str, in_language: Use) -> None:
    in_language("de")
    assert from_core(text) == expected


def test_an_error_keeps_its_path_and_translates_its_reason(in_language: Use) -> None:
    in_language("de")
    error = StoreFull("/home/ada/x.json", "can't be written: Disk quota exceeded")
    assert in_words(error) == "/home/ada/x.json: kann nicht geschrieben werden: Disk quota exceeded"


def test_every_field_and_provider_has_a_name_in_the_users_language(in_language: Use) -> None:
    in_language("uk")
    brands = {"Anthropic", "OpenAI", "JSON Web Token"}
    names = {field.asks for one in PROVIDERS for field in one.fields} | {one.title for one in PROVIDERS}
    names |= {one.token.asks for one in PROVIDERS if one.token}
    assert {name for name in names if from_core(name) == name} <= brands


def test_a_problem_of_a_form_is_in_the_users_language(in_language: Use) -> None:
    in_language("fr")
    for provider in PROVIDERS:
        for field in provider.fields:
            for typed in ("", "\x07", "x" * 2000, "nonsense ", "sk-ant-" + "a1B2" * 30):
                if problem := why_not(field, typed):
                    assert from_core(problem) != problem, problem
    assert provider_named("ollama").title == "Ollama on this machine"
