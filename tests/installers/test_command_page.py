"""docs/commands.md names what the parser accepts, and each item is tried on the installed program."""

from __future__ import annotations

import argparse

from tests.installers.every_command import CASES, PAGE, Named, case, named

from codemie_tray.commands.parser import build_parser

NAMED = named(PAGE.read_text(encoding="utf-8"))


def of_the_parser(
    parser: argparse.ArgumentParser, command: tuple[str, ...] = ()
) -> set[tuple[tuple[str, ...], str]]:
    """Return every command and each option of it; for a choice of words (`autostart on`), those."""
    found: set[tuple[tuple[str, ...], str]] = set()
    commands = [command]
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, one in action.choices.items():
                found |= of_the_parser(one, (*command, name))
            commands = [] if action.required else commands
        elif action.choices and not action.option_strings:
            commands = [(*command, str(choice)) for choice in action.choices]
    options = [action.option_strings[-1] for action in parser._actions if action.option_strings]
    found |= {(one, option) for one in commands for option in options if option != "--help"}
    return found | {(one, "") for one in commands}


def test_the_page_and_the_parser_have_the_same_commands_and_options() -> None:
    page = {(each.command, each.option) for each in NAMED} | {(each.command, "") for each in NAMED}
    parser = {each for each in of_the_parser(build_parser()) if each[0]}
    assert page == parser


def test_each_command_and_option_of_the_page_is_tried_on_the_installed_program() -> None:
    assert [each for each in NAMED if not any(each.is_in(one.words) for one in CASES)] == []


def test_a_new_command_or_option_on_the_page_would_be_missed() -> None:
    page = PAGE.read_text(encoding="utf-8")
    more = page.replace("`status [--json]`", "`status [--json] [--short]`").replace(
        "`switch [NAME] [--json]`", r"`switch [NAME] [--json]`, `forget on\|off --now [--by day\|week]`"
    )
    assert set(named(more)) - set(NAMED) == {
        Named(("status",), "--short"),
        *(Named(("forget", word), option) for word in ("on", "off") for option in ("--now",)),
        *(Named(("forget", word), "--by", value) for word in ("on", "off") for value in ("day", "week")),
    }
    assert not Named(("usage",), "--by", "day").is_in(case("usage --by model", "").words)
    assert not Named(("usage",)).is_in(case("usage --utc", "").words)
