"""What the collector adds up, against the plain definition, for records of general and of narrow types."""

from __future__ import annotations

import json

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codemie_core.sessions.jsonl.narrow import NarrowDecoder
from codemie_core.sessions.usage.counting import collector
from codemie_core.sessions.usage.counting.collector import Collector, is_plain
from codemie_core.sessions.usage.counting.quarter_hours import quarter_of
from codemie_core.sessions.usage.counting.rows import MetricRow, Names
from codemie_core.sessions.usage.counting.totals import (
    MODELS_APART,
    USED,
    KeyedTotals,
    Piece,
    add_total,
    pieces_of,
    totals_of,
)

NAMES = Names("the session", "claude", "the provider", others=("gemini",))
RECORD_NAMES = ("kind", "agent", "provider", "profile", "model")
STAMP = st.sampled_from(
    [
        *(
            "2026-01-16T10:00:00.000Z",
            "2026-01-16T10:07:30.000Z",
            "2026-01-16T10:15:00Z",
            "2026-01-17T00:00:00Z",
        ),
        *("2026-01-16T10:07:30+02:00", "2026-01-16T10:07:30+0200", "2026-01-16T10:07", "", "Z", "no time"),
    ]
)
PLAIN = {
    "type": st.sampled_from(["metric", "event"]),
    "timestamp": STAMP,
    "sessionId": st.sampled_from(["a", "b", ""]),
    "agent": st.sampled_from(["claude", "codex"]),
    "provider": st.sampled_from(["sso", "local"]),
    "model": st.sampled_from(["m", "n", ""]),
    "tokensUsed": st.integers(0, 10),
    "duration": st.integers(0, 10),
}
ANY = {
    "agent": st.sampled_from(["claude", "gemini"]),
    "profile": st.sampled_from(["p", "q", ""]),
    "timestamp": st.one_of(STAMP, st.integers(1_700_000_000_000, 1_700_009_000_000), st.none()),
    "tokensUsed": st.one_of(st.none(), st.integers(0, 10)),
    "duration": st.one_of(st.none(), st.just(2.75)),
    "tools": st.dictionaries(st.sampled_from(["Read", "Edit"]), st.integers(0, 3)),
    "models": st.lists(st.sampled_from(["m", "n"]), max_size=3),
}
PLAIN_BLOCK = st.lists(st.fixed_dictionaries(PLAIN), min_size=1, max_size=8)
ANY_BLOCK = st.lists(st.fixed_dictionaries({}, optional=PLAIN | ANY), min_size=1, max_size=8)
BLOCKS = st.lists(st.one_of(PLAIN_BLOCK, PLAIN_BLOCK, ANY_BLOCK), max_size=10)


Record = dict[str, object]
Block = list[Record]


def lines(block: Block) -> memoryview:
    return memoryview(b"".join(json.dumps(record).encode() + b"\n" for record in block))


def defined(blocks: list[Block]) -> KeyedTotals:
    totals: KeyedTotals = {}
    decode = msgspec.json.Decoder(MetricRow).decode_lines
    for row in (row for block in blocks for row in decode(lines(block))):
        if row.kind in (None, "metric") and row.agent != "gemini":
            model = row.model
            if model is None:
                model = MODELS_APART.join(dict.fromkeys(row.models or ()))
            agent, profile = row.agent or NAMES.agent, row.profile or row.provider or NAMES.provider
            key = (quarter_of(row.timestamp), row.session or NAMES.session, agent, profile, model)
            calls = sum((row.tools or {}).values())
            unknown = int(row.tokens is None)
            add_total(totals, key, [1, row.tokens or 0, calls, int(row.duration or 0), unknown])
    return totals


def collected(blocks: list[Block], *, narrow: bool) -> tuple[KeyedTotals, list[Piece], list[bool]]:
    """Return what a collector passes on, and which blocks it took for plain ones."""
    pieces: list[Piece] = []
    kinds = []
    narrow_decoder = NarrowDecoder(MetricRow, RECORD_NAMES)
    decode = msgspec.json.Decoder(MetricRow).decode_lines
    adding = Collector(NAMES, spill=pieces.extend)
    for block in map(lines, blocks):
        rows = narrow_decoder.decode_lines(block) if narrow else None
        if rows is None:
            rows = decode(block)
            narrow_decoder.learn(rows)
        kinds.append(is_plain(rows[0]))
        adding.add(rows)
    adding.flush()
    return totals_of(used for piece in pieces for used in USED.parse(piece.totals)), pieces, kinds


