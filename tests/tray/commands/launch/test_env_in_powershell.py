"""What `env --shell powershell` prints, read by a parser for PowerShell and evaluated from its tree.

PowerShell itself is in no registry that the tests can use.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.tray.commands.launch.test_env_command import HOSTILE

from codemie_tray.commands.launch.quoting import lines_for, powershell_word

if sys.platform != "linux":
    pytest.skip("the parser is installed on Linux", allow_module_level=True)

import tree_sitter_powershell
from tree_sitter import Language, Node, Parser

PARSER = Parser(Language(tree_sitter_powershell.language()))
COMMANDS_PAGE = Path(__file__).parents[4] / "docs" / "commands.md"


class NotData(Exception):
    """The lines do more than set variables to texts and remove others."""


def leaves(node: Node) -> Iterator[tuple[str, str]]:
    """Yield the kind and the text of each node without children."""
    if node.child_count == 0:
        yield node.type, (node.text or b"").decode()
    for child in node.children:
        yield from leaves(child)


def evaluated(script: str) -> tuple[dict[str, str], list[str]]:
    """Return the variables that a script sets, and those it removes; raises `NotData` if it does more."""
    root = PARSER.parse(script.encode()).root_node
    if root.has_error:
        raise NotData("it can't be parsed")
    values: dict[str, str] = {}
    removed: list[str] = []
    for pipeline in root.children[0].children:
        first, *rest = [leaf for leaf in leaves(pipeline) if leaf[0].strip()]
        if first == ("command_name", "Remove-Item"):
            removed.append(rest[0][1].removeprefix("Env:"))
            if rest[1:] != [("command_parameter", "-ErrorAction"), ("generic_token", "SilentlyContinue")]:
                raise NotData(pipeline.type)
        elif first[0] == "variable" and rest[0][0] == "=":
            values[first[1].removeprefix("$env:")] = text_of(rest[1:])
        else:
            raise NotData(pipeline.type)
    return values, removed


def text_of(parts: list[tuple[str, str]]) -> str:
    """Return the value of literals joined by `+`."""
    units = b""
    for kind, text in parts:
        if kind == "verbatim_string_characters":
            units += re.sub("(['\u2018\u2019\u201a\u201b])\\1", r"\1", text[1:-1]).encode("utf-16-le")
        elif kind == "hexadecimal_integer_literal":
            units += int(text, 16).to_bytes(2, "little")
        elif (kind, text) not in {("type_identifier", "char"), *((sign, sign) for sign in "()[]+")}:
            raise NotData(text)
    return units.decode("utf-16-le")


def test_every_value_is_one_text_with_the_same_characters() -> None:
    values = {f"T_{at}": value for at, value in enumerate(HOSTILE)}
    script = "\n".join(lines_for("powershell", values, ["T_OLD", "T_OLDER"]))
    assert evaluated(script) == (values, ["T_OLD", "T_OLDER"])


@pytest.mark.parametrize("value", [value for value in HOSTILE if value.isprintable()])
def test_a_word_to_paste_is_one_argument(value: str) -> None:
    root = PARSER.parse(f"Write-Output {powershell_word(value)}".encode()).root_node
    assert not root.has_error
    words = [(kind, text) for kind, text in leaves(root) if kind.strip()]
    assert len(words) == 2
    assert text_of([words[1]]) == value


@pytest.mark.parametrize("value", ["it's", "'; touch MARK; '"])
def test_the_parser_notices_a_value_that_was_not_quoted(value: str) -> None:
    script = f"$env:T_0 = '{value}'"  # as a careless program would write it
    with pytest.raises(NotData):
        evaluated(script)


def test_what_the_manual_says_for_powershell_is_powershell() -> None:
    page = COMMANDS_PAGE.read_text(encoding="utf-8")
    lines = re.findall(r"^    (.*?) +# PowerShell$", page, re.MULTILINE)
    assert len(lines) == 2
    for line in lines:
        assert not PARSER.parse(line.encode()).root_node.has_error, line
