"""Records decoded by a narrow type are those of the general type, whatever comes."""

from __future__ import annotations

import io
import json
from types import NoneType

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from codemie_core.sessions.jsonl import JSONLReader, Tally
from codemie_core.sessions.jsonl.blocks import BUFFER_BYTES
from codemie_core.sessions.jsonl.decoder import MOST_MISFITS
from codemie_core.sessions.jsonl.narrow import MOST_NAMES, NarrowDecoder, allowed_in
from codemie_core.sessions.usage.counting.rows import MetricRow

NAMES = ("kind", "agent", "provider", "profile", "model")
NAME = st.sampled_from(
    ["", "a", "b", "\ud800", "Ärger", "null", *(f"model {number}" for number in range(12))]
)
RECORD = st.fixed_dictionaries(
    {},
    optional={
        "type": st.one_of(st.none(), st.sampled_from(["metric", "event"])),
        "timestamp": st.one_of(
            st.none(), st.just("2026-01-16T10:00:00.000Z"), st.integers(0, 2**60), st.just(0.5)
        ),
        "sessionId": st.one_of(st.none(), NAME),
        "agent": st.one_of(st.none(), NAME),
        "provider": st.one_of(st.none(), NAME, st.just(3)),
        "profile": st.one_of(st.none(), NAME),
        "model": st.one_of(st.none(), NAME),
        "tokensUsed": st.one_of(st.none(), st.integers(-1, 2**53 + 1), st.just(1.0), st.booleans()),
        "duration": st.one_of(st.none(), st.integers(0, 9), st.just(1.5), st.just("1")),
        "tools": st.one_of(st.none(), st.dictionaries(NAME, st.integers(0, 3), max_size=2)),
        "models": st.one_of(st.none(), st.lists(NAME, max_size=2)),
        "other": st.one_of(st.none(), NAME),
    },
)


def lines(records: list[dict[str, object]]) -> bytes:
    return b"".join(json.dumps(record).encode() + b"\n" for record in records)


def fields(row: MetricRow) -> tuple[object, ...]:
    return msgspec.structs.astuple(row)


def read(data: bytes, narrow: NarrowDecoder[MetricRow] | None) -> tuple[list[tuple[object, ...]], Tally]:
    tally = Tally()
    found: list[tuple[object, ...]] = []
    for rows in JSONLReader().scan(io.BytesIO(data), MetricRow, tally=tally, narrow=narrow):
        assert len({type(row) for row in rows}) <= 1
        found += map(fields, rows)
    return found, tally


def plain(number: int, **more: object) -> dict[str, object]:
    record: dict[str, object] = {"type": "metric", "timestamp": "2026-01-16T10:00:00.000Z"}
    record |= {"sessionId": f"s{number}", "agent": "claude", "provider": ("sso", "local")[number % 2]}
    return record | {"model": f"m{number % 3}", "tokensUsed": number, "duration": 5} | more


@settings(max_examples=300, deadline=None)
@given(st.lists(st.lists(RECORD, min_size=1, max_size=4), min_size=1, max_size=12))
def test_each_block_decodes_to_what_the_general_type_gives(blocks: list[list[dict[str, object]]]) -> None:
    narrow = NarrowDecoder(MetricRow, NAMES)
    for block in map(lines, blocks):
        general = read(block, None)
        assert read(block, narrow) == general
        again = narrow.decode_lines(memoryview(block))
        if general[1].bad or general[1].salvaged:
            assert again is None
        else:  # what was seen once fits the next time
            assert again is not None
            assert list(map(fields, again)) == general[0]


def test_names_are_the_same_objects_and_what_was_never_null_is_known() -> None:
    narrow = NarrowDecoder(MetricRow, NAMES)
    data = lines([plain(number) for number in range(60)])
    assert narrow.decode_lines(memoryview(data)) is None
    read(data, narrow)
    rows = narrow.decode_lines(memoryview(data))
    assert rows is not None
    assert len({id(row.model) for row in rows}) == 3
    assert len({id(row.agent) for row in rows}) == 1
    types, constant = allowed_in(rows[0])
    assert types["tokens"] == {int}
    assert types["tools"] == {NoneType}
    assert constant == {"kind", "agent", "profile"}
    assert not any(allowed_in(MetricRow()))


def test_a_field_with_many_names_may_have_any() -> None:
    narrow = NarrowDecoder(MetricRow, NAMES)
    read(lines([plain(number, model=f"model {number}") for number in range(MOST_NAMES + 1)]), narrow)
    rows = narrow.decode_lines(memoryview(lines([plain(0, model="another")])))
    assert rows is not None
    assert rows[0].model == "another"
    assert narrow.decode_lines(memoryview(lines([plain(0, agent="another")]))) is None


def test_a_file_whose_records_never_fit_is_soon_read_by_the_general_type_alone() -> None:
    class Counting(NarrowDecoder[MetricRow]):
        tried = 0

        def decode_lines(self, _view: memoryview) -> list[MetricRow] | None:
            self.tried += 1
            return None

    narrow = Counting(MetricRow, NAMES)
    data = lines([plain(number) for number in range(20 * BUFFER_BYTES // len(lines([plain(0)])))])
    assert read(data, narrow)[0] == read(data, None)[0]
    assert narrow.tried == MOST_MISFITS
