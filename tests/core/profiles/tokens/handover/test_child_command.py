"""How the arguments of a program that `run` starts could change the profile."""

from __future__ import annotations

import pytest

from codemie_core import Profile
from codemie_core.errors import CommandOverrides
from codemie_core.profiles.tokens.handover.child_command import check_command, reads_configuration_alone

PROFILE = Profile("b", {"baseUrl": "https://b.example/v1"})


@pytest.mark.parametrize(
    "command",
    [
        ["codemie", "--profile", "a"],
        ["codemie-claude", "--profile=a"],
        ["/usr/local/bin/codemie-code", "x", "--profile", "a"],
        ["C:\\npm\\codemie-claude.CMD", "--profile", "a"],
        ["npx", "-y", "codemie-gemini", "--profile", "a"],
        ["node", "/opt/bin/codemie-claude.js", "--profile", "a"],
        ["codemie-claude", "--profile"],
        ["codemie-claude", "--base-url", "https://a.example"],
        ["codemie-claude", "--base-url=http://b.example/v1"],
    ],
)
def test_the_cli_cannot_be_started_with_another_profile_or_address(command: list[str]) -> None:
    with pytest.raises(CommandOverrides):
        check_command(command, PROFILE)


@pytest.mark.parametrize(
    "command",
    [
        ["codemie-claude"],
        ["codemie-claude", "--profile", "b", "--base-url", "https://b.example/v2"],
        ["codemie-claude", "--", "--profile", "a"],
        ["aws", "--profile", "a"],
        ["codemie-tray", "run", "--profile", "a"],
        ["python3", "-m", "codemie_tray", "run", "--profile", "a"],
        ["vim", "codemie.md", "--profile", "a"],
        ["codemie-claude", "--profiler"],
    ],
)
def test_other_programs_and_the_same_profile_are_allowed(command: list[str]) -> None:
    check_command(command, PROFILE)


def test_with_its_own_profile_option_the_cli_ignores_the_environment() -> None:
    assert reads_configuration_alone(["codemie-claude", "--profile", "b"])
    assert not reads_configuration_alone(["codemie-claude"])
    assert not reads_configuration_alone(["aws", "--profile", "b"])
