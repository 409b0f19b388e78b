"""A secret is hidden wherever it is repeated; only candidates that could matter are examined closely."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.support.scale import rounds

from codemie_core.config.secret_detection.shapes.spans import secret_spans
from codemie_core.profiles.tokens.masking import repeated as repeated_module
from codemie_core.profiles.tokens.masking.repeated import Repeated

KEY = "kJ8sQ2xW9vB4nM7pL1zR"
SECRETS = st.sampled_from(
    [
        *(KEY, f"Bearer {KEY}", f"see {KEY}, or not", "password=ab", "password='ab' and", '{"token": "a1"}'),
        *(
            "--password x1 --verbose",
            "password: a b; more",
            "<password>a</password>",
            'k={\\"apiKey\\": \\"ab\\"}',
        ),
        *("login me password a1", "login a password b c", "https://ab@example.com/x", "me:abc@host", "ab"),
        *(
            "postgres://u:p@h/d",
            "token: Bearer abcdefgh1",
            "secret=a\0b",
            "pin=1",
            "hunter22",
            "x",
            "",
            "ä=ö",
        ),
        *("AKIAIOSFODNN7EXAMPLEabc", "äkJ8sQ2xW9vB4nM7pL1zR"),
        *("token=", "PASSWORD => a1", "a=b=c&token=d", "password=a\nsecret=bc,d", "password a1"),
    ]
)
TEXTS = st.sampled_from(
    ["", "a", "b", "ab", "a1", "x1", "1", "c", "d", "bc", "a b", "u:p", "me:abc", "p", "x", KEY]
) | (st.builds("{}{}{}".format, st.sampled_from(["", "my ", "="]), SECRETS, st.sampled_from(["", " 1", ";"])))


def parts_of(secrets: set[str]) -> set[str]:
    return secrets | {text[start:end] for text in secrets for start, end in secret_spans(text)}


@pytest.mark.parametrize("few", [0, 4, 150], ids=["pieces at once", "some at once", "one by one"])
@settings(
    max_examples=rounds(200, 10_000),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    database=None,
)
@given(secrets=st.sets(SECRETS, max_size=8), texts=st.lists(TEXTS, max_size=8), more=st.data())
def test_every_secret_and_every_part_of_one_is_found(
    few: int, secrets: set[str], texts: list[str], more: st.DataObject
) -> None:
    parts = parts_of(secrets)
    if parts:
        texts = [*texts, *more.draw(st.lists(st.sampled_from(sorted(parts)), max_size=4))]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(repeated_module, "_FEW_PIECES", few)
        repeated = Repeated(secrets, secrets)
        if more.draw(st.booleans()):
            repeated.look_for(texts)
        for text in texts:
            expected = text in parts or any(len(part) >= 6 and part in text for part in parts)
            assert repeated.within(text) is expected, text


@pytest.fixture
def looked_at(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that were searched for secrets."""
    texts: list[str] = []

    def spans(text: str) -> list[tuple[int, int]]:
        texts.append(text)
        return secret_spans(text)

    monkeypatch.setattr(repeated_module, "secret_spans", spans)
    return texts


def test_keys_that_share_nothing_with_the_shown_text_are_not_examined(looked_at: list[str]) -> None:
    keys = {f"{KEY}-{number:05}" for number in range(20_000)}
    secrets = {*keys, "token=abc", "Bearer other-words-5f"}
    repeated = Repeated(secrets, secrets)
    assert not repeated.within("claude-4-5-sonnet")
    assert not repeated.within("00")
    assert looked_at == []
    assert repeated.within("abc")
    assert repeated.within("with other-words-5f in it")
    assert set(looked_at) == {"token=abc", "Bearer other-words-5f"}


def test_an_address_that_shares_only_its_scheme_with_the_shown_text_is_not_examined(
    looked_at: list[str],
) -> None:
    login = f"https://me:{KEY}@host-of-mine/path"
    secrets = {*(f"https://{number:05}-{KEY}/x" for number in range(5_000)), login}
    repeated = Repeated(secrets, secrets)
    assert not repeated.within("https://litellm.example.com/v1")
    assert looked_at == []
    assert repeated.within(f"https://me:{KEY}@another-host/")
    assert repeated.within(f"see {login}")
    assert not repeated.within("https://me:another@host")
