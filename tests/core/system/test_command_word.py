"""Names in a command that users paste into a shell."""

from __future__ import annotations

import os
import subprocess

import pytest

from codemie_core.system.command_word import command_word


@pytest.mark.parametrize("name", ["work", "büro-测试", "y/apiKey", "a.b_c@d:e+f,g=h"])
def test_a_name_without_special_characters_stays_as_it_is(name: str) -> None:
    assert command_word(name) == name


@pytest.mark.parametrize("name", ["", "-x", "a\nb", "a\x1b[2J", "\u202eabc"])
def test_a_name_that_nobody_can_type_is_replaced(name: str) -> None:
    assert command_word(name) == "NAME"
    assert command_word(name, placeholder="P") == "P"


@pytest.mark.skipif(os.name != "posix", reason="asks a POSIX shell")
@pytest.mark.parametrize(
    "name", ["a b", "it's", "$(touch X)", "`id`", 'a"b', "a;b", "~", "a*", "#x", "!!", "a\\b"]
)
def test_a_shell_reads_any_other_name_as_one_word(name: str) -> None:
    said = subprocess.run(["sh", "-c", f"printf %s {command_word(name)}"], capture_output=True, check=True)
    assert said.stdout.decode() == name


@pytest.mark.skipif(os.name != "nt", reason="Windows' quotes")
@pytest.mark.parametrize(
    ("name", "word"), [("a b", '"a b"'), ("it's", '"it\'s"'), ("$x y", "'$x y'"), ("100% o'k", "'100% o''k'")]
)
def test_names_are_quoted_for_cmd_where_possible_and_else_for_powershell(name: str, word: str) -> None:
    assert command_word(name) == word
