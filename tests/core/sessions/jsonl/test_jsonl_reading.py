import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from codemie_core.errors import StoreError
from codemie_core.files.shared_open import open_shared
from codemie_core.sessions.jsonl import BadLine, JSONLReader, Tally
from codemie_core.sessions.jsonl.blocks import LINE_LIMIT_BYTES
from codemie_core.sessions.jsonl.reader import line_number
from codemie_core.sessions.usage.counting.rows import MetricRow

GOOD = 5766


def record(number: int, **more: object) -> bytes:
    fields: dict[str, object] = {
        "type": "metric",
        "timestamp": "2026-01-16T10:00:00.000Z",
        "sessionId": f"s{number % 7}",
    }
    fields |= {"agent": "claude", "provider": "sso", "model": "m", "tokensUsed": 1, "pad": "x" * 200}
    return json.dumps(fields | more, separators=(",", ":")).encode()


RECORDS = [record(number) for number in range(GOOD)]
PLAIN = record(0)


def with_field(name: str, raw: bytes) -> bytes:
    return PLAIN[:-1] + b',"' + name.encode() + b'":' + raw + b"}"


@dataclass(frozen=True)
class Kind:
    name: str
    line: bytes
    salvaged: int = 0
    bad: int = 0
    overlong: int = 0
    more_good: int = 0


# Each is placed between good records; `more_good` is how many good ones it adds.
KINDS = [
    Kind("a torn record", PLAIN[:70], bad=1),
    Kind("two records on one line", PLAIN + PLAIN, more_good=2),
    Kind("a torn record with a whole one glued to it", PLAIN[:70] + PLAIN, bad=1),
    Kind("nothing but NULs", b"\0" * 4096, bad=1),
    Kind("NULs and then a record", b"\0" * 4096 + PLAIN, salvaged=1, more_good=1),
    Kind("invalid UTF-8 in a field that is used", with_field("model", b'"m\xff"'), salvaged=1, more_good=1),
    Kind("invalid UTF-8 in another field", with_field("note", b'"\xff\xfe"'), more_good=1),
    Kind("half a surrogate pair", with_field("note", b'"\\ud800"'), salvaged=1, more_good=1),
    Kind("null", b"null", bad=1),
    Kind("a number", b"1", bad=1),
    Kind("a list", b"[]", bad=1),
    Kind("a string", b'"x"', bad=1),
    Kind("tokens that are text", with_field("tokensUsed", b'"12"'), bad=1),
    Kind("fields missing", b"{}", more_good=1),
    Kind("a time in milliseconds", with_field("timestamp", b"1795000000000"), more_good=1),
    Kind("a number no float can hold", with_field("tokensUsed", b"1e400"), bad=1),
    Kind("NaN", with_field("tokensUsed", b"NaN"), bad=1),
    Kind("more tokens than can be counted", with_field("tokensUsed", str(2**70).encode()), bad=1),
    Kind("tokens below nothing", with_field("tokensUsed", b"-1"), bad=1),
    Kind("tokens written as a float", with_field("tokensUsed", b"1e3"), salvaged=1, more_good=1),
    Kind("nested 200,000 deep", with_field("note", b"[" * 200_000 + b"]" * 200_000), bad=1),
    Kind("a line of 40 MB", with_field("note", b'"' + b"y" * 40_000_000 + b'"'), bad=1, overlong=1),
    Kind("a byte order mark within the file", b"\xef\xbb\xbf" + PLAIN, salvaged=1, more_good=1),
    Kind("a blank line", b" \t\r"),
]


def read(path: Path, start: int = 0) -> tuple[int, Tally]:
    tally, count = Tally(), 0
    with open_shared(str(path)) as file:
        for rows in JSONLReader().scan(file, MetricRow, start=start, tally=tally):
            count += len(rows)
    return count, tally


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_bad_line_affects_nothing_else(tmp_path: Path, kind: Kind) -> None:
    path = tmp_path / "metrics.jsonl"
    half = GOOD // 2
    path.write_bytes(b"\n".join([*RECORDS[:half], kind.line, *RECORDS[half:]]) + b"\n")
    count, tally = read(path)
    assert count == tally.good == GOOD + kind.more_good
    assert (tally.salvaged, tally.bad, tally.overlong) == (kind.salvaged, kind.bad, kind.overlong)
    assert tally.end_offset == path.stat().st_size
    assert not tally.torn
    if kind.bad:
        offset = sum(map(len, RECORDS[:half])) + half
        assert [bad.offset for bad in tally.places] == [offset]
        assert line_number(str(path), offset) == half + 1


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_bad_line_counts_the_same_anywhere(tmp_path: Path, kind: Kind) -> None:
    lines = [PLAIN, kind.line, PLAIN, kind.line, kind.line, PLAIN]
    path = tmp_path / "metrics.jsonl"
    path.write_bytes(b"\n".join(lines) + b"\n")
    count, tally = read(path)
    assert count == 3 + 3 * kind.more_good
    assert (tally.salvaged, tally.bad, tally.overlong) == (3 * kind.salvaged, 3 * kind.bad, 3 * kind.overlong)


