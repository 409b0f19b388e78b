"""A command line that can't be carried out: what was probably meant, and where to read on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.support.processes.program import run_program


@pytest.mark.parametrize(
    ("line", "said", "advice"),
    [
        ("swich work", "there is no command 'swich'. Did you mean codemie-tray switch?", "help"),
        ("list", "there is no command 'list'. Did you mean codemie-tray profiles?", "help"),
        ("profile ad", "'profile ad'. Did you mean codemie-tray profile add?", "help profile"),
        ("profile list", "'profile list'. Did you mean codemie-tray profiles?", "help profile"),
        ("profile xyzzy", "there is no command 'profile xyzzy'", "help profile"),
        ("profile", "name one of its commands: add, edit, rename, ", "help profile"),
        ("history", "name one of its commands: list, show, diff, ", "help history"),
        ("credentials delete x", "Did you mean codemie-tray credentials remove?", "help credentials"),
        ("profile add q r", "unknown argument: r", "help profile add"),
        ("status --bogus -x", "unknown arguments: --bogus -x", "help status"),
        ("autostart", "codemie-tray autostart: name one of on, off, status", "help autostart"),
        ("completion tcsh", "codemie-tray completion: invalid choice: 'tcsh' (choose", "help completion"),
        ("usage export --out x --bogus", "unknown argument: --bogus", "help usage export"),
    ],
)
def test_it_is_answered_with_what_was_meant_and_the_right_help(
    tmp_path: Path, line: str, said: str, advice: str
) -> None:
    result = run_program(tmp_path, *line.split())
    assert result.returncode == 2
    before, last = result.stderr.splitlines()[-2:]
    assert said in before
    assert last.endswith(f": codemie-tray {advice}")
    assert run_program(tmp_path, *advice.split()).returncode == 0


FAILING = """\
status --bogus
profiles x
current --bogus
switch
switch -
switch nobody
profile add
profile add q --provider nothing
profile edit work
profile edit work --set debug=maybe
profile edit nobody --model m
profile rename work home
profile duplicate nobody q
profile move work
profile move work --after nobody
profile delete work
profile show nobody
profile set-token work
profile test nobody
profile import missing.json
profile import -
profile use-here nobody
usage --by nothing
usage --since never
usage --since 2026-01-02 --until 2026-01-01
usage export
history show zz
history diff zz
history restore
history forget-tokens x
migrate up --to 99
migrate down
credentials list x
doctor x
clean --sessions
clean --older-than never
autostart
nothing
profile nothing"""


@pytest.mark.parametrize("line", FAILING.splitlines())
def test_every_command_that_fails_says_so_in_json_if_asked(tmp_path: Path, line: str) -> None:
    (tmp_path / "codemie-cli.config.json").write_text(
        '{"version": 2, "activeProfile": "work", "profiles": {"work": {"provider": "ollama"}, "home": {}}}',
        encoding="utf-8",
    )
    result = run_program(tmp_path, *line.split(), "--json")
    error = json.loads(result.stdout)["error"]
    assert set(error) == {"code", "message", "advice", "path", "line", "column", "exitCode"}
    assert error["exitCode"] == result.returncode != 0
    assert error["message"]
    assert error["advice"] or "codemie-tray " in error["message"]
    assert result.stderr == ""
