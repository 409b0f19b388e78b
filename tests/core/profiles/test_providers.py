"""The providers, valid values of their fields, and problems of a profile."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from codemie_core import Profile
from codemie_core.config.model.profile import SECRET_FIELDS
from codemie_core.config.secret_detection.classifier import is_harmless
from codemie_core.profiles.checks import (
    Severity,
    is_unencrypted,
    problems_of,
    why_no_token,
    why_not,
)
from codemie_core.profiles.making import fields_for, filled, with_defaults
from codemie_core.profiles.page import table
from codemie_core.profiles.provider import Field, Kind, Provider
from codemie_core.profiles.providers import PROVIDERS, provider_named, provider_of
from codemie_core.system.command_word import command_word

PAGE = Path(__file__).parents[3] / "docs" / "providers.md"
GIVEN = {"codeMieUrl": "https://codemie.example.com", "model": "m", "apiKey": "AKIAIOSFODNN7EXAMPLE"}


def test_the_page_contains_the_current_table() -> None:
    assert table() in PAGE.read_text(encoding="utf-8"), f"put this into {PAGE}:\n{table()}"


@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda one: one.key)
def test_a_profile_made_from_the_table_is_valid_and_recognized(provider: object) -> None:
    provider = provider_named(provider.key)  # type: ignore[attr-defined]
    given = {name: text for name, text in GIVEN.items() if provider.field_named(name)}
    texts = with_defaults(provider, given)
    fields = fields_for(provider, texts, has_token=False)
    assert provider_of(fields) == provider
    problems = [one for one in problems_of(Profile("p", fields)) if one.severity is Severity.ERROR]
    needs_token = provider.token is not None and provider.token.needed
    assert [one.sentence.partition(".")[0] for one in problems] == (
        ["It has no token"] if needs_token else []
    )
    for name, text in texts.items():  # what we write may be shown again
        assert name == "apiKey" or is_harmless(tuple(name.split(".")), text), name


def test_the_profiles_that_the_cli_wrote_have_no_problem() -> None:
    text = (Path(__file__).parents[2] / "golden/cli-home/codemie-cli.config.json").read_text(encoding="utf-8")
    profiles = json.loads(text)["profiles"]
    assert "anthropic-subscription" in {fields["provider"] for fields in profiles.values()}
    for name, fields in profiles.items():
        # One was saved without an address; the CLI starts no agent with it.
        lacking = [] if "baseUrl" in fields else ["Address is required."]
        assert [one.sentence for one in problems_of(Profile(name, fields))] == lacking, name


@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda one: one.key)
def test_every_profile_needs_an_address_and_a_model_since_the_cli_asks_for_both(provider: Provider) -> None:
    for name, asks in (("baseUrl", "Address"), ("model", "Model")):
        given = {key: text for key, text in GIVEN.items() if provider.field_named(key)}
        texts = {key: text for key, text in with_defaults(provider, given).items() if key != name}
        fields = fields_for(provider, texts, has_token=True)
        found = [one for one in problems_of(Profile("p", fields)) if one.field == name]
        assert [one.severity for one in found] == [Severity.ERROR], name
        assert found[0].sentence.startswith(asks)
        assert found[0].sentence.endswith("is required.")


def test_the_command_in_a_problem_can_be_pasted() -> None:
    fields = {"provider": "openai", "baseUrl": "https://a.example", "model": "m"}
    (problem,) = problems_of(Profile("my work", fields))
    assert (
        problem.sentence
        == f"It has no token. Set one: codemie-tray profile set-token {command_word('my work')}"
    )
    assert command_word("my work") in ("'my work'", '"my work"')


def test_the_token_fields_of_all_providers_are_secret() -> None:
    assert {one.token.path for one in PROVIDERS if one.token} <= set(SECRET_FIELDS)


def test_defaults_are_derived_from_the_given_values() -> None:
    texts = with_defaults(provider_named("ai-run-sso"), {"codeMieUrl": "https://c.example/", "model": "m"})
    assert texts["baseUrl"] == "https://c.example/code-assistant-api"
    texts = with_defaults(provider_named("bedrock"), {"awsRegion": "eu-central-1"})
    assert texts["baseUrl"] == "https://bedrock-runtime.eu-central-1.amazonaws.com"
    assert "baseUrl" not in with_defaults(provider_named("ai-run-sso"), {})
    assert filled("{a} and {b}", {"a": "1"}) == ""


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("https://api.example.com", True),
        ("https://api.example.com:8443/v1?x=1", True),
        ("http://localhost:4000", True),
        ("http://[::1]:8080/", True),
        ("HTTPS://API.example.com", True),
        ("api.example.com", False),
        ("ftp://api.example.com", False),
        ("https://", False),
        ("https:///v1", False),
        ("https://user:pass@api.example.com", False),
        ("https://api.example.com\\@evil.example", False),
        ("https://api.example.com evil", False),
        ("https://exämple.com", False),
        ("https://api.example.com:99999", False),
        ("javascript:alert(1)", False),
    ],
)
def test_addresses_that_programs_parse_differently_are_refused(text: str, right: bool) -> None:
    assert (why_not(Field(("baseUrl",), "Address", Kind.ADDRESS), text) == "") is right


@pytest.mark.parametrize(
    ("address", "unencrypted"),
    [
        ("http://api.example.com", True),
        ("http://192.168.1.4:4000", True),
        ("http://127.0.0.1.evil.example", True),
        ("http://localhost.evil.example", True),
        ("http://localhost:4000", False),
        ("http://127.0.0.1", False),
        ("http://[::1]:1", False),
        ("https://api.example.com", False),
    ],
)
def test_only_this_machine_may_be_reached_unencrypted_without_a_warning(
    address: str, unencrypted: bool
) -> None:
    assert is_unencrypted(address) is unencrypted
    profile = Profile("p", {"provider": "ollama", "baseUrl": address, "model": "m"})
    assert [one.severity for one in problems_of(profile)] == [Severity.WARNING] * unencrypted


@pytest.mark.parametrize(
    ("kind", "text", "right"),
    [
        (Kind.REGION, "eu-central-1", True),
        (Kind.REGION, "us-gov-west-1", True),
        (Kind.REGION, "Frankfurt", False),
        (Kind.VARIABLE, "MY_TOKEN", True),
        (Kind.VARIABLE, "MY-TOKEN", False),
        (Kind.ACCESS_KEY_ID, "AKIAIOSFODNN7EXAMPLE", True),
        (Kind.ACCESS_KEY_ID, "sk-1", False),
        (Kind.TEXT, "claude-4-5-sonnet", True),
        (Kind.TEXT, "two\nlines", False),
        (Kind.TEXT, "x" * 1001, False),
        (Kind.TEXT, "sk-ant-api03-abcdefghijklmnopqrstuvwxyz0123456789", False),
        (Kind.TEXT, "", False),
    ],
)
def test_a_field_accepts_only_valid_values(kind: Kind, text: str, right: bool) -> None:
    assert (why_not(Field(("model",), "Model", kind), text) == "") is right


@pytest.mark.parametrize("text", ["", " ", "sk 1", "sk\n1", "\x1b[31m", "credential:x", "sso-provided"])
def test_an_invalid_token_is_refused(text: str) -> None:
    assert why_no_token(text)
    assert not why_no_token("sk-ant-1")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "It has no provider."),
        (
            {"provider": "later-one", "baseUrl": "https://a.example", "model": "m"},
            "'later-one' is not a known provider",
        ),
        ({"provider": "openai", "model": "m", "apiKey": "k"}, "Address is required."),
        ({"provider": "openai", "baseUrl": 5, "model": "m", "apiKey": "k"}, "baseUrl must be text."),
        (
            {"provider": "openai", "baseUrl": "https://a.example", "model": "m", "apiKey": "k k"},
            "copied by mistake",
        ),
        (
            {"provider": "openai", "baseUrl": "https://a.example", "model": "m"},
            "codemie-tray profile set-token p",
        ),
    ],
)
def test_problems_of_a_profile_are_reported(fields: dict[str, object], said: str) -> None:
    assert said in " ".join(one.sentence for one in problems_of(Profile("p", fields)))  # type: ignore[arg-type]


def test_a_reference_counts_as_a_token_in_either_layout() -> None:
    for field in ("apiKey", "authToken"):
        fields = {"provider": "openai", "baseUrl": "https://a.example", "model": "m", field: "credential:p/x"}
        assert list(problems_of(Profile("p", fields))) == []
