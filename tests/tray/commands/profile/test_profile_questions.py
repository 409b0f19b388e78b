"""`profile add`, `edit`, `delete` and the list of `switch` on a real terminal."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest
from tests.tray.commands.console.typed_terminal import on_terminal

from codemie_core import CredentialStore, Home

if sys.platform == "win32":
    pytest.skip("a terminal of POSIX", allow_module_level=True)

TOKEN = "sk-ant-api03-made-up-for-this-test"  # noqa: S105
CONFIG = {
    "version": 2,
    "activeProfile": "work",
    "profiles": {
        "work": {"provider": "litellm", "model": "m1", "baseUrl": "https://a.example"},
        "personal": {"provider": "ollama", "model": "m2", "baseUrl": "http://localhost:11434/v1"},
    },
}


def typed(
    home: Home, *arguments: str, answers: list[tuple[str, str]], shell: str = 'exec "$@"'
) -> tuple[int, str]:
    base = {name: value for name, value in os.environ.items() if not name.startswith("CODEMIE")}
    environ = base | {"CODEMIE_HOME": home.path, "PYTHONPATH": os.pathsep.join(sys.path), "TERM": "dumb"}
    command = ["sh", "-c", shell, "sh", sys.executable, "-m", "codemie_tray", *arguments]
    return on_terminal(command, environ, answers)


def config_of(home: Home) -> dict[str, object]:
    loaded: dict[str, object] = json.loads(Path(home.join("config.json")).read_text(encoding="utf-8"))
    return loaded


@pytest.fixture
def two(home: Home) -> Home:
    Path(home.join("config.json")).write_text(json.dumps(CONFIG, indent=2), encoding="utf-8")
    return home


def test_add_asks_for_everything_and_never_shows_the_token(home: Home) -> None:
    code, seen = typed(
        home,
        *("profile", "add"),
        answers=[
            ("Name of the profile: ", "\n"),  # a name is required
            ("Name of the profile: ", "private\n"),
            ("Provider: ", "Anthropic\n"),  # two titles contain it
            ("Provider: ", "3\n"),
            ("Address [https://api.anthropic.com]: ", "api.anthropic.com\n"),
            ("must begin with https:// or http://", ""),
            ("Address [https://api.anthropic.com]: ", "\n"),
            ("Model: ", "claude-4-5-sonnet\n"),
            ("API key (not shown; Enter for none): ", f"{TOKEN} copied\n"),
            ("probably copied by mistake", ""),
            ("API key (not shown; Enter for none): ", f"{TOKEN}\n"),
        ],
    )
    assert code == 0, seen
    assert "A profile needs a name." in seen
    assert "It is the active profile." in seen
    assert TOKEN not in seen
    assert config_of(home)["profiles"] == {
        "private": {
            "provider": "anthropic",
            "baseUrl": "https://api.anthropic.com",
            "model": "claude-4-5-sonnet",
            "authToken": "credential:private/authToken",
        }
    }
    assert CredentialStore(home).get("private/authToken").reveal() == TOKEN


def test_add_asks_only_for_values_not_given_as_options(two: Home) -> None:
    code, seen = typed(
        two,
        *("profile", "add", "local", "--provider", "ollama", "--base-url", "http://localhost:1/v1"),
        answers=[("Model: ", "llama\n")],
    )
    assert code == 0, seen
    assert "Address" not in seen
    assert "To use it: codemie-tray switch local" in seen


def test_add_refuses_a_name_that_is_taken_before_it_asks_anything_else(two: Home) -> None:
    code, seen = typed(two, "profile", "add", "work", answers=[])
    assert code == 5, seen
    assert "There is already a profile named 'work'." in seen
    assert "Provider" not in seen
    code, seen = typed(
        two,
        *("profile", "add", "--provider", "ollama"),
        answers=[
            ("Name of the profile: ", "work\n"),
            ("There is already a profile named 'work'.", ""),
            ("Name of the profile: ", "new\n"),
            ("Address [http://localhost:11434/v1]: ", "\n"),
            ("Model: ", "llama\n"),
        ],
    )
    assert code == 0, seen


def test_add_reports_a_broken_configuration_before_it_asks_anything(two: Home) -> None:
    Path(two.join("config.json")).write_text("{", encoding="utf-8")
    code, seen = typed(two, "profile", "add", answers=[])
    assert code == 4, seen
    assert "Name of the profile" not in seen


def test_end_of_input_changes_nothing(two: Home) -> None:
    before = Path(two.join("config.json")).read_bytes()
    code, seen = typed(two, "profile", "add", answers=[("Name of the profile: ", "\x04")])
    assert (code, Path(two.join("config.json")).read_bytes()) == (1, before)
    assert "no answer; nothing was changed" in seen
    code, seen = typed(two, "profile", "add", answers=[("Name of the profile: ", "\x03")])
    assert (code, Path(two.join("config.json")).read_bytes()) == (130, before)


ADD = [
    ("Name of the profile: ", "private\n"),
    ("Provider: ", "anthropic\n"),
    ("Address [https://api.anthropic.com]: ", "\n"),
    ("Model: ", "claude-4-5-sonnet\n"),
    ("API key (not shown; Enter for none): ", f"{TOKEN}\n"),
]
EDIT = [("Address [https://a.example]: ", "https://b.example\n"), ("Model [m1]: ", "m9\n")]
SET_TOKEN = [("API key of work, for https://a.example (not shown): ", f"{TOKEN}\n")]
QUESTIONS = {
    ("profile", "add"): ADD,
    ("profile", "edit", "work"): EDIT,
    ("profile", "set-token", "work"): SET_TOKEN,
}
ECHO = 'trap : INT; "$@"; echo "exit $?"; stty -a'
"""Runs a command as an interactive shell does, and shows the terminal that it leaves."""


@pytest.mark.parametrize(
    ("command", "answers"),
    [(command, asked[: at + 1]) for command, asked in QUESTIONS.items() for at in range(len(asked))],
    ids=lambda value: value[-1][0].split()[0] if isinstance(value, list) else "-".join(value[:2]),
)
def test_ctrl_c_at_any_question_writes_nothing_and_restores_the_terminal(
    two: Home, command: tuple[str, ...], answers: list[tuple[str, str]]
) -> None:
    before = {path: path.read_bytes() for path in Path(two.path).glob("*.json")}
    question = answers[-1][0]
    code, seen = typed(two, *command, answers=[*answers[:-1], (question, "\x03")], shell=ECHO)
    assert code == 0, seen
    assert "\nexit 130\n" in seen.partition(question)[2], "the shell's prompt begins on its own line"
    assert " echo " in f" {seen.rpartition('exit 130')[2]} ".replace("\n", " ")
    assert {path: path.read_bytes() for path in Path(two.path).glob("*.json")} == before
    assert not Path(two.join(".credentials")).exists()
    assert TOKEN not in seen


def test_add_says_that_a_provider_is_unknown_before_it_asks(two: Home) -> None:
    code, seen = typed(
        two,
        *("profile", "add", "mine", "--provider", "olama"),
        answers=[
            ("'olama' is not a known provider. Did you mean 'ollama'?", ""),
            ("Address: ", "https://mine.example\n"),
            ("Model: ", "m\n"),
            ("Token (not shown; Enter for none): ", "\n"),
        ],
    )
    assert code == 0, seen
    assert seen.count("is not a known provider") == 1


def test_a_terminal_that_does_not_know_its_width_counts_as_80_columns(two: Home) -> None:
    code, seen = typed(two, "profile", "edit", answers=[])
    assert code == 2
    assert "usage: codemie-tray profile edit [-h] [--provider P] [--model M]\n" in seen


def test_edit_shows_current_values_and_keeps_them_on_enter(two: Home) -> None:
    code, seen = typed(
        two,
        *("profile", "edit", "work"),
        answers=[("Address [https://a.example]: ", "\n"), ("Model [m1]: ", "m9\n")],
    )
    assert code == 0, seen
    assert "Changed model of work." in seen
    assert config_of(two)["profiles"]["work"]["model"] == "m9"  # type: ignore[index]


@pytest.mark.parametrize(("answer", "gone"), [("y\n", True), ("\n", False), ("n\n", False)])
def test_delete_asks_first(two: Home, answer: str, gone: bool) -> None:
    code, _ = typed(two, "profile", "delete", "personal", answers=[("[y/N] ", answer)])
    assert ("personal" not in config_of(two)["profiles"]) is gone  # type: ignore[operator]
    assert code == (0 if gone else 2)


@pytest.mark.parametrize(("key", "code"), [("\x04", 2), ("\x03", 130)], ids=["Ctrl-D", "Ctrl-C"])
def test_ctrl_d_and_ctrl_c_at_the_question_delete_nothing(two: Home, key: str, code: int) -> None:
    got, seen = typed(two, "profile", "delete", "personal", answers=[("[y/N] ", key)])
    assert got == code, seen
    assert "personal" in config_of(two)["profiles"]  # type: ignore[operator]
    if key == "\x04":  # what follows begins on a line of its own
        assert "\ncodemie-tray profile delete: not confirmed; nothing was changed\n" in seen


@pytest.mark.parametrize("answer", ["2", "personal", "PERS"])
def test_switch_without_a_name_lists_the_profiles(two: Home, answer: str) -> None:
    code, seen = typed(two, "switch", answers=[("Profile [work]: ", f"{answer}\n")])
    assert code == 0, seen
    assert "* 1  work\n  2  personal\n" in seen
    assert config_of(two)["activeProfile"] == "personal"


def test_the_list_of_switch_asks_again_if_none_or_several_match(two: Home) -> None:
    code, seen = typed(
        two,
        "switch",
        answers=[
            ("Profile [work]: ", "xyz\n"),
            ("Profile [work]: ", "o\n"),  # both contain an o
            ("Profile [work]: ", "\n"),  # the active one
        ],
    )
    assert code == 0, seen
    assert "No name contains 'xyz'." in seen
    assert "Several names contain 'o'." in seen
    assert "work is already active." in seen


def test_names_with_a_long_common_prefix_differ_in_the_list(home: Home) -> None:
    names = [
        f"a-long-beginning-that-many-profiles-of-one-company-share-{place}" for place in ("oslo", "riga")
    ]
    profiles = {name: {"provider": "ollama", "model": "m"} for name in names}
    content = {"version": 2, "activeProfile": names[0], "profiles": profiles}
    Path(home.join("config.json")).write_text(json.dumps(content), encoding="utf-8")
    code, seen = typed(home, "switch", answers=[("]: ", "riga\n")])
    assert code == 0, seen
    assert config_of(home)["activeProfile"] == names[1]


def test_set_token_names_the_address_and_does_not_show_the_token(two: Home) -> None:
    code, seen = typed(
        two,
        *("profile", "set-token", "work"),
        answers=[("API key of work, for https://a.example (not shown): ", f"{TOKEN}\n")],
    )
    assert code == 0, seen
    assert TOKEN not in seen
    assert CredentialStore(two).get("work/authToken").reveal() == TOKEN


def test_env_hides_tokens_on_a_terminal(two: Home) -> None:
    content = CONFIG | {"profiles": {"work": {**CONFIG["profiles"]["work"], "apiKey": TOKEN}}}  # type: ignore[index]
    Path(two.join("config.json")).write_text(json.dumps(content), encoding="utf-8")
    code, seen = typed(two, "env", "--shell", "fish", answers=[])
    assert code == 0, seen
    assert "set -gx CODEMIE_API_KEY '(hidden)'" in seen
    assert "codemie-tray env --shell fish | source" in seen
    assert TOKEN not in seen
