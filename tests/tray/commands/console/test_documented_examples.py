"""What README and the pages show to be typed is accepted by the parser, and what only reads runs as shown."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.core.sessions.usage.agent_homes import golden_home
from tests.support.processes.program import run_program

from codemie_tray.commands.console.wrong_usage import WrongUsage
from codemie_tray.commands.parser import command_word, parse

TOP = Path(__file__).parents[4]
PAGES = [TOP / "README.md", TOP / "SECURITY.md", *sorted((TOP / "docs").glob("*.md"))]
_COMMAND = re.compile(r"(?<![\w/.~-])codemie-tray(?= |$|\))([^|)\n]*)")
_ENDS = ("2>", ">", "<", ";", "&&")
READS = {"status", "profiles", "current", "history", "usage", "doctor", "clean", "completion"}
"""Commands whose examples change nothing but what they name."""


def code_in(page: str) -> Iterator[str]:
    """Yield the lines of the indented and fenced blocks, continued ones joined."""
    fenced = False
    for line in page.replace("\\\n", " ").splitlines():
        if line.startswith("```"):
            fenced = not fenced
        elif (fenced or line.startswith("    ")) and "`" not in line:  # that is text in a list
            yield line


def commands_in(page: str) -> Iterator[tuple[str, ...]]:
    """Yield the words after each `codemie-tray` of those lines."""
    for line in code_in(page):
        for match in _COMMAND.finditer(line.partition("  #")[0]):
            text = match[1].split(" 2>")[0]
            quoted = text.count('"') % 2 == 0 and text.count("'") % 2 == 0
            words = shlex.split(text) if quoted else text.split()
            end = next((at for at, word in enumerate(words) if word.startswith(_ENDS)), len(words))
            yield tuple(words[:end])


EXAMPLES = sorted(
    {words for page in PAGES for words in commands_in(page.read_text(encoding="utf-8")) if words}
)


def test_the_pages_have_examples_of_most_commands() -> None:
    found = {command_word(words) for words in EXAMPLES}
    assert READS - found <= {"current"}
    assert {"switch", "profile", "env", "run", "credentials"} <= found
    assert len(EXAMPLES) > 20


@pytest.mark.parametrize("words", EXAMPLES, ids=" ".join)
def test_an_example_is_a_command_line_that_the_program_accepts(words: tuple[str, ...]) -> None:
    try:
        parse(words)
    except WrongUsage as error:
        pytest.fail(str(error))


@pytest.mark.parametrize("words", [words for words in EXAMPLES if command_word(words) in READS], ids=" ".join)
def test_an_example_that_only_reads_runs(words: tuple[str, ...], tmp_path: Path) -> None:
    home = golden_home(tmp_path)
    Path(home.join("codemie-cli.config.json")).write_text(
        '{"version": 2, "activeProfile": "work", "profiles": {"work": {"provider": "ollama"}}}',
        encoding="utf-8",
    )
    told = [str(tmp_path / "usage") if word == "/srv/usage" else word for word in words]
    result = run_program(home.path, *told)
    assert result.returncode in (0, 11, 13), result.stderr  # `doctor` may find something here
    assert result.stdout
