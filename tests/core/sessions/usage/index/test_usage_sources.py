"""Which names in the sessions' folder are counted, their versions, and the fingerprints of what was read."""

import random
import re
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codemie_core.home import Home
from codemie_core.sessions.usage.sources.cli_folder import SESSION_ID, counted_names
from codemie_core.sessions.usage.sources.files import home_files
from codemie_core.sessions.usage.sources.fingerprint import WHOLE_BYTES, Beginnings
from codemie_core.sessions.usage.sources.version import NO_VERSION, version_of_status

ID = "3f2b8c1e-1d2a-4c55-9b7e-0a1b2c3d4e5f"
OTHER = "77AA0011-1D2A-4C55-9B7E-0A1B2C3D4E5F"
_RULE = re.compile(rf"(completed_)?({SESSION_ID.pattern.replace('a-f', 'a-fA-F')})(_metrics\.jsonl|\.json)")

PARTS = (
    *(ID, OTHER, ID[:-1], "g" + ID[1:], "completed_", "dompleted_", "COMPLETED_", "_metrics.jsonl", ".json"),
    *("_mEtriCs.jsonl", "_metrias.jsonl", ".jsonl", "_conversation.jsonl", " (1)", "\n", "é", "\udc80", "0"),
)
names = st.lists(st.sampled_from(PARTS), min_size=1, max_size=4).map("".join)


@given(st.lists(names, unique=True))
def test_the_counted_names_are_those_of_a_session_without_anything_more(given_names: list[str]) -> None:
    expected: tuple[dict[str, str], dict[str, str]] = ({}, {})
    for name in sorted(given_names, key=len, reverse=True):  # the name without `completed_` comes last
        found = _RULE.fullmatch(name)
        if found:
            expected[found[3] == ".json"][found[2]] = name
    assert counted_names(given_names) == expected


def test_each_counted_file_has_its_version_and_one_that_cannot_be_read_has_none(tmp_path: Path) -> None:
    home = Home(str(tmp_path))
    folder, classic = tmp_path / "sessions", tmp_path / ".session-claude"
    folder.mkdir()
    classic.mkdir()
    written = [folder / f"{ID}_metrics.jsonl", folder / f"completed_{ID}.json", classic / "metrics.jsonl"]
    for path in (*written, folder / f"{ID}_conversation.jsonl", folder / f"{ID}_metrics.jsonl.bak"):
        path.write_text("{}")
    files = home_files(home)
    keys = [str(path.relative_to(tmp_path)) for path in written]
    assert files.versions == {
        key: version_of_status(path.stat()) for key, path in zip(keys, written, strict=True)
    }
    assert files.metrics_of(ID)[:3] == (keys[0], str(written[0]), ID)
    assert files.metadata_of(ID)[:3] == (keys[1], str(written[1]), ID)
    assert [source.agent for source in files.classic] == ["claude"]


@pytest.mark.skipif(sys.platform == "win32", reason="a link may need a privilege there")
def test_a_link_to_nothing_has_no_version(tmp_path: Path) -> None:
    (tmp_path / "sessions").mkdir()
    (tmp_path / "sessions" / f"{ID}.json").symlink_to("nothing")
    assert list(home_files(Home(str(tmp_path))).versions.values()) == [NO_VERSION]


FILE = bytes(number * number % 251 for number in range(5 * WHOLE_BYTES // 2))


@given(st.lists(st.integers(0, len(FILE)), min_size=2, max_size=5), st.randoms(use_true_random=False))
def test_a_fingerprint_does_not_depend_on_those_asked_for_before(
    lengths: list[int], pick: random.Random
) -> None:
    lengths += [min(len(FILE), max(0, lengths[0] + pick.randrange(-2000, 2000)))]

    def read_at(count: int, offset: int) -> bytes:
        return FILE[offset : offset + count]

    one = Beginnings(read_at)
    for length in lengths:
        assert one.fingerprint(length) == Beginnings(read_at).fingerprint(length)


def test_the_fingerprint_of_a_growing_file_reads_what_it_had_only_once() -> None:
    read: list[tuple[int, int]] = []

    def read_at(count: int, offset: int) -> bytes:
        read.append((count, offset))
        return FILE[offset : offset + count]

    one_sample = 4096
    for length, longer in ((1000, 1010), (2 * WHOLE_BYTES - 50, 2 * WHOLE_BYTES - 40)):
        beginnings = Beginnings(read_at)
        before = beginnings.fingerprint(length)
        read.clear()
        assert beginnings.fingerprint(longer) != before
        assert sum(count for count, _ in read) <= one_sample
