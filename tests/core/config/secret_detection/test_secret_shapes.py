"""Each known shape is found and hidden everywhere; harmless values are shown."""

from __future__ import annotations

import itertools
import json
import random
import string
import time
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.core.config.secret_detection.secret_corpus import Shape, harmless_values, secret_shapes
from tests.support.scale import rounds

from codemie_core.config.secret_detection import search
from codemie_core.config.secret_detection.classifier import is_harmless, is_secret, shown
from codemie_core.config.secret_detection.search import secrets_in_text
from codemie_core.config.secret_detection.shapes import keys, parts, spans
from codemie_core.config.secret_detection.shapes.spans import holds_secret, secret_spans
from codemie_core.files.json.document import JsonDocument
from codemie_core.profiles.tokens.masking import Mask

SHAPES = secret_shapes()
HARMLESS = harmless_values()
SHOWN_FIELDS = [
    *(("model",), ("provider",), ("baseUrl",), ("codeMieProject",), ("awsProfile",), ("userEmail",)),
    *(("allowedDirs",), ("authRealm",), ("codeMieIntegration", "id"), ("jwtConfig", "tokenEnvVar")),
    *(("codemieSkills", "description"), ("codemieAssistants", "name")),
]
"""Fields whose values are shown if they are harmless."""


def masked(config: Any, **look: Any) -> str:
    return Mask().text_of(JsonDocument.parse(json.dumps(config, **look)))


def nested(path: tuple[str, ...], value: Any) -> Any:
    for name in reversed(path):
        value = {name: value}
    return value


def test_the_corpus_is_large_and_names_its_sources() -> None:
    assert len({shape.value for shape in SHAPES}) == len(SHAPES) >= 300
    assert len({json.dumps([path, value]) for path, value in HARMLESS}) == len(HARMLESS) >= 300
    assert all(len(shape.source) > 6 for shape in SHAPES)
    issuers = {shape.issuer for shape in SHAPES}
    assert issuers >= {
        *(
            "GitHub",
            "GitLab",
            "AWS",
            "Azure",
            "Google Cloud",
            "Slack",
            "npm",
            "PyPI",
            "Hugging Face",
            "OpenAI",
        ),
        *("OpenAI", "Anthropic", "Stripe", "Twilio", "SendGrid", "DigitalOcean", "Databricks", "Atlassian"),
        *(
            "Notion",
            "Vercel",
            "Supabase",
            "Docker",
            "HashiCorp Vault",
            "Telegram",
            "Discord",
            "JSON Web Token",
        ),
        *("address", "connection string", "PEM", "OpenPGP", "named field"),
    }


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: f"{shape.issuer}-{shape.field}")
def test_a_secret_is_found_and_hidden_in_its_field_and_wherever_it_is_repeated(shape: Shape) -> None:
    assert is_secret([shape.field], shape.value)
    assert not is_harmless([shape.field], shape.value)
    profile = {
        shape.field: shape.value,
        "note": [shape.value, {"deep": [[{shape.field: [shape.value]}]]}],
        "allowedDirs": [shape.value, f"/x/{shape.value}/y"],
        "model": shape.value,
        "codeMieProject": f"a text with {shape.value} in it",
        "extra": {shape.value: 1},
    }
    for config in ({"profiles": {"work": profile}}, profile):
        for look in ({}, {"indent": 2}, {"ensure_ascii": False}):
            text = masked(config, **look)
            assert not shape.is_in(text)
            json.loads(text)
    found = {each.text for each in secrets_in_text(json.dumps({"profiles": {"work": profile}}))}
    assert shape.value in found


@pytest.mark.parametrize(
    "shape", [shape for shape in SHAPES if shape.by_shape], ids=lambda shape: f"{shape.issuer}-{shape.field}"
)
def test_a_secret_is_recognised_by_its_shape_anywhere(shape: Shape) -> None:
    assert is_secret(["note"], shape.value)
    assert holds_secret(shape.value)
    for text in (shape.value, f"see {shape.value} there", f'say "{shape.value}"', f"({shape.value})"):
        for path in SHOWN_FIELDS:
            assert not shape.is_in(shown(path, text)), path
            assert not is_harmless(path, text), path
            assert not shape.is_in(masked({"profiles": {"work": nested(path, text)}})), path
        left = text
        for start, end in reversed(secret_spans(text)):
            left = left[:start] + left[end:]
        assert not shape.is_in(left)
    assert not shape.is_in(masked({"profiles": {"work": {"hooks": {shape.value: True}}}}))


