"""A configuration within the limits never blocks the program; one beyond them is reported and kept."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codemie_core import ConfigCorrupt, ConfigLoader, ConfigMissing, Home, StoreFull
from codemie_core.audit.home_audit import audit_home
from codemie_core.config import reader as config_reader
from codemie_core.config.history import Origin
from codemie_core.config.model.config import Config
from codemie_core.config.model.layout import CLASSIC
from codemie_core.config.model.limits import (
    FIELD_NAMES_LIMIT,
    PROFILES_LIMIT,
    SIZE_LIMIT_BYTES,
    VALUES_LIMIT,
    field_names_in,
    size_text,
    values_in,
)
from codemie_core.credentials import CredentialStore
from codemie_core.errors import ConfigTooLarge, VersionNotFound
from codemie_core.files.atomic_file import read_whole
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


def calls_of(operation: Callable[[], object]) -> int:
    """Count the function calls that something makes: its work, on a machine of any speed."""
    count = 0

    def note(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(note)
    try:
        operation()
    finally:
        sys.setprofile(None)
    return count


def in_proportion(work: Sequence[int]) -> bool:
    """Whether the work for a quarter, a half and all of a file grows no faster than the file.

    A thousand calls are the noise: patterns compiled on first use, another stack.
    """
    quarter, half, whole = work
    return whole - half < 2.5 * max(half - quarter, 1000)


def test_work_that_grows_with_the_square_is_not_in_proportion() -> None:
    def square(count: int) -> None:
        for _ in range(count * count):
            len("")

    assert not in_proportion([calls_of(lambda count=count: square(count)) for count in (50, 100, 200)])  # type: ignore[misc]


OPERATIONS: tuple[Callable[[ConfigLoader], object], ...] = (
    lambda loader: loader.load(),
    lambda loader: loader.switch_profile("b"),
    lambda loader: loader.save_profile("b", {"model": "m"}),
    lambda loader: loader.duplicate_profile("a", "c"),
    lambda loader: loader.rename_profile("a", "c"),
    lambda loader: loader.delete_profile("a"),
)


@pytest.mark.parametrize("filler", ["0", "1.5e3", "[]", "{}", '""', "null", '{"a":[[]]}'])
def test_the_largest_allowed_configuration_is_read_and_changed_with_proportional_work(
    loader: ConfigLoader, path: Path, filler: str
) -> None:
    work = []
    for share in (4, 2, 1):
        text = text_of(LIMIT // share, filler, limit=VALUES_LIMIT // share)
        path.write_text(text)
        work.append(calls_of(lambda: [operation(loader) for operation in (*OPERATIONS[:2], OPERATIONS[0])]))
    assert path.read_text() == text.replace('"activeProfile": "a"', '"activeProfile": "b"')
    assert in_proportion(work), work


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
    with pytest.raises(ConfigTooLarge, match=r"has 10,001 values; .* up to 10,000$"):
        loader.save_profile("b", {"note": "one more"})
    assert path.read_bytes() == before

    one_more = values(VALUES_LIMIT + 1, filler).encode()
    path.write_bytes(one_more)
    for operation in OPERATIONS:
        with pytest.raises(ConfigTooLarge) as caught:
            operation(loader)
        reason = "has 10,001 values; CodeMie Tray reads up to 10,000"
        assert str(caught.value) == f"{path}: {reason}"
        assert "history restore" in caught.value.advice
    assert path.read_bytes() == one_more
    assert loader.keep_seen() is None


def named(count: int, inner: str = "0") -> str:
    """A configuration with this many different field names, at several depths."""
    fields = ",".join(f'"field{number}":{inner}' for number in range(count - 6))
    profiles = '{"a": {"authToken": "sk-x"}, "b": {}, "c": {"d": [{"authToken": {}}]}}'
    return f'{{"version": 2, "activeProfile": "a", "profiles": {profiles}, "rest": [[], {{{fields}}}]}}'


def test_the_maximum_number_of_field_names_is_read_and_one_more_is_reported_and_left_alone(
    loader: ConfigLoader, path: Path
) -> None:
    path.write_text(named(FIELD_NAMES_LIMIT + 1))
    assert field_names_in(json.loads(path.read_text())) == FIELD_NAMES_LIMIT + 1
    path.write_text(named(FIELD_NAMES_LIMIT))
    assert field_names_in(json.loads(path.read_text())) == FIELD_NAMES_LIMIT
    assert loader.switch_profile("b").active == "b"
    before = path.read_bytes()
    with pytest.raises(ConfigTooLarge, match=r"has 1,001 different field names; .* up to 1,000$"):
        loader.save_profile("b", {"note": "one more"})
    assert path.read_bytes() == before

    one_more = named(FIELD_NAMES_LIMIT + 1).encode()
    path.write_bytes(one_more)
    for operation in OPERATIONS:
        with pytest.raises(ConfigTooLarge) as caught:
            operation(loader)
        reason = "has 1,001 different field names; CodeMie Tray reads up to 1,000"
        assert str(caught.value) == f"{path}: {reason}"
        assert "history restore" in caught.value.advice
    assert path.read_bytes() == one_more


def test_the_same_name_in_every_profile_is_one_name(loader: ConfigLoader, path: Path) -> None:
    profiles = {f"p{number}": {"note": "x"} for number in range(PROFILES_LIMIT)}
    path.write_text(json.dumps({"activeProfile": "p0", "profiles": profiles}))
    assert field_names_in(json.loads(path.read_text())) == len({"activeProfile", "profiles", "note"})
    assert len(loader.load().profiles) == PROFILES_LIMIT


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
    with pytest.raises(VersionNotFound, match="is too large: it has 10,001 values") as caught:
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
def test_an_error_at_the_end_of_a_large_file_is_found_with_proportional_work(
    loader: ConfigLoader, path: Path, filler: str
) -> None:
    def find() -> None:
        with pytest.raises(ConfigCorrupt, match="nothing may follow the closing brace"):
            loader.load()

    work = []
    for share in (4, 2, 1):
        path.write_text(text_of(LIMIT // share - 100, filler, limit=LIMIT) + "}")
        os.utime(path, (1, 1))
        work.append(calls_of(find))
    assert in_proportion(work), work


def test_a_file_over_the_limit_is_reported_with_its_size_and_the_limit_and_is_left_alone(
    loader: ConfigLoader, path: Path
) -> None:
    text = text_of(LIMIT + 1, "0", limit=LIMIT)
    path.write_text(text)
    for operation in OPERATIONS:
        with pytest.raises(ConfigTooLarge) as caught:
            operation(loader)
        assert str(caught.value) == f"{path}: is 257 KB; CodeMie Tray reads up to 256 KB"
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
    with pytest.raises(StoreFull, match=r"would be 257 KB; .* up to 256 KB; nothing was changed") as caught:
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


def test_a_broken_file_that_nobody_is_writing_is_read_once(
    loader: ConfigLoader, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads: list[str] = []

    def counted(path: str, *, limit_bytes: int) -> tuple[bytes, os.stat_result]:
        reads.append(path)
        return read_whole(path, limit_bytes=limit_bytes)

    monkeypatch.setattr(config_reader, "read_whole", counted)
    path.write_text("{")
    with pytest.raises(ConfigCorrupt):
        loader.load()
    assert len(reads) > 1, "just written: it may be in the middle of that"
    reads.clear()
    os.utime(path, (time.time() - 60, time.time() - 60))
    with pytest.raises(ConfigCorrupt):
        loader.load()
    assert len(reads) == 1


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (LIMIT, "256 KB"),
        (LIMIT + 1, "257 KB"),
        ((1 << 20) - 1, "1024 KB"),
        (1 << 20, "1 MB"),
        ((1 << 20) + 1, "1.1 MB"),
        (15 << 20, "15 MB"),
    ],
)
def test_a_size_over_the_limit_never_rounds_down_to_it(size: int, words: str) -> None:
    assert size_text(size) == words
