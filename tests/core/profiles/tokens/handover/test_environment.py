"""A profile as variables: values that can't be one are reported without the secret."""

from __future__ import annotations

import sys

import pytest

from codemie_core import Profile, ProfileInvalid
from codemie_core.profiles.tokens.handover.environment import OUTPUTS, OVERRIDES, environment_of, overrides_in

WINDOWS_TAKES_IT = pytest.mark.skipif(sys.platform == "win32", reason="variables are UTF-16 there")
HALF = pytest.param("\ud801", marks=WINDOWS_TAKES_IT, id="half a surrogate pair")
PATHS = [("provider",), ("codeMieIntegration", "id"), ("apiKey",), ("jwtConfig", "token")]


@pytest.mark.parametrize("text", [pytest.param("a\0b", id="NUL"), HALF])
@pytest.mark.parametrize("path", PATHS)
def test_a_character_that_a_variable_cannot_hold_is_reported_with_its_field(
    path: tuple[str, ...], text: str
) -> None:
    value: object = text
    for key in reversed(path[1:]):
        value = {key: value}
    profile = Profile("work", {path[0]: value})  # type: ignore[dict-item]
    with pytest.raises(ProfileInvalid, match=rf"^{'.'.join(path)} of 'work' contains a character") as caught:
        environment_of(profile, {})
    assert text not in str(caught.value)


def test_every_variable_that_the_cli_reads_is_from_the_profile_or_empty() -> None:
    stale = dict.fromkeys((*OVERRIDES, *OUTPUTS), "of another session")
    environment = environment_of(
        Profile("a", {"provider": "litellm", "apiKey": "k"}), {**stale, "PATH": "/bin"}
    )
    assert environment == {
        **dict.fromkeys(OVERRIDES, ""),
        "CODEMIE_PROVIDER": "litellm",
        "CODEMIE_API_KEY": "k",
        "PATH": "/bin",
    }


def test_lists_are_written_as_the_cli_parses_them() -> None:
    fields = {"allowedDirs": ["/a", "/b c"], "ignorePatterns": ["{a,b}"], "timeout": 3.0, "debug": False}
    environment = environment_of(Profile("a", fields), {})  # type: ignore[arg-type]
    assert environment["CODEMIE_ALLOWED_DIRS"] == "/a,/b c"
    assert environment["CODEMIE_IGNORE_PATTERNS"] == "", "the configuration has it"
    assert environment["CODEMIE_TIMEOUT"] == "3"
    assert environment["CODEMIE_DEBUG"] == "false"


JWT = {"authMethod": "jwt", "baseUrl": "https://a.example"}


@pytest.mark.parametrize(
    ("fields", "exported", "expected"),
    [
        ({**JWT, "jwtConfig": {"token": "t"}}, {"CODEMIE_JWT_TOKEN": "mine"}, {"CODEMIE_JWT_TOKEN": "t"}),
        (
            {**JWT, "jwtConfig": {"token": "t", "tokenEnvVar": "OWN"}},
            {"CODEMIE_JWT_TOKEN": "of another profile", "OWN": "mine"},
            {"CODEMIE_JWT_TOKEN": "", "OWN": "t"},
        ),
        (
            {**JWT, "jwtConfig": {"tokenEnvVar": "OWN"}},
            {"CODEMIE_JWT_TOKEN": "of another profile", "OWN": "mine"},
            {"CODEMIE_JWT_TOKEN": "", "OWN": "mine"},
        ),
        (JWT, {"CODEMIE_JWT_TOKEN": "mine"}, {"CODEMIE_JWT_TOKEN": "mine"}),
        ({"baseUrl": "https://a.example"}, {"CODEMIE_JWT_TOKEN": "mine"}, {"CODEMIE_JWT_TOKEN": "mine"}),
        (
            {"provider": "litellm", "apiKey": "k"},
            {"CODEMIE_JWT_TOKEN": "of another profile"},
            {"CODEMIE_JWT_TOKEN": ""},
        ),
    ],
)
def test_a_json_web_token_uses_the_profiles_variable_and_exported_ones_are_kept(
    fields: dict[str, object], exported: dict[str, str], expected: dict[str, str]
) -> None:
    environment = environment_of(Profile("a", fields), exported)  # type: ignore[arg-type]
    assert {name: environment.get(name) for name in expected} == expected


@pytest.mark.parametrize(
    "name",
    [
        "",
        "A B",
        "A=B",
        "PATH",
        "LD_PRELOAD",
        "PYTHONPATH",
        "CODEMIE_HOME",
        "CODEMIE_BASE_URL",
        "NODE_OPTIONS",
    ],
)
def test_a_token_is_never_put_into_a_variable_with_another_meaning(name: str) -> None:
    profile = Profile("a", {"jwtConfig": {"token": "secret", "tokenEnvVar": name}})
    with pytest.raises(ProfileInvalid, match="tokenEnvVar") as caught:
        environment_of(profile, {})
    assert "secret" not in str(caught.value)


def test_every_variable_that_overrides_the_profile_is_named() -> None:
    environ = dict.fromkeys((*OVERRIDES, "OWN", "CODEMIE_HAIKU_MODEL"), "x")
    assert overrides_in(environ, None) == list(OVERRIDES)
    assert "CODEMIE_HAIKU_MODEL" not in overrides_in(environ, None), "the CLI only writes it"
    own = Profile("a", {"jwtConfig": {"tokenEnvVar": "OWN"}})
    assert overrides_in(environ, own) == [*OVERRIDES[:-1], "OWN"]
    assert overrides_in({"CODEMIE_MODEL": ""}, None) == []