@pytest.mark.parametrize(("path", "value"), HARMLESS, ids=lambda one: str(one)[:40])
def test_a_harmless_value_is_shown_unchanged(path: tuple[str, ...], value: Any) -> None:
    assert is_harmless(path, value)
    assert not is_secret(path, value)
    if isinstance(value, str):
        assert shown(path, value) == value
    for config in ({"profiles": {"work": nested(path, value)}}, nested(path, [value])):
        text = json.dumps(config, ensure_ascii=False)
        assert masked(config, ensure_ascii=False) == text


ALPHABETS = {
    "hex": "0123456789abcdef",
    "base32": string.ascii_uppercase + "234567",
    "base36": string.ascii_lowercase + string.digits,
    "base62": string.ascii_letters + string.digits,
    "base64url": string.ascii_letters + string.digits + "-_",
}


@pytest.mark.parametrize("alphabet", ALPHABETS)
def test_random_text_is_rarely_mistaken_for_a_model(alphabet: str) -> None:
    """A rate, since not all can be recognised: tokens of unknown issuers in a field that is shown."""
    chance = random.Random(7)  # noqa: S311  made up, and the same each time
    tokens = ["".join(chance.choices(ALPHABETS[alphabet], k=40)) for _ in range(1000)]
    assert sum(is_harmless(["model"], token) for token in tokens) <= 10


@given(st.text(max_size=60), st.text(max_size=60))
def test_every_text_can_be_judged(name: str, value: str) -> None:
    text = shown(["baseUrl"], value)
    assert text == value or "(hidden)" in text
    is_secret([name, "inner"], value)
    for start, end in secret_spans(value):
        assert 0 <= start <= end <= len(value)
    config = {"profiles": {"work": {name: value, "model": value}}, name: value}
    json.loads(masked(config))
    list(secrets_in_text(json.dumps(config)))


@given(
    st.sampled_from([shape for shape in SHAPES if shape.by_shape and not shape.before]),
    st.text(alphabet=" \t,;()", max_size=5),
    st.lists(st.sampled_from(["the", "token", "of", "work", "is", "model", "v2", "2026-11-27"]), max_size=6),
)
def test_surrounding_words_never_let_a_token_through(shape: Shape, gap: str, words: list[str]) -> None:
    text = " ".join(words) + " " + gap + shape.value + gap + " " + " ".join(words)
    assert not shape.is_in(shown(["model"], text))
    assert is_secret(["note"], text)


