"""Tokens that the CLI does not find, and moving them to the field it reads."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codemie_core import Config, ConfigLoader, Home
from codemie_core.config.history import Origin
from codemie_core.config.model.config import parse_config
from codemie_core.config.model.layout import CLASSIC, CLI, Layout
from codemie_core.config.model.token_field import (
    profiles_without_a_token_for_the_cli,
    with_tokens_for_the_cli,
)

MARKED = Path(__file__).parents[3] / "golden" / "migrations" / "all-of-a-seed-home" / "after.json"


def config_with(profiles: dict[str, Any], layout: Layout = CLI) -> Config:
    data = json.dumps({"version": 2, "activeProfile": "a", "profiles": profiles}).encode()
    return parse_config(data, path="/h/c", layout=layout)


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"apiKey": "sk-one"}, True),
        ({"apiKey": "sk-one", "authToken": "sk-two"}, True),
        ({"authToken": "credential:a"}, True),
        ({"provider": "sso"}, True),
        ({"authToken": ""}, True),
        ({"authToken": 5}, True),
        ({"authToken": "sk-two"}, False),
        ({"authToken": "sk-two", "apiKey": ""}, False),
        ({"authToken": "sk-two", "apiKey": None}, False),
        ({"authToken": "sk-two", "apiKey": 0}, True),
    ],
)
def test_a_token_is_overlooked_if_only_the_classic_field_has_it(
    fields: dict[str, Any], *, found: bool
) -> None:
    assert profiles_without_a_token_for_the_cli(config_with({"a": fields})) == (() if found else ("a",))
    assert profiles_without_a_token_for_the_cli(config_with({"a": fields}, CLASSIC)) == ()


def test_a_file_adopted_by_the_cli_is_fixed_and_keeps_every_other_byte(
    tmp_path: Path,
) -> None:
    loader = ConfigLoader(Home(str(tmp_path)), settle_seconds=0)
    (tmp_path / "config.json").write_bytes(MARKED.read_bytes())
    assert profiles_without_a_token_for_the_cli(loader.load()) == ()
    os.rename(tmp_path / "config.json", tmp_path / "codemie-cli.config.json")  # what the CLI makes of it
    loader.keep_seen()
    before = loader.load()
    overlooked = profiles_without_a_token_for_the_cli(before)
    assert overlooked
    after = loader.rewrite(with_tokens_for_the_cli)
    assert after.document.text == before.document.text.replace('"authToken"', '"apiKey"')
    assert (tmp_path / "codemie-cli.config.json").read_text() == after.document.text
    assert profiles_without_a_token_for_the_cli(loader.load()) == ()
    assert set(after.secrets) == set(before.secrets)
    newest, replaced, *_ = loader.history.entries()
    assert (newest.origin, replaced.origin) == (Origin.OWN, Origin.OTHER)
    assert loader.history.version(replaced).document.text == before.document.text
    assert loader.offer(after) is None  # a token under another name is not a lost profile


def test_nothing_is_written_if_no_token_is_overlooked(tmp_path: Path) -> None:
    path = tmp_path / "codemie-cli.config.json"
    path.write_text('{"version": 2, "activeProfile": "a", "profiles": {"a": {"apiKey": "sk-one"}}}')
    before = path.stat()
    loader = ConfigLoader(Home(str(tmp_path)), settle_seconds=0)
    loader.rewrite(with_tokens_for_the_cli)
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_of_duplicate_keys_the_last_one_still_counts() -> None:
    text = (
        '{"profiles": {"a": {}, "a": {"authToken": "old", "apiKey": "", "authToken": "new", "apiKey": null}}}'
    )
    config = parse_config(text.encode(), path="/h/c", layout=CLI)
    after = with_tokens_for_the_cli(config).text
    assert after == '{"profiles": {"a": {}, "a": {"apiKey": "old", "apiKey": "new"}}}'


FIELDS = st.fixed_dictionaries(
    {},
    optional={
        "authToken": st.sampled_from(["sk-a", "sk-b", "", "credential:x", None, 3]),
        "apiKey": st.sampled_from(["sk-c", "", None, "credential:y", False]),
        "model": st.text(max_size=3),
        "deep": st.just({"authToken": "sk-a"}),
    },
)


@given(st.dictionaries(st.text(max_size=3), FIELDS | st.sampled_from([None, 1, []]), max_size=4))
def test_each_profile_keeps_its_values_and_a_second_repair_changes_nothing(
    profiles: dict[str, Any],
) -> None:
    config = config_with(profiles)
    overlooked = profiles_without_a_token_for_the_cli(config)
    after = json.loads(with_tokens_for_the_cli(config).text)["profiles"]
    expected = {name: dict(p) if isinstance(p, dict) else p for name, p in profiles.items()}
    for name in overlooked:
        expected[name]["apiKey"] = expected[name].pop("authToken")
    assert after == expected
    assert profiles_without_a_token_for_the_cli(config_with(after)) == ()
