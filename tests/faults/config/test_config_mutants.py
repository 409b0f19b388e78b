"""Randomly damaged configurations: one of our errors or a value, never anything else; bytes are kept."""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from tests.support.scale import rounds
from tests.support.seed import seeded

from codemie_core import CodeMieError, Config, ConfigCorrupt, ConfigLoader, Home
from codemie_core.config import reader as config_reader
from codemie_core.config.edits import edits as config_edit
from codemie_core.config.history.restore import SKELETON, restored
from codemie_core.config.migrations.registry import REGISTRY
from codemie_core.config.model.config import parse_config
from codemie_core.config.model.layout import CLASSIC, CLI
from codemie_core.config.model.token_field import with_tokens_for_the_cli
from codemie_core.files.json.document import JsonDocument

pytestmark = [pytest.mark.faults, pytest.mark.timeout(900)]

GOLDEN = Path(__file__).parents[2] / "golden"
SEEDS = (
    (GOLDEN / "cli-home" / "codemie-cli.config.json").read_bytes(),
    (GOLDEN / "wiped-by-migration" / "before-config.json").read_bytes(),
    b'\xef\xbb\xbf{"activeProfile":"\\ud800","profiles":{"":{},"__proto__":{"n":1e3},"\\ud800":[1.0]},"profiles":{"a":{}}}',
    b'{"apiKey": "k", "profiles": {"a": {"authToken": "t", "apiKey": ""}, "b": {"authToken": "u"}}}',
    b'{\r\n\t"profiles" : {\r\n\t\t"a" : {"jwtConfig": {"token": "x", "n": [[[{}]]]}}\r\n\t}\r\n}\r\n',
)
PIECES = (
    *(
        b"{",
        b"}",
        b"[",
        b"]",
        b'"',
        b",",
        b":",
        b"\\",
        b"\\u",
        b"\\ud800",
        b"null",
        b"NaN",
        b"1e999",
        b"-",
        b"0",
    ),
    *(
        b"\x00" * 8,
        b"\xff",
        b"\xc3",
        b"\xed\xa0\x80",
        b"\xef\xbb\xbf",
        b"\r",
        b"[" * 600,
        b'{"a":' * 600,
        b"9" * 5000,
    ),
)


def mutant(chance: random.Random) -> bytes:
    data = bytearray(chance.choice(SEEDS))
    for _ in range(chance.choice((1, 1, 1, 2, 3, 8))):
        at = chance.randrange(len(data) + 1)
        kind = chance.randrange(7)
        if kind == 0 and at < len(data):
            data[at] ^= 1 << chance.randrange(8)
        elif kind == 1:
            del data[at : at + chance.choice((1, 1, 2, 10, 100))]
        elif kind == 2:
            data[at:at] = chance.choice(PIECES)
        elif kind == 3:
            del data[at:]
        elif kind == 4:
            end = at + chance.randrange(60)
            data[at:at] = data[at:end]
        elif kind == 5:
            other = chance.choice(SEEDS)
            start = chance.randrange(len(other))
            data[at:at] = other[start : start + chance.randrange(80)]
        elif at < len(data):
            data[at] = chance.randrange(256)
    return bytes(data)


def edits_of(config: Config, chance: random.Random) -> tuple[Callable[[], JsonDocument], ...]:
    names = [profile.name for profile in config.profiles] or ["none"]
    name = chance.choice(names)
    return (
        lambda: config_edit.switch(config, name),
        lambda: config_edit.save(config, name, {"model": "m", "apiKey": None, "jwtConfig": {"n": 1}}),
        lambda: config_edit.save(config, "new", {"model": "m"}),
        lambda: config_edit.rename(config, name, "renamed"),
        lambda: config_edit.duplicate(config, name, "copied"),
        lambda: config_edit.delete(config, name),
        lambda: with_tokens_for_the_cli(config),
        lambda: restored(config, NOTHING[CLASSIC.name]),
        lambda: restored(replace(config, layout=CLASSIC), NOTHING[CLI.name]),
        lambda: _migrated(config.document),
    )


def _migrated(document: JsonDocument) -> JsonDocument:
    for migration in REGISTRY:
        document = migration.upgraded(document)
    return document


NOTHING = {layout.name: parse_config(SKELETON.encode(), path="c", layout=layout) for layout in (CLASSIC, CLI)}
"""A configuration without profiles, in each layout."""


def test_a_damaged_configuration_gives_a_value_or_an_error_with_a_location() -> None:
    chance, total = seeded(20), rounds(20_000, 120_000)
    values = errors = edited = 0
    for _ in range(total):
        data = mutant(chance)
        try:
            config = parse_config(data, path="c", layout=CLI)
        except ConfigCorrupt as error:
            errors += 1
            if not (error.line and error.column and error.reason):
                raise AssertionError("an error without a place") from error
            continue
        values += 1
        if values % 4:
            continue
        for edit in edits_of(config, chance):
            try:
                document = edit()
            except CodeMieError:
                continue
            edited += 1
            again = parse_config(document.text.encode("utf-8"), path="c", layout=CLI)
            json.loads(document.text.removeprefix("\ufeff"), parse_int=float)
            assert len(again.profiles) <= len(config.profiles) + 1
    print(f"{total} mutants: {values} values, {errors} errors, {edited} edits")
    assert values > total / 50
    assert errors > total / 2
    assert edited > total / 100


def test_the_bytes_of_a_damaged_file_are_kept(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config_reader, "TORN_PATIENCE_SECONDS", 0)
    monkeypatch.setattr(config_reader, "CHANGE_PATIENCE_SECONDS", 0)
    chance = seeded(21)
    path, loader = Path(home.join("config.json")), ConfigLoader(home, settle_seconds=0)
    refused = 0
    for _ in range(rounds(500, 5000)):
        data = mutant(chance)
        path.write_bytes(data)
        try:
            loader.load()
        except ConfigCorrupt:
            refused += 1
            attempts: tuple[Callable[[], object], ...] = (
                lambda: loader.save_profile("a", {}),
                lambda: loader.switch_profile("work"),
                lambda: loader.delete_profile("work"),
            )
            for attempt in attempts:
                with pytest.raises(ConfigCorrupt):
                    attempt()
            assert path.read_bytes() == data
    assert refused > 100


def test_a_reader_that_trusts_its_input_is_caught_by_the_same_mutants() -> None:
    def trusting(data: bytes) -> list[str]:
        return sorted(json.loads(data)["profiles"])

    chance, crashed = seeded(20), set()
    for _ in range(2000):
        try:
            trusting(mutant(chance))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            crashed.add(type(error).__name__)
    assert {"JSONDecodeError", "KeyError", "UnicodeDecodeError"} <= crashed
    assert sys.getrecursionlimit() >= 1000