HOSTILE = [
    *(
        "://a:",
        "a@",
        "b:bbbb@",
        "a",
        "token=",
        'token="',
        'token=\\"',
        "\\",
        "sk-",
        "<aa>",
        "login x password ",
    ),
    *(
        "ghp_",
        "eyJ",
        " ",
        "--token ",
        "bearer ",
        "aB3/",
        "-----BEGIN ",
        "0123456789abcdef",
        "password: ",
        "key=",
    ),
    *("\u0301\u00e9", "a.b", "*"),
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_judging_a_text_takes_linear_time(piece: str) -> None:
    def seconds(length: int, times: int) -> float:
        text = (piece * (length // len(piece) + 1))[:length]
        begun = time.process_time()
        for _ in range(times):
            secret_spans(text)
            shown(["model"], text)
            shown(["baseUrl"], "https://example.com/" + text)
        return time.process_time() - begun

    # The same amount in sixteen texts and in one: a quadratic search of one would take 16 times as long. One
    # short text would take less than a tick of the clock on Windows.
    tick = 1 / 64
    assert min(seconds(320_000, 1) for _ in range(3)) < 4 * max(seconds(20_000, 16), tick)


WORDS = st.sampled_from(
    [
        "claude",
        "sk",
        "token",
        "npm",
        "0123456789",
        "fo1",
        "hf",
        "abcdefghijklmnop",
        "a1b2c3",
        "localhost",
        "key",
    ]
)
PLAIN_LOOKING = st.lists(WORDS | st.text("abcxyz019", min_size=1, max_size=17), min_size=1, max_size=9)


@settings(max_examples=rounds(500, 20_000), deadline=None, database=None)
@given(
    st.sampled_from(["", "https://", "http://"]),
    PLAIN_LOOKING,
    st.lists(st.sampled_from(["-", "_", ".", "/", ":", ":8080/", ": ", "="]), min_size=9, max_size=9),
)
def test_a_text_that_is_called_plain_has_no_secret_of_any_kind(
    scheme: str, words: list[str], signs: list[str]
) -> None:
    text = scheme + "".join(itertools.chain.from_iterable(zip(words, signs, strict=False)))
    for part in (text, text[:-1]):
        if spans.is_plain(part):
            assert not keys.is_one_random(part)
            assert list(spans._spans(part)) == []


def check_long_parts(text: str) -> bool:
    """Check that no secret in a text is left out; return whether its secrets are all long."""
    beginnings = parts.beginnings_of_long_parts(text)
    if beginnings is None:
        return False
    for start, end in secret_spans(text):
        assert end - start >= parts.LONG_PART, text
        assert text[start : start + parts.LONG_PART] in beginnings, text
    return True


@settings(max_examples=rounds(500, 20_000), deadline=None, database=None)
@given(
    st.sampled_from(["", "https://", "http://", "token://"]),
    st.lists(
        st.sampled_from([*(shape.value for shape in SHAPES[::7]), "AKIAIOSFODNN7EXAMPLE", "a", "Z9" * 20])
        | st.text("abcXYZ0189", min_size=1, max_size=45),
        max_size=5,
    ),
    st.lists(st.sampled_from([*"-_./+~%?&#!$*()", "=", ":", "@", " ", "://"]), min_size=5, max_size=5),
)
def test_every_secret_in_a_text_without_short_parts_begins_as_listed(
    scheme: str, parts: list[str], signs: list[str]
) -> None:
    check_long_parts(scheme + "".join(itertools.chain.from_iterable(zip(parts, signs, strict=False))))


def test_the_secrets_of_most_addresses_and_keys_are_all_long() -> None:
    chance = random.Random(7)  # noqa: S311  not for secrets
    signs = string.ascii_letters + string.digits + "/-._"
    texts = [f"https://{''.join(chance.choices(signs, k=80))}" for _ in range(rounds(1000, 100_000))]
    assert sum(map(check_long_parts, texts)) > len(texts) // 2
    assert sum(bool(secret_spans(text)) for text in texts) > len(texts) // 2
    assert not any(map(check_long_parts, ("token://abcdef", "me:abc@host", "pin=1", "Bearer abcdef", "sk-a")))


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("claude-4-5-sonnet", True),
        ("https://litellm.example.com/v1", True),
        ("http://localhost:8080/team/models", True),
        ("services/demo-3/source", True),
        ("http://token:8080/team", False),  # what follows the name of a secret
        ("sk-abcdefgh", False),
        ("https://example.com/0123456789abcdef", False),
        ("Claude", False),
    ],
)
def test_words_and_addresses_are_plain(text: str, *, plain: bool) -> None:
    assert spans.is_plain(text) is plain


def test_only_the_texts_that_are_asked_about_are_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    judged: list[object] = []

    def judge(path: Sequence[str], value: object) -> bool:
        judged.append(value)
        return is_secret(path, value)  # type: ignore[arg-type]

    monkeypatch.setattr(search, "is_secret", judge)
    keys = [f"sk-{number:08}-planted" for number in range(1000)]
    text = json.dumps({"profiles": {"a": {"apiKey": keys[0], "model": "m"}}, "notes": keys, "words": ["one"]})
    found = search.SecretTexts.in_configuration(text)
    assert keys[7] in found
    assert "one" not in found
    assert "another" not in found
    assert judged == [keys[7], "one"]
    assert [(f.profile, f.path) for f in search.secret_fields_in(text)] == [
        ("a", ("apiKey",)),
        (None, ("notes",)),
    ]
    assert len(judged) < 10
    assert set(found) == set(keys) == {one.text for one in search.secrets_in_text(text)}
