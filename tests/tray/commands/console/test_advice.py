"""Every error of a command ends with what to do next."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.processes.program import run_program

from codemie_core import CodeMieError, errors
from codemie_tray.commands.console.advice import advice_for
from codemie_tray.commands.console.wrong_usage import WrongUsage

SAYS_IT_ITSELF = {
    errors.CodeMieError,
    errors.HomeUnknown,
    errors.HomeUntrusted,
    # Each of their messages names the way out, which depends on the folder and the program.
    errors.HandoverRefused,
    errors.AddressNotAllowed,
    errors.ProjectOverrides,
    errors.CommandOverrides,
}
SAMPLE = """{"activeProfile": "work", "profiles": {
  "work": {"provider": "openai", "model": "m", "baseUrl": "https://api.example.com", "apiKey": "sk-planted"},
  "home": {"provider": "openai", "model": "m", "baseUrl": "https://api.example.com", "apiKey": "sk-planted"}
}}"""


def every_class() -> Iterator[type[CodeMieError]]:
    for _, kind in inspect.getmembers(errors, inspect.isclass):
        if issubclass(kind, CodeMieError):
            yield kind


@pytest.mark.parametrize("kind", [*every_class()], ids=lambda kind: kind.__name__)
def test_every_kind_of_error_has_advice_or_says_itself_what_to_do(kind: type[CodeMieError]) -> None:
    error = kind.__new__(kind)
    Exception.__init__(error, "something is wrong")
    assert bool(advice_for(error)) is (kind not in SAYS_IT_ITSELF)


def test_the_advice_of_an_error_and_a_command_in_its_message_come_first() -> None:
    error = errors.CredentialInvalid("it is empty")
    error.advice = "Type it."
    assert advice_for(error) == "Type it."
    assert advice_for(errors.KeyMissing("it is gone: codemie-tray credentials restore")) == ""


@pytest.mark.parametrize(
    ("prog", "advice"),
    [
        ("", "See the commands: codemie-tray help"),
        ("codemie-tray", "See the commands: codemie-tray help"),
        ("codemie-tray migrate down", "See its options: codemie-tray help migrate down"),
    ],
)
def test_a_wrong_command_line_leads_to_the_help(prog: str, advice: str) -> None:
    assert advice_for(WrongUsage("missing: --to", prog=prog)) == advice


@pytest.mark.parametrize(
    "line",
    [
        *("profile edit nobody --model x", "profile show nobody", "profile test nobody", "switch nobody"),
        *(
            "switch wrok",
            "switch -",
            "switch",
            "profile rename work home",
            "profile add",
            "profile edit work",
        ),
        *("history show zzz", "history restore zzz", "migrate down", "credentials show", "credentials get x"),
        *("profile import missing.json", "usage --by nope", "completion tcsh", "nonsense", "profile", "run"),
        *("clean --bogus", "env --shell tcsh", "profile set-token work", "current --format {nope}"),
    ],
)
def test_an_error_ends_with_what_to_do_next(tmp_path: Path, line: str) -> None:
    (tmp_path / "codemie-cli.config.json").write_text(SAMPLE, encoding="utf-8")
    result = run_program(tmp_path, *line.split())
    assert result.returncode != 0
    last = result.stderr.splitlines()[-1]
    assert "codemie-tray " in last or last.startswith(("Write ", "Run ")), result.stderr
