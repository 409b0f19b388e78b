"""The standard library decides what is JSON, except that NaN is refused; an edit is only a splice."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.core.files.json.hostile_texts import configs, strings, values
from tests.core.files.json.spans import last, members, tree
from tests.support.scale import rounds

from codemie_core.files.json.document import DEPTH_LIMIT, JsonDocument, JsonSyntaxError, encode_string

SLOWLY = settings(
    max_examples=rounds(80, 3000), deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None
)
ALPHABET = st.sampled_from('{}[]:,"\\/ \n\r\t0123456789.eE+-truefalsnNaIityu\ufeff\x00\x1f\x7f é𝒳')


def reference_accepts(text: str) -> bool:
    try:
        tree(text)
    except ValueError:
        return False
    return not text.startswith("\ufeff\ufeff")


def ours_accepts(text: str) -> bool:
    try:
        document = JsonDocument.parse(text)
    except JsonSyntaxError as error:
        return not (0 <= error.offset <= len(text) and error.reason)  # an error without a place is a failure
    everything_opens(document)
    return True


def everything_opens(document: JsonDocument) -> None:
    """What the C scanner accepted can be split, with each piece at its stated position."""
    nodes = [document.root]
    while nodes:
        node = nodes.pop()
        assert repr(document.value(node)) == repr(JsonDocument.parse(document.raw(node)).decoded)
        nodes += [member.value for member in node.members]


@SLOWLY
@given(values(depth=4))
def test_every_json_text_is_accepted_and_decoded_as_the_standard_library_does(text: str) -> None:
    document = JsonDocument.parse(text)
    everything_opens(document)
    decoded = document.value(document.root)
    # Numbers of thousands of digits, which Python refuses to convert, are the one difference.
    assert same(
        decoded,
        json.loads(text, parse_int=lambda digits: float(digits) if len(digits) > 4000 else int(digits)),
    )


def same(left: Any, right: Any) -> bool:
    return repr(left) == repr(right)


@SLOWLY
@given(st.text(ALPHABET, max_size=30))
def test_acceptance_of_any_text_equals_the_strict_reference(text: str) -> None:
    assert ours_accepts(text) == reference_accepts(text)


@SLOWLY
@given(configs(), st.integers(0, 2000), st.integers(0, 3), st.text(ALPHABET, max_size=2))
def test_acceptance_of_a_mutated_text_equals_the_strict_reference(
    text: str, at: int, cut: int, put: str
) -> None:
    at %= len(text) + 1
    mutated = text[:at] + put + text[at + cut :]
    assert ours_accepts(mutated) == reference_accepts(mutated)


@pytest.mark.parametrize(
    "text",
    [
        *("NaN", "Infinity", "-Infinity", '{"a": {"b": {"c": NaN}}}', '{"a": {"b": [-Infinity]}}'),
        *("01", "1.", ".5", "+1", "1e", "0x10", "--1", "-", "1_000", "\u0661"),
        *(
            "'a'",
            '"a',
            '"\t"',
            '"\\x41"',
            '"\\u12"',
            '"\\u\uff11\uff12\uff13\uff14"',
            '"a"b',
            "nul",
            "True",
            "trueish",
        ),
        *("[1,]", '{"a":1,}', "{a:1}", '{"a" 1}', '{"a":}', "{,}", "[,]", "[1 2]", "{}{}", "{} x"),
        *("", " ", "\ufeff", "\ufeff\ufeff{}", "{}\ufeff", "/* */{}", "{} // x", "\xa0{}", "\x0b1", "{}\x00"),
    ],
)
def test_what_is_not_json_is_refused_by_both(text: str) -> None:
    assert not ours_accepts(text)
    assert not reference_accepts(text)


def test_the_acceptance_check_detects_a_lenient_reader() -> None:
    def lenient(text: str) -> bool:
        try:
            json.loads(text)
        except ValueError:
            return False
        return True

    assert lenient('{"a": NaN}') != reference_accepts('{"a": NaN}')


@pytest.mark.parametrize("opening", ["[", '{"a":', '[{"a":'])
def test_nesting_up_to_the_limit_is_read_and_deeper_nesting_refused(opening: str) -> None:
    closing = "".join("]" if char == "[" else "}" for char in reversed(opening) if char in "[{")
    levels = DEPTH_LIMIT // len(closing)
    document = JsonDocument.parse(opening * levels + "1" + closing * levels)
    document.value(document.root)
    with pytest.raises(JsonSyntaxError, match="nested deeper than 500"):
        JsonDocument.parse(opening * (levels + 1) + "1" + closing * (levels + 1))
    with pytest.raises(JsonSyntaxError, match="nested deeper"):
        JsonDocument.parse(opening * 200_000)


def test_many_brackets_side_by_side_are_not_nesting() -> None:
    text = '{"profiles": {"a": {"list": [' + ",".join(["[]"] * 5000) + "]}}}"
    assert ours_accepts(text)


@SLOWLY
@given(st.text(max_size=40), st.data())
def test_a_string_survives_encoding_and_is_always_valid_utf8(value: str, data: st.DataObject) -> None:
    broken = value + data.draw(st.sampled_from(("", "\ud800", "\udc00", "\x00\x1f", "\u2028")))
    raw = encode_string(broken)
    raw.encode("utf-8")
    assert json.loads(raw) == broken


@SLOWLY
@given(configs(), strings(), values(depth=2))
def test_setting_a_key_changes_its_value_or_adds_one_member(text: str, key_raw: str, raw: str) -> None:
    key = json.loads(key_raw)
    document = JsonDocument.parse(text)
    after = document.set_key(document.root, key, raw).text
    span = last(members(text, 0), key)
    if span is not None:
        assert after == text[: span.start] + raw + text[span.end :]
    else:
        if members(text, 0):
            assert_only_inserted(text, after)
        assert tree(after)[:-1] == tree(text)
        assert tree(after)[-1] == (key, tree(raw))


@SLOWLY
@given(configs(), strings())
def test_a_text_at_the_top_is_replaced_as_if_everything_were_parsed_again(text: str, raw: str) -> None:
    document = JsonDocument.parse(text)
    changed = document.with_text("activeProfile", json.loads(raw), raw)
    parsed = JsonDocument.parse(document.set_key(document.root, "activeProfile", raw).text)
    assert changed.text == parsed.text
    assert repr(changed.decoded) == repr(parsed.decoded)
    assert (changed.root.start, changed.root.end) == (parsed.root.start, parsed.root.end)
    everything_opens(changed)


@pytest.mark.parametrize("raw", ['"b', '"b"x', "b", '"b","c":1', ""])
def test_anything_but_a_single_text_is_refused_as_the_new_value(raw: str) -> None:
    with pytest.raises(JsonSyntaxError):
        JsonDocument.parse('{"a": "x"}').with_text("a", "b", raw + "{")


@SLOWLY
@given(configs(), st.data())
def test_removing_a_key_removes_all_its_duplicates_and_nothing_else(text: str, data: st.DataObject) -> None:
    before = tree(text)
    keys = [pair[0] for pair in before] or ["not there"]
    key = data.draw(st.sampled_from(keys))
    document = JsonDocument.parse(text)
    after = document.remove_key(document.root, key).text
    assert tree(after) == [pair for pair in before if pair[0] != key]
    for span in members(text, 0):
        if span.key != key:  # kept members keep their bytes, from the key to the value's end
            assert text[span.key_start : span.end] in after
    if keys.count(key) == 1:
        assert_only_inserted(after, text)


@SLOWLY
@given(configs(), st.data())
def test_renaming_a_key_changes_only_the_bytes_of_that_key(text: str, data: st.DataObject) -> None:
    spans = members(text, 0)
    key = data.draw(st.sampled_from([span.key for span in spans] or ["not there"]))
    document = JsonDocument.parse(text)
    expected = text
    for span in reversed(spans):
        if span.key == key:
            expected = expected[: span.key_start] + '"new"' + expected[span.key_end :]
    assert document.rename_key(document.root, key, "new").text == expected


def assert_only_inserted(shorter: str, longer: str) -> None:
    """Fail unless `longer` is `shorter` with one piece inserted."""
    front = 0
    while front < len(shorter) and front < len(longer) and shorter[front] == longer[front]:
        front += 1
    assert longer.endswith(shorter[front:]) or common_tail(shorter, longer) + front >= len(shorter)


def common_tail(left: str, right: str) -> int:
    count = 0
    while count < min(len(left), len(right)) and left[-1 - count] == right[-1 - count]:
        count += 1
    return count


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"a":1}', '{"a":1,"new":{"x":1,"y":[]}}'),
        ('{"a": 1}', '{"a": 1,"new": {"x": 1,"y": []}}'),
        ('{"a": 1, "b": 2}', '{"a": 1, "b": 2, "new": {"x": 1, "y": []}}'),
        (
            '{\n  "a": 1\n}\n',
            '{\n  "a": 1,\n  "new": {\n    "x": 1,\n    "y": []\n  }\n}\n',
        ),
        (
            '{\r\n\t"a" : 1\r\n}',
            '{\r\n\t"a" : 1,\r\n\t"new" : {\r\n\t\t"x" : 1,\r\n\t\t"y" : []\r\n\t}\r\n}',
        ),
        ("{}", '{\n  "new": {\n    "x": 1,\n    "y": []\n  }\n}'),
    ],
)
def test_an_added_member_is_formatted_like_the_rest_of_the_text(text: str, expected: str) -> None:
    document = JsonDocument.parse(text)
    raw = document.encode({"x": 1, "y": []}, document.root)
    assert document.set_key(document.root, "new", raw).text == expected
