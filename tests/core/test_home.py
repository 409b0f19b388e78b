"""Where a home is, and which layout counts in it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from codemie_core import Home, Profile
from codemie_core.config.layout import CLASSIC, CLI, live_layout


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"CODEMIE_HOME": "/a/b/../c"}, "/a/c"),
        ({"CODEMIE_HOME": ""}, "~/.codemie"),
        ({}, "~/.codemie"),
        ({"CODEMIE_HOME": "~/elsewhere"}, "~/elsewhere"),
        ({"CODEMIE_HOME": "here"}, "./here"),
    ],
)
def test_the_home_is_what_the_environment_says(environ: dict[str, str], expected: str) -> None:
    assert Home.from_environ(environ).path == os.path.abspath(os.path.expanduser(expected))


def test_everything_of_ours_lies_below_tray() -> None:
    home = Home("/h")
    assert (home.tray, home.lock) == (os.path.join("/h", "tray"), os.path.join("/h", "tray", "lock"))
    assert home.logs == home.join("logs")
    assert home.sessions == home.join("sessions")


def test_naming_paths_touches_no_disk(tmp_path: Path) -> None:
    home = Home(str(tmp_path / "none"))
    _ = (home.tray, home.lock, home.logs, home.sessions, home.join("a", "b"))
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ([], CLASSIC),
        (["config.json"], CLASSIC),
        (["codemie-cli.config.json"], CLI),
        (["config.json", "codemie-cli.config.json"], CLI),
        (["config.json", "migrations.json", "sessions/"], CLASSIC),
        (["migrations.json"], CLI),
        (["sessions/"], CLI),
        (["sessions"], CLASSIC),
        (["logs/", "tray/"], CLASSIC),
    ],
)
def test_the_layout_follows_from_what_is_there(home: Home, entries: list[str], expected: object) -> None:
    for entry in entries:
        path = Path(home.join(entry.rstrip("/")))
        path.mkdir() if entry.endswith("/") else path.write_text("{}")
    assert live_layout(home) is expected


def test_a_link_of_the_cli_s_that_leads_nowhere_still_counts(home: Home) -> None:
    Path(home.join("config.json")).write_text("{}")
    Path(home.join("codemie-cli.config.json")).symlink_to("nowhere")
    assert live_layout(home) is CLI


def test_a_profile_shows_no_field_but_what_is_harmless() -> None:
    profile = Profile("a", {"provider": "p", "model": 7, "baseUrl": "u", "apiKey": "sk-planted"})
    assert (profile.provider, profile.model, profile.base_url) == ("p", "", "u")
    assert "sk-planted" not in repr(profile) + str(profile)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, False),
        ({"authToken": "x"}, True),
        ({"authToken": ""}, False),
        ({"authToken": 7}, False),
        ({"authToken": "credential:x"}, False),
        ({"jwtConfig": {"token": "x"}}, True),
        ({"jwtConfig": {"tokenEnvVar": "x"}}, False),
        ({"jwtConfig": "token"}, False),
        ({"ssoConfig": {"cookiesEncrypted": "x"}}, True),
        ({"awsSecretAccessKey": "x"}, True),
        ({"apiKey": "sso-provided"}, False),
        ({"apiKey": "aws-profile", "provider": "bedrock"}, False),
        ({"apiKey": "not-required"}, False),
        ({"authToken": "not-required"}, False),
        ({"apiKey": "Not-Required"}, True),  # the CLI compares literally, and takes this for a key
        ({"apiKey": "not-required "}, True),
        ({"awsSecretAccessKey": "not-required"}, True),
        ({"apiKey": "AKIAIOSFODNN7EXAMPLE", "provider": "bedrock"}, False),
        ({"apiKey": "ASIAIOSFODNN7EXAMPLE", "awsSecretAccessKey": "credential:x"}, False),
        ({"apiKey": "AKIAIOSFODNN7EXAMPLE", "awsSecretAccessKey": "x"}, True),
        ({"apiKey": "AKIAIOSFODNN7EXAMPLE", "provider": "litellm"}, True),
        ({"apiKey": "ABSK-a-bearer-token", "provider": "bedrock"}, True),
    ],
)
def test_what_counts_as_a_secret(fields: dict, expected: bool) -> None:  # type: ignore[type-arg]
    assert Profile("a", fields).has_secret is expected