def test_crlf_and_a_leading_byte_order_mark_are_not_damage(tmp_path: Path) -> None:
    path = tmp_path / "metrics.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + b"\r\n".join(RECORDS) + b"\r\n")
    count, tally = read(path)
    assert (count, tally.salvaged, tally.bad) == (GOOD, 0, 0)


def test_a_torn_last_line_is_reported_and_left_for_the_next_reading(tmp_path: Path) -> None:
    path = tmp_path / "metrics.jsonl"
    path.write_bytes(PLAIN + b"\n" + PLAIN[:50])
    count, tally = read(path)
    assert (count, tally.bad, tally.torn, tally.end_offset) == (1, 1, True, len(PLAIN) + 1)
    with path.open("ab") as file:
        file.write(PLAIN[50:] + b"\n" + PLAIN + b"\n")
    count, tally = read(path, tally.end_offset)
    assert (count, tally.bad, tally.torn) == (2, 0, False)


def test_a_last_record_without_a_newline_counts(tmp_path: Path) -> None:
    path = tmp_path / "metrics.jsonl"
    path.write_bytes(PLAIN + b"\n" + PLAIN)
    count, tally = read(path)
    assert (count, tally.bad, tally.open_end, tally.end_offset) == (2, 0, True, 2 * len(PLAIN) + 1)


@pytest.mark.parametrize("size", [1, 2, 7, 100, 128 * 1024 - 1, 128 * 1024, 128 * 1024 + 1, 3_000_000])
def test_records_of_any_length_are_read_across_buffer_boundaries(tmp_path: Path, size: int) -> None:
    path = tmp_path / "lines.jsonl"
    wanted = [{"n": number, "text": "é" * (size // 2)} for number in range(5)]
    path.write_text("".join(json.dumps(value, ensure_ascii=False) + "\n" for value in wanted), "utf-8")
    assert list(JSONLReader().read_lines(str(path))) == wanted


def test_a_line_at_the_limit_is_read_and_one_byte_more_is_not(tmp_path: Path) -> None:
    path = tmp_path / "lines.jsonl"
    for length, expected in ((LINE_LIMIT_BYTES - 1, 1), (LINE_LIMIT_BYTES, 0)):
        path.write_bytes(b'{"a":"' + b"y" * (length - 8) + b'"}\n{"b":1}\n')
        tally = Tally()
        assert len(list(JSONLReader().read_lines(str(path), tally=tally))) == 1 + expected
        assert tally.overlong == 1 - expected


def test_each_bad_line_is_reported_with_its_place_and_never_its_text(tmp_path: Path) -> None:
    path = tmp_path / "lines.jsonl"
    path.write_bytes(b'{"a":1}\n\nsecret\n{"a":2}\nsecret too\n{"a":')
    seen: list[BadLine] = []
    assert len(list(JSONLReader().read_lines(str(path), on_bad=seen.append))) == 2
    assert [(bad.line, bad.offset) for bad in seen] == [(3, 9), (5, 24), (6, 35)]
    assert "secret" not in repr(seen)


def test_unknown_fields_are_preserved(tmp_path: Path) -> None:
    path = tmp_path / "lines.jsonl"
    path.write_bytes(b'{"a":{"b":[1,2.5,null]},"\xc3\xa9":"\\ud83d\\ude00"}\n')
    assert list(JSONLReader().read_lines(str(path))) == [{"a": {"b": [1, 2.5, None]}, "é": "😀"}]


@pytest.mark.skipif(sys.platform == "win32", reason="no pipes among files")
def test_a_pipe_or_folder_in_place_of_the_file_is_refused_immediately(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for name in ("pipe", ".", "missing"):
        with pytest.raises(StoreError):
            list(JSONLReader().read_lines(str(tmp_path / name)))


def test_memory_does_not_grow_with_a_line_of_300_mb(tmp_path: Path) -> None:
    resource = pytest.importorskip("resource")
    path = tmp_path / "metrics.jsonl"
    with path.open("wb") as file:
        file.write(b"\n".join(RECORDS) + b"\n")
        for _ in range(300):
            file.write(b"z" * 1_000_000)
        file.write(b"\n" + PLAIN + b"\n")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    count, tally = read(path)
    grown_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert (count, tally.bad, tally.overlong) == (GOOD + 1, 1, 1)
    assert grown_kib < 24 * 1024
