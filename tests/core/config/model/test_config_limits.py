"""A configuration that we accept never stops everything; one beyond the limits is told kindly and kept."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from codemie_core import ConfigCorrupt, ConfigLoader, Home, StoreFull
from codemie_core.config.model.config import Config
from codemie_core.config.model.limits import PROFILES_LIMIT, SIZE_LIMIT_BYTES, megabytes
from codemie_core.config.reader import TORN_PATIENCE_SECONDS
from codemie_core.errors import ConfigTooLarge
from codemie_core.files.json.document import JsonDocument
from codemie_core.files.lock import StoreLock

LIMIT = SIZE_LIMIT_BYTES


def text_of(size: int, filler: str) -> str:
    """A configuration of this size, whose rest is a list of `filler`."""
    head = '{"version": 2, "activeProfile": "a", "profiles": {"a": {"authToken": "sk-x"}, "b": {}}, "rest": ['
    count = (size - len(head) - 2) // (len(filler) + 1)
    return (head + ",".join([filler] * count)).ljust(size - 2) + "]}"


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
def test_the_largest_that_is_read_is_read_and_changed_in_a_moment(
    loader: ConfigLoader, path: Path, filler: str
) -> None:
    text = text_of(LIMIT, filler)
    path.write_text(text)
    for operation in (*OPERATIONS[:2], OPERATIONS[0]):
        began = time.process_time()
        operation(loader)
        assert time.process_time() - began < 1.5  # 40 s and 60 s it took, of 15 MB; a tenth of this is usual
    assert path.read_text() == text.replace('"activeProfile": "a"', '"activeProfile": "b"')


@pytest.mark.parametrize("filler", ["0", "[]", '""'])
def test_what_is_wrong_at_the_end_of_a_large_file_is_found_in_a_moment(
    loader: ConfigLoader, path: Path, filler: str
) -> None:
    path.write_text(text_of(LIMIT - 100, filler) + "}")
    os.utime(path, (1, 1))
    began = time.process_time()
    with pytest.raises(ConfigCorrupt, match="nothing may follow the closing brace"):
        loader.load()
    assert time.process_time() - began < 1.5


def test_a_file_over_the_limit_is_reported_with_its_size_and_the_limit_and_is_left_alone(
    loader: ConfigLoader, path: Path
) -> None:
    text = text_of(LIMIT + 1, "0")
    path.write_text(text)
    for operation in OPERATIONS:
        began = time.process_time()
        with pytest.raises(ConfigTooLarge) as caught:
            operation(loader)
        assert time.process_time() - began < 0.5
        assert str(caught.value) == f"{path}: is 1.1 MB; CodeMie Tray reads configurations up to 1 MB"
        assert "history restore" in caught.value.advice
    assert path.read_text() == text
    assert loader.keep_seen() is None


def test_so_many_profiles_are_read_and_one_more_is_reported(loader: ConfigLoader, path: Path) -> None:
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


def test_an_edit_never_writes_what_could_not_be_read_again(loader: ConfigLoader, path: Path) -> None:
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


def test_what_changed_before_the_lock_was_had_is_read_again_under_it(
    home: Home, loader: ConfigLoader, path: Path
) -> None:
    path.write_text('{"activeProfile": "a", "profiles": {"a": {}, "b": {}}}')
    seen: list[str] = []

    def edit(config: Config) -> JsonDocument:
        seen.append(config.document.text)
        if len(seen) == 1:  # another of ours is quicker
            ConfigLoader(home, settle_seconds=0).save_profile("b", {"model": "theirs"})
        return config.document.set_key(config.document.root, "theme", '"dark"')

    loader.rewrite(edit)
    assert len(seen) == 2
    stored = json.loads(path.read_bytes())
    assert (stored["profiles"]["b"], stored["theme"]) == ({"model": "theirs"}, "dark")


def test_a_broken_file_that_nobody_is_writing_is_reported_at_once(loader: ConfigLoader, path: Path) -> None:
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
def test_a_size_is_said_so_that_it_never_looks_allowed(size: int, words: str) -> None:
    assert megabytes(size) == words
