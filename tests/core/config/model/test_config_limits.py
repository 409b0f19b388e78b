"""A configuration within the limits never blocks the program; one beyond them is reported and kept."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codemie_core import ConfigCorrupt, ConfigLoader, ConfigMissing, Home, StoreFull
from codemie_core.audit.home_audit import audit_home
from codemie_core.config.history import Origin
from codemie_core.config.model.config import Config
from codemie_core.config.model.layout import CLASSIC
from codemie_core.config.model.limits import (
    PROFILES_LIMIT,
    SIZE_LIMIT_BYTES,
    VALUES_LIMIT,
    megabytes,
    values_in,
)
from codemie_core.config.reader import TORN_PATIENCE_SECONDS
from codemie_core.credentials import CredentialStore
from codemie_core.errors import ConfigTooLarge, VersionNotFound
from codemie_core.files.json.document import JsonDocument
from codemie_core.files.lock import StoreLock
from codemie_core.profiles.tokens.cli_files import CliMachine

LIMIT = SIZE_LIMIT_BYTES


def text_of(size: int, filler: str, *, limit: int = VALUES_LIMIT) -> str:
    """A configuration of this size, filled up with a list of `filler`."""
    head = '{"version": 2, "activeProfile": "a", "profiles": {"a": {"authToken": "sk-x"}, "b": {}}, "rest": ['
    count = min((size - len(head) - 2) // (len(filler) + 1), (limit - 8) // values_in(filler))
    return (head + ",".join([filler] * count)).ljust(size - 2) + "]}"


def _containers(inner: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4)


@pytest.fixture
def path(home: Home) -> Path:
    return Path(home.join("config.json"))


@pytest.fixture
def loader(home: Home) -> ConfigLoader:
    return ConfigLoader(home, settle_seconds=0)


OPERATIONS: tuple[Callable[[ConfigLoader], object], ...] = (
    lambda loader: loader.load(),
    lambda loader: loader.switch_profile("b"),
    lambda loader: loader.save_profile("b", {"model": "m"}),
    lambda loader: loader.duplicate_profile("a", "c"),
    lambda loader: loader.rename_profile("a", "c"),
    lambda loader: loader.delete_profile("a"),
)


@pytest.mark.parametrize("filler", ["0", "1.5e3", "[]", "{}", '""', "null", '{"a":[[]]}'])
def test_the_largest_allowed_configuration_is_read_and_changed_quickly(
    loader: ConfigLoader, path: Path, filler: str
) -> None:
    text = text_of(LIMIT, filler)
    path.write_text(text)
    for operation in (*OPERATIONS[:2], OPERATIONS[0]):
        began = time.process_time()
        operation(loader)
        assert time.process_time() - began < 1.5  # with 15 MB it took 40 s and 60 s
    assert path.read_text() == text.replace('"activeProfile": "a"', '"activeProfile": "b"')


def values(count: int, filler: str = "0") -> str:
    """A configuration with this many values."""
    fillers = ",".join([filler] * (count - 8))
    return (
        '{"version": 2, "activeProfile": "a", "profiles": {"a": {"authToken": "sk-x"}, "b": {}}, "rest": ['
        f"{fillers}]}}"
    )


@pytest.mark.parametrize("filler", ["0", "[]", "{ }", '""', r'"a,[{\\"', r'"a\",\""', "null"])
def test_the_maximum_number_of_values_is_accepted_and_one_more_is_reported_and_left_alone(
    loader: ConfigLoader, path: Path, filler: str
) -> None:
    text = values(VALUES_LIMIT, filler)
    path.write_text(text)
    assert loader.switch_profile("b").active == "b"
    before = path.read_bytes()
    assert before == text.replace('"activeProfile": "a"', '"activeProfile": "b"').encode()
    with pytest.raises(ConfigTooLarge, match=r"has 20,001 values; .* up to 20,000$"):
        loader.save_profile("b", {"note": "one more"})
    assert path.read_bytes() == before

    one_more = values(VALUES_LIMIT + 1, filler).encode()
    path.write_bytes(one_more)
    for operation in OPERATIONS:
        with pytest.raises(ConfigTooLarge) as caught:
            operation(loader)
        reason = "has 20,001 values; CodeMie Tray reads up to 20,000"
        assert str(caught.value) == f"{path}: {reason}"
        assert "history restore" in caught.value.advice
    assert path.read_bytes() == one_more
    assert loader.keep_seen() is None


def test_a_file_with_too_many_values_loses_nothing_and_the_last_version_can_be_restored(
    home: Home, loader: ConfigLoader, path: Path
) -> None:
    path.write_text(values(100))
    loader.load_and_keep()
    good = path.read_bytes()
    too_many = values(VALUES_LIMIT * 3).encode()
    path.write_bytes(too_many)
    with pytest.raises(ConfigTooLarge) as caught:
        loader.load()
    audit = audit_home(CredentialStore(home), home, CliMachine.this(), environ={}, folder=home.path)
    (finding,) = audit.of_kind("config-unusable")
    assert str(caught.value) in finding.message
    path.rename(path.with_suffix(".away"))
    offer = loader.offer(ConfigMissing(str(path), ""))
    assert offer is not None
    loader.restore(offer.version)
    assert (path.read_bytes(), path.with_suffix(".away").read_bytes()) == (good, too_many)


def test_a_kept_version_with_too_many_values_says_so_and_where_it_is(
    home: Home, loader: ConfigLoader
) -> None:
    with StoreLock(home.lock):
        entry = loader.history.keep(
            values(VALUES_LIMIT + 1).encode(), layout=CLASSIC, profiles=2, origin=Origin.OTHER
        )
    with pytest.raises(VersionNotFound, match="is too large: it has 20,001 values") as caught:
        loader.restore(entry)
    assert loader.history.path_of(entry) in str(caught.value)


@settings(deadline=None)
@given(st.recursive(st.none() | st.integers() | st.text(alphabet='a,[{]}"\\ '), _containers), st.booleans())
def test_values_are_counted_as_a_json_reader_finds_them(value: object, spaced: bool) -> None:
    def count(one: object) -> int:
        inner = one.values() if isinstance(one, dict) else one if isinstance(one, list) else ()
        return 1 + sum(map(count, inner))

    # So many that the quick count is not enough.
    text = json.dumps([value, [0] * VALUES_LIMIT], indent=1 if spaced else None)
    assert values_in(text) == count(value) + 2 + VALUES_LIMIT
    assert values_in(json.dumps(value)) >= count(value)


@pytest.mark.parametrize("filler", ["0", "[]", '""'])
def test_an_error_at_the_end_of_a_large_file_is_found_quickly(
    loader: ConfigLoader, path: Path, filler: str
) -> None:
    path.write_text(text_of(LIMIT - 100, filler, limit=LIMIT) + "}")
    os.utime(path, (1, 1))
    began = time.process_time()
    with pytest.raises(ConfigCorrupt, match="nothing may follow the closing brace"):
        loader.load()
    assert time.process_time() - began < 1.5


def test_a_file_over_the_limit_is_reported_with_its_size_and_the_limit_and_is_left_alone(
    loader: ConfigLoader, path: Path
) -> None:
    text = text_of(LIMIT + 1, "0", limit=LIMIT)
    path.write_text(text)
    for operation in OPERATIONS:
        began = time.process_time()
        with pytest.raises(ConfigTooLarge) as caught:
            operation(loader)
        assert time.process_time() - began < 0.5
        assert str(caught.value) == f"{path}: is 1.1 MB; CodeMie Tray reads up to 1 MB"
        assert "history restore" in caught.value.advice
    assert path.read_text() == text
    assert loader.keep_seen() is None


def test_the_maximum_number_of_profiles_is_accepted_and_one_more_is_reported(
    loader: ConfigLoader, path: Path
) -> None:
    def write(count: int) -> None:
        profiles: dict[str, object] = {f"p{number}": {} for number in range(count)}
        path.write_text(json.dumps({"version": 2, "activeProfile": "p1", "profiles": profiles}))

    write(PROFILES_LIMIT)
    assert loader.switch_profile("p1999").active == "p1999"
    with pytest.raises(ConfigTooLarge, match="has 2,001 profiles; CodeMie Tray reads up to 2,000"):
        loader.save_profile("one more", {})
    before = path.read_bytes()
    assert len(loader.load().profiles) == PROFILES_LIMIT
    write(100_000)
    assert len(path.read_bytes()) > len(before)
    with pytest.raises(ConfigTooLarge):
        loader.load()


def test_an_edit_never_writes_a_file_that_could_not_be_read_again(loader: ConfigLoader, path: Path) -> None:
    path.write_text(text_of(LIMIT - 200, "0"))
    before = path.read_bytes()
    with pytest.raises(StoreFull, match=r"would be 1\.1 MB; .* up to 1 MB; nothing was changed") as caught:
        loader.save_profile("a", {"note": "x" * 400})
    assert caught.value.advice
    assert path.read_bytes() == before


def test_the_edit_is_computed_before_the_lock_is_taken(home: Home, loader: ConfigLoader, path: Path) -> None:
    path.write_text(text_of(1000, "0"))
    held: list[bool] = []

    def edit(config: Config) -> JsonDocument:
        with StoreLock(home.lock, timeout_seconds=0):
            held.append(False)
        return config.document.set_key(config.document.root, "theme", '"dark"')

    loader.rewrite(edit)
    assert held == [False]
    assert json.loads(path.read_bytes())["theme"] == "dark"


def test_a_change_made_before_the_lock_was_acquired_is_read_again_under_it(
    home: Home, loader: ConfigLoader, path: Path
) -> None:
    path.write_text('{"activeProfile": "a", "profiles": {"a": {}, "b": {}}}')
    seen: list[str] = []

    def edit(config: Config) -> JsonDocument:
        seen.append(config.document.text)
        if len(seen) == 1:  # another process of ours is faster
            ConfigLoader(home, settle_seconds=0).save_profile("b", {"model": "theirs"})
        return config.document.set_key(config.document.root, "theme", '"dark"')

    loader.rewrite(edit)
    assert len(seen) == 2
    stored = json.loads(path.read_bytes())
    assert (stored["profiles"]["b"], stored["theme"]) == ({"model": "theirs"}, "dark")


def test_a_broken_file_that_nobody_is_writing_is_reported_immediately(
    loader: ConfigLoader, path: Path
) -> None:
    def seconds() -> float:
        began = time.monotonic()
        with pytest.raises(ConfigCorrupt):
            loader.load()
        return time.monotonic() - began

    path.write_text("{")
    assert seconds() >= TORN_PATIENCE_SECONDS
    os.utime(path, (time.time() - 60, time.time() - 60))
    assert seconds() < TORN_PATIENCE_SECONDS / 2


@pytest.mark.parametrize(
    ("size", "words"),
    [(LIMIT, "1 MB"), (LIMIT + 1, "1.1 MB"), (15 << 20, "15 MB"), (LIMIT * 3 // 2, "1.5 MB")],
)
def test_a_size_over_the_limit_never_rounds_down_to_it(size: int, words: str) -> None:
    assert megabytes(size) == words
