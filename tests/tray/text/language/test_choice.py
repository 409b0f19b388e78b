"""Which language is used: the user's choice, or else the system's; English if it can't be."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.tray.text.language.conftest import TRANSLATED

from codemie_tray.text.language import _, choice, english, ngettext
from codemie_tray.text.language.catalogue import load
from codemie_tray.text.language.languages import language_of
from codemie_tray.text.language.system import from_environment, wanted_languages

Use = Callable[[str], None]


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        (["de_AT.UTF-8"], "de"),
        (["pl-PL", "en-US"], "pl"),
        (["uk"], "uk"),
        (["zh_CN.UTF-8"], "zh_CN"),
        (["zh-Hans-SG"], "zh_CN"),
        (["zh-Hans-HK"], "zh_CN"),
        (["zh"], "zh_CN"),
        (["zh_TW"], "en"),
        (["zh-Hant-HK"], "en"),
        (["zh_TW", "ja_JP"], "ja"),
        (["sr_RS@latin", "fr"], "fr"),
        (["en_GB", "de"], "en"),
        (["nl_NL"], "en"),
        (["C.UTF-8"], "en"),
        (["", "-", "_"], "en"),
        ([], "en"),
    ],
)
def test_the_first_language_that_we_have_is_used(wanted: list[str], code: str) -> None:
    assert language_of(wanted) == code


@pytest.mark.parametrize(
    ("environ", "wanted"),
    [
        ({}, []),
        ({"LANG": "C"}, []),
        ({"LANG": "POSIX", "LANGUAGE": "de"}, []),
        ({"LANG": "de_DE.UTF-8"}, ["de_DE.UTF-8"]),
        ({"LANG": "de_DE.UTF-8", "LC_MESSAGES": "fr_FR"}, ["fr_FR"]),
        ({"LC_ALL": "pl_PL", "LC_MESSAGES": "fr_FR", "LANG": "de_DE"}, ["pl_PL"]),
        ({"LC_ALL": "", "LANG": "de_DE"}, ["de_DE"]),
        ({"LANG": "en_US.UTF-8", "LANGUAGE": "uk:pl"}, ["uk", "pl", "en_US.UTF-8"]),
        ({"LC_ALL": "C", "LANG": "de_DE", "LANGUAGE": "de"}, []),
    ],
)
def test_the_environment_is_read_by_gettexts_rules(environ: dict[str, str], wanted: list[str]) -> None:
    assert from_environment(environ) == wanted


@pytest.mark.skipif(sys.platform != "win32", reason="asks Windows")
def test_windows_names_at_least_one_language() -> None:
    assert wanted_languages()
    assert all("-" in name for name in wanted_languages())


@pytest.mark.parametrize("language", TRANSLATED)
def test_each_language_loads(language: str, in_language: Use) -> None:
    before = str(_("Settings"))
    in_language(language)
    assert _("Settings") != before
    assert english(_("Settings")) == before


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="there the environment does not decide")
def test_the_system_decides_until_the_user_does(in_language: Use, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "pl_PL.UTF-8")
    assert choice.choose("system")
    assert choice.chosen() == "pl"
    in_language("de")
    assert not choice.choose("de"), "the same once more"
    assert choice.choose("system")
    assert choice.chosen() == "pl"


def test_a_setting_of_a_later_version_means_the_systems_language(in_language: Use) -> None:
    in_language("de")
    choice.choose("tlh")
    assert choice.chosen() == language_of(wanted_languages())


def test_a_message_follows_the_language_with_its_fields(in_language: Use) -> None:
    files = ngettext("{count} file", "{count} files", 5).format(count=5)
    row = _("Clean up logs now ({files}, {size})").format(files=files, size="1 MB")
    in_language("pl")
    assert row.now == "Wyczyść dzienniki teraz (5 plików, 1 MB)"
    assert row == "Clean up logs now (5 files, 1 MB)", "what was made stays a plain text"
    in_language("ja")
    assert row.now == "今すぐログを整理 (5 個のファイル、1 MB)"
    assert english(row) == row


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ["1 token", "2 tokens", "5 tokens", "22 tokens", "0 tokens"]),
        ("de", ["1 Token", "2 Token", "5 Token", "22 Token", "0 Token"]),
        ("fr", ["1 jeton", "2 jetons", "5 jetons", "22 jetons", "0 jeton"]),
        ("es", ["1 token", "2 tokens", "5 tokens", "22 tokens", "0 tokens"]),
        ("pl", ["1 token", "2 tokeny", "5 tokenów", "22 tokeny", "0 tokenów"]),
        ("uk", ["1 токен", "2 токени", "5 токенів", "22 токени", "0 токенів"]),
        ("ja", ["1 トークン", "2 トークン", "5 トークン", "22 トークン", "0 トークン"]),
        ("zh_CN", ["1 Token", "2 Token", "5 Token", "22 Token", "0 Token"]),
    ],
)
def test_plural_forms(language: str, expected: list[str], in_language: Use) -> None:
    from codemie_tray.text.amounts import tokens

    choice.choose(language)
    assert [tokens(count) for count in (1, 2, 5, 22, 0)] == expected


# ---- what is broken means English ------------------------------------------------------------------


def test_a_missing_catalogue_means_english(tmp_path: Path) -> None:
    assert load("de", str(tmp_path)) is None


def test_no_damage_to_a_catalogue_stops_the_program(compiled: Path, tmp_path: Path) -> None:
    whole = (compiled / "pl" / "LC_MESSAGES" / "codemie-tray.mo").read_bytes()
    broken = tmp_path / "pl" / "LC_MESSAGES" / "codemie-tray.mo"
    broken.parent.mkdir(parents=True)
    damaged = [whole[:length] for length in (0, 3, 4, 19, 20, 27, 28, 400, len(whole) // 2, len(whole) - 1)]
    damaged += [whole[:at] + b"\xff" + whole[at + 1 :] for at in range(0, 400, 7)]
    damaged += [whole.replace(b"n == 1", b"n /  0"), whole.replace(b"n == 1", b"(((((("), b"\0" * 100]
    damaged += [
        whole.replace(b"charset=utf-8", b"charset=utf-7"),
        whole.replace(b"charset=utf-8", b"charset=none!"),
    ]
    readable = 0
    for data in damaged:
        broken.write_bytes(data)
        found = load("pl", str(tmp_path))
        readable += found is not None
        if found is not None:
            assert isinstance(found.ngettext("{count} file", "{count} files", 3), str)
    assert readable < len(damaged), "the damage was none"


def test_a_translation_with_another_field_is_shown_in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    class Damaged:
        def gettext(self, _message: str) -> str:
            return "{nonsense} {0} {"

    from codemie_tray.text.language import message

    monkeypatch.setattr(message, "_catalogue", Damaged())
    assert _("Switched to {name}").format(name="work") == "Switched to work"


# ---- what stays English ----------------------------------------------------------------------------


@pytest.mark.parametrize("words", [["--help"], ["profiles"], ["status"], ["clean", "--dry-run"]])
def test_commands_are_in_english_whatever_the_language(words: list[str], tmp_path: Path) -> None:
    import os

    def said(**environ: str) -> tuple[int, str]:
        ended = subprocess.run(
            [sys.executable, "-m", "codemie_tray", *words],
            env={**os.environ, "CODEMIE_HOME": str(tmp_path), **environ},
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        return ended.returncode, ended.stdout + ended.stderr

    (tmp_path / "tray").mkdir()
    plain = said()
    (tmp_path / "tray" / "settings.json").write_text('{"language": "de"}', encoding="ascii")
    assert said(LC_ALL="de_DE.UTF-8", LANG="de_DE.UTF-8", LANGUAGE="de") == plain


def test_english_loads_no_translations() -> None:
    """The icon must be quick, and most of what `gettext` needs is loaded for nothing there."""
    code = (
        "import sys\n"
        "from codemie_tray.text.language import _\n"
        "from codemie_tray.text.language.choice import choose\n"
        "choose('en')\n"
        "assert _('Settings') == 'Settings'\n"
        "print('gettext' in sys.modules, 'codemie_tray.text.language.catalogue' in sys.modules)"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout.split() == ["False", "False"]
