"""Versions with tokens that the configuration no longer holds: the fast path finds what decoding finds."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.support.scale import rounds

from codemie_core.config.history.old_tokens import OldTokenSearch
from codemie_core.config.model.config import Config, parse_config
from codemie_core.config.model.layout import CLI
from codemie_core.config.secret_detection.search import secrets_in_text

TOKENS = [f"sk-planted-token-{letter * 12}" for letter in "abcd"]
FIELDS = st.fixed_dictionaries(
    {},
    optional={
        "apiKey": st.sampled_from(TOKENS),
        "model": st.sampled_from(["x", '"}},"profiles":{"', "ü"]),
        "profiles": st.dictionaries(
            st.sampled_from("pq"), st.dictionaries(st.just("apiKey"), st.sampled_from(TOKENS))
        ),
    },
)
CONFIGS = st.fixed_dictionaries(
    {"profiles": st.dictionaries(st.sampled_from("abcdef"), FIELDS, max_size=6)},
    optional={
        "activeProfile": st.sampled_from("abc"),
        "token": st.sampled_from(TOKENS),
        "other": st.fixed_dictionaries(
            {"profiles": st.dictionaries(st.sampled_from("abcdef"), FIELDS, max_size=6)}
        ),
    },
)
LOOKS = st.sampled_from([{"indent": 2}, {}, {"separators": (",", ":"), "ensure_ascii": False}])


def config_of(text: str) -> Config:
    return parse_config(text.encode(), path="c", layout=CLI)


def by_decoding(config: Config, version: str) -> bool:
    known = set(config.secrets)
    return not known.issuperset(found.text for found in secrets_in_text(version))


@settings(
    max_examples=rounds(300, 20_000),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    database=None,
)
@given(CONFIGS, CONFIGS, LOOKS, st.data())
def test_the_fast_path_finds_what_decoding_finds(now: Any, then: Any, look: Any, data: st.DataObject) -> None:
    if data.draw(st.booleans()):  # an earlier state of the same configuration
        then = {**now, **then, "profiles": {**now["profiles"], **then["profiles"]}}
    if data.draw(st.booleans()):
        then = dict(reversed(then.items()))
    config, version = config_of(json.dumps(now, **look)), json.dumps(then, **look)
    answer = OldTokenSearch(config).in_large(version.encode())
    assert answer in (None, by_decoding(config, version))


def whole(changed: dict[str, Any], **more: Any) -> str:
    profiles = {f"p{number}": {"model": "m", "apiKey": TOKENS[0]} for number in range(20)}
    profiles = {name: fields for name, fields in (profiles | changed).items() if fields is not None}
    return json.dumps({"version": 2, "activeProfile": "p1", **more, "profiles": profiles, "z": [1]}, indent=2)


OLD = {"apiKey": TOKENS[1]}


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        (whole({}), False),
        (whole({}, activeProfile="p2", version=7), False),
        (whole({}, token=TOKENS[1]), True),
        (whole({"p0": OLD}), True),
        (whole({"p0": {"model": "old"}}), False),
        (whole({"p7": OLD, "p9": {}}), True),
        (whole({"p7": {"model": "old"}, "p15": {}}), False),
        (whole({"p19": OLD}), True),
        (whole({"p19": {}}), False),
        (whole({"more": OLD}), True),
        (whole({"more": {}}), False),
        (whole({"p3": None, "p4": None}), False),
        (whole({"p0": None, "p19": None}), False),
        (whole({}).replace('"m"', f'"m", "apiKey": "{TOKENS[1]}"', 1), True),
        (whole({}).replace('"p5": {', f'"p5": {{"apiKey": "{TOKENS[1]}"}}, "p5": {{', 1), True),
        ("\ufeff" + whole({}), False),
    ],
)
def test_a_version_with_few_differences_is_not_decoded(version: str, expected: bool) -> None:
    config = config_of(whole({}))
    assert OldTokenSearch(config).in_large(version.encode()) is expected
    assert by_decoding(config, version) is expected


@pytest.mark.parametrize(
    "version",
    [
        b"\xff",
        b"{}",
        whole({}).encode()[:-1],
        whole({}).replace('"p9": {', '"p9": {{').encode(),
        json.dumps(
            {"hidden": {"apiKey": TOKENS[1], "profiles": json.loads(whole({}))["profiles"]}}, indent=2
        ).encode(),
        json.dumps({"profiles": {f"q{number}": OLD for number in range(20)}}).encode(),
    ],
)
def test_a_version_that_cannot_be_divided_is_decoded(version: bytes) -> None:
    assert OldTokenSearch(config_of(whole({}))).in_large(version) is None