@settings(max_examples=200, deadline=None)
@given(BLOCKS, st.booleans(), st.sampled_from([1, 3, 8192]))
def test_every_record_is_added_to_its_quarter_session_and_names(
    blocks: list[Block], narrow: bool, spill_totals: int
) -> None:
    before, collector.SPILL_TOTALS = collector.SPILL_TOTALS, spill_totals
    try:
        totals, pieces, kinds = collected(blocks, narrow=narrow)
    finally:
        collector.SPILL_TOTALS = before
    assert totals == defined(blocks)
    for piece in pieces:
        (again,) = pieces_of(totals_of(USED.parse(piece.totals)))
        assert again.day == piece.day
        assert totals_of(USED.parse(again.day_totals)) == totals_of(USED.parse(piece.day_totals))
    assert narrow or not any(kinds)


def test_records_that_repeat_the_same_names_are_plain_from_the_second_block_on() -> None:
    block: Block = [
        {
            "timestamp": "2026-01-16T10:00:00.000Z",
            "sessionId": str(number % 3),
            "tokensUsed": 1,
            "duration": 2,
        }
        for number in range(30)
    ]
    assert collected([block] * 3, narrow=True)[2] == [False, True, True]
    assert collected([block, [*block, {"tools": {"Read": 1}}], block], narrow=True)[2] == [
        False,
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("field", "names"),
    [
        ("type", ("metric", "event")),
        ("agent", ("claude", "gemini")),
        ("agent", ("claude", "codex")),
        ("provider", ("sso", "local")),
        ("profile", ("p", "q")),
        ("model", ("m", "n")),
    ],
)
def test_a_session_that_changes_back_and_forth_is_counted_apart(field: str, names: tuple[str, str]) -> None:
    record: Record = {"timestamp": "2026-01-16T10:00:00.000Z", "sessionId": "a", "duration": 1}
    block: Block = [record | {field: names[number % 2], "tokensUsed": number} for number in range(10)]
    for narrow in (False, True):
        totals, _, kinds = collected([block, block], narrow=narrow)
        assert kinds[1] is (narrow and field not in ("type", "agent"))
        assert totals == defined([block, block])


@pytest.mark.parametrize(("field", "names"), [("type", ("event", "metric")), ("agent", ("gemini", "codex"))])
def test_what_a_damaged_block_has_is_counted_apart_from_the_plain_ones_around_it(
    field: str, names: tuple[str, str]
) -> None:
    record: Record = {
        "timestamp": "2026-01-16T10:00:00.000Z",
        "sessionId": "a",
        "duration": 1,
        "tokensUsed": 1,
    }
    narrow = NarrowDecoder(MetricRow, RECORD_NAMES)
    decode = msgspec.json.Decoder(MetricRow).decode_lines
    usual = lines([record | {field: names[1]}])
    narrow.learn(decode(usual))
    pieces: list[Piece] = []
    adding = Collector(NAMES, spill=pieces.extend)
    for _ in range(2):
        adding.add(decode(lines([record | {field: names[0]}])))  # line by line, so nothing is learned
        plain = narrow.decode_lines(usual)
        assert plain is not None
        assert is_plain(plain[0])
        adding.add(plain)
    adding.flush()
    found = totals_of(used for piece in pieces for used in USED.parse(piece.totals))
    expected = defined([[record | {field: name} for name in names] * 2])
    assert found == expected


def test_a_time_with_an_offset_amid_times_in_utc_is_in_its_own_quarter() -> None:
    stamps = ("2026-01-16T10:07:30.000Z", "2026-01-16T10:08:00+0200", "2026-01-16T10:09:00.000Z")
    block: Block = [{"timestamp": stamp, "tokensUsed": 1, "duration": 0} for stamp in stamps]
    for narrow in (False, True):
        totals, _, kinds = collected([block, block], narrow=narrow)
        assert kinds[1] is narrow
        assert {key[0]: total[0] for key, total in totals.items()} == {
            quarter_of("2026-01-16T10:00:00Z"): 4,
            quarter_of("2026-01-16T08:00:00Z"): 2,
        }
