"""What is a secret and what is harmless, rule by rule; `test_secret_shapes.py` has the corpus of shapes."""

from __future__ import annotations

import json
import string

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from codemie_core.config.secret_detection.classifier import is_harmless, is_secret, shown
from codemie_core.config.secret_detection.randomness import is_random_run, pieces_of
from codemie_core.config.secret_detection.search import secrets_in_fields, secrets_in_text

TOKEN = "ghp_" + "16C7e42F292c6912E7710c838347Ae178B4a"  # made up


@pytest.mark.parametrize(
    "name",
    [
        *("geminiToken", "adminToken", "pwd", "pat", "sas", "GITHUB_PAT", "APIKey", "x-api-key", "apikey"),
        *("clientSecret", "DB_PASSWORD", "dbpassword", "PGPASSWORD", "private_key", "AccountKey", "token2"),
        *("sshKey", "cookiesEncrypted", "secret_id", "contraseña", "密码", "пароль", "MYSQL_PWD", "PATToken"),
    ],
)
def test_a_field_name_with_certain_words_is_secret(name: str) -> None:
    assert is_secret([name], "hunter2")
    assert not is_harmless([name], "hunter2")
    assert is_secret(["outer", name, "inner"], "hunter2")


@pytest.mark.parametrize(
    "name",
    [
        *("maxOutputTokens", "tokenEnvVar", "keyboard", "monkey", "path", "pattern", "compass", "tokenizer"),
        *(
            "token_count",
            "tokenUrl",
            "secretName",
            "passwordPolicy",
            "turkey",
            "authMethod",
            "SharedAccessKeyName",
        ),
    ],
)
def test_a_field_name_that_only_resembles_a_secret_is_not_secret(name: str) -> None:
    assert not is_secret([name], "hunter2")


def test_a_number_is_secret_if_its_field_name_says_so() -> None:
    assert is_secret(["apiKey"], 12345678)
    assert is_secret(["pin"], 1234)
    assert not is_secret(["tokens"], 1234)
    assert not is_secret(["timeout"], 300)
    assert not is_secret(["token"], True)
    assert is_harmless(["timeout"], 300)
    assert not is_harmless(["pin"], 1234)
    assert not is_harmless(["unknown"], 1234)


@pytest.mark.parametrize(
    "word", ["sso-provided", "aws-profile", "not-required", "credential:work/apiKey", ""]
)
def test_a_placeholder_for_a_token_is_not_secret_and_is_shown(word: str) -> None:
    assert not is_secret(["apiKey"], word)
    assert is_harmless(["apiKey"], word)


def test_the_id_of_an_access_key_is_hidden_without_a_warning() -> None:
    access_key_id = "AKIA" + "IOSFODNN7EXAMPLE"
    assert not is_harmless(["apiKey"], access_key_id)
    assert not list(secrets_in_fields({"provider": "bedrock", "apiKey": access_key_id}))
    assert list(secrets_in_fields({"provider": "litellm", "apiKey": access_key_id}))
    assert list(secrets_in_fields({"provider": "bedrock", "model": access_key_id}))


def test_an_unknown_value_is_hidden_without_a_warning() -> None:
    assert not is_secret(["note"], "hello")
    assert not is_harmless(["note"], "hello")
    assert shown(["note"], "hello") == "(hidden)"


def test_an_address_is_shown_without_its_secret_parts() -> None:
    address = f"https://ada:hunter2@api.example.com:8443/v1/{TOKEN}/x?api-version=2024-02-01&key=abc#frag"
    assert shown(["baseUrl"], address) == (
        "https://(hidden)@api.example.com:8443/v1/(hidden)/x?api-version=2024-02-01&key=(hidden)#frag"
    )
    assert shown(["baseUrl"], "https://TOKEN@example.com") == "https://(hidden)@example.com"
    assert shown(["baseUrl"], "no address") == "(hidden)"


def test_secrets_are_found_anywhere_in_a_configuration() -> None:
    text = json.dumps(
        {
            "activeProfile": "hunter2",
            "gatewayKey": "one",
            "profiles": {
                "token of mine": {
                    "model": "hello",
                    "apiKey": "two",
                    "cookies": [{"name": "sid", "value": "three"}],
                    "deep": [[{TOKEN: {"inner": 1}}]],
                    "pin": 4444,
                    "note": f"a text with {TOKEN} in it",
                }
            },
        }
    )
    twice = text.replace('"apiKey": "two"', '"apiKey": "five", "apiKey": "two"')
    found = list(secrets_in_text("\ufeff" + twice))
    assert {(each.profile, each.path, each.text) for each in found} == {
        (None, ("gatewayKey",), "one"),
        ("token of mine", ("apiKey",), "five"),
        ("token of mine", ("apiKey",), "two"),
        ("token of mine", ("cookies", "value"), "three"),
        ("token of mine", ("deep", "(hidden)"), TOKEN),
        ("token of mine", ("pin",), "4444"),
        ("token of mine", ("note",), f"a text with {TOKEN} in it"),
    }
    assert TOKEN not in repr(found)


@given(
    st.sampled_from(
        [string.ascii_letters + string.digits, string.hexdigits, "0123456789abcdef", "aB1"]
    ).flatmap(lambda alphabet: st.text(alphabet, min_size=10, max_size=47))
)
@example("EthF1RrevMxoHAX")  # six pieces; seven if `E` and `th` were two
@example("AB1cD2eF3gH4")
def test_the_pieces_of_a_run_are_always_counted_the_same_way(run: str) -> None:
    pieces, length = pieces_of(run), len(run)
    if run.isdigit() or (length >= 16 and run.isalpha()):
        return
    if length >= 16 and (run.islower() or run.isupper()):
        is_hex = not set(run) - set(string.digits + "abcdef") or not set(run) - set(string.digits + "ABCDEF")
        assert is_random_run(run) is (pieces >= (3 if is_hex else 4))
        return
    assert is_random_run(run) is (length < (2.2 if length < 16 else 3.3) * pieces)
