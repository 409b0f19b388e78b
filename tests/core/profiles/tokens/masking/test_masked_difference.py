"""The difference of two configurations is that of their masked texts, although only parts are masked."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from difflib import unified_diff as reference
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.support.scale import rounds

from codemie_core.files.json.document import JsonDocument
from codemie_core.profiles.tokens.masking import Mask, masked_difference
from codemie_core.profiles.tokens.masking.items import Item, Place
from codemie_core.profiles.tokens.masking.unified import unified_diff

NAMES = ("old", "new")
HIDDEN = re.compile(r"\(hidden, no\. [0-9]+\)")

TEXTS = st.sampled_from(
    ["a", "b", "", "hunter22", "sso", "sk-ant-planted-0f3a-secret", "x hunter22 y", "ü\u2028"]
)
VALUES = (
    TEXTS
    | st.integers(0, 9)
    | st.booleans()
    | st.lists(st.integers(0, 3), max_size=12)
    | st.lists(TEXTS, max_size=3)
)
FIELDS = st.dictionaries(
    st.sampled_from(["model", "provider", "apiKey", "note", "name", "timeout", "hunter22"]),
    VALUES,
    max_size=4,
)
CONFIGS = st.fixed_dictionaries(
    {"profiles": st.dictionaries(st.sampled_from("abcdefgh"), FIELDS | VALUES, max_size=8)},
    optional={"activeProfile": st.sampled_from("abc"), "apiKey": TEXTS, "version": st.integers(1, 2)},
)
LOOKS = st.sampled_from([{"indent": 2}, {"indent": 2, "ensure_ascii": False}, {}, {"separators": (",", ":")}])


def parsed(config: Any, look: Any) -> JsonDocument:
    return JsonDocument.parse(json.dumps(config, **look))


def numberless(lines: Sequence[str]) -> list[str]:
    return [HIDDEN.sub("(hidden)", line) for line in lines]


def whole(before: JsonDocument, after: JsonDocument) -> tuple[list[str], list[str]]:
    """Both texts with every secret of either hidden."""
    mask = Mask()
    return mask.text_of(before).splitlines(), mask.text_of(after).splitlines()


@settings(
    max_examples=rounds(200, 5000), deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None
)
@given(CONFIGS, st.data(), LOOKS)
def test_the_difference_contains_only_masked_text(config: Any, data: st.DataObject, look: Any) -> None:
    other: Any = data.draw(CONFIGS)
    if data.draw(st.booleans()):  # a few profiles differ
        profiles = {**config["profiles"], **other["profiles"]}
        other = {**config, "profiles": profiles}
    before, after = parsed(config, look), parsed(other, look)
    lines = masked_difference(before, after, names=NAMES)
    if before.text == after.text:
        assert lines == []
        return
    old, new = whole(before, after)
    known = set(numberless(old + new))
    for line in lines:
        assert "\0" not in line
        assert "planted" not in line
        # A secret of the other version is hidden too, so a line may show less, never more.
        shown = HIDDEN.sub("(hidden)", line[1:])
        assert line.startswith(("---", "+++", "@@")) or shown in known or "(hidden)" in shown


@settings(
    max_examples=rounds(100, 2000), deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None
)
@given(st.lists(st.sampled_from("abc"), max_size=30), st.lists(st.sampled_from("abc"), max_size=30))
def test_applying_a_difference_produces_the_other_text(old: list[str], new: list[str]) -> None:
    lines = list(unified_diff(old, new, NAMES))
    assert bool(lines) == (old != new)
    made, at = list[str](), 0
    for line in lines[2:]:
        if line.startswith("@@"):
            start, _, length = line.split()[1][1:].partition(",")
            first = int(start) - (length != "0")
            made += old[at:first]
            at = first
        elif line[0] == "+":
            made.append(line[1:])
        else:
            assert old[at] == line[1:]
            made += [line[1:]] if line[0] == " " else []
            at += 1
    assert made + old[at:] == new


@pytest.mark.parametrize(("at", "count"), [(0, 1), (1, 1), (500, 3), (999, 1), (990, 10)])
def test_long_texts_differ_as_in_the_standard_library(at: int, count: int) -> None:
    old = [f"line {number}" for number in range(1000)]
    new = [*old[:at], "another", *old[at + count :]]
    assert list(unified_diff(old, new, NAMES)) == list(reference(old, new, *NAMES, lineterm=""))
    assert list(unified_diff(new, old, NAMES)) == list(reference(new, old, *NAMES, lineterm=""))
    assert list(unified_diff(old, old[:at], NAMES)) == list(reference(old, old[:at], *NAMES, lineterm=""))
    assert list(unified_diff([], old, NAMES)) == list(reference([], old, *NAMES, lineterm=""))


def many(count: int, **changed: Any) -> dict[str, Any]:
    profiles: dict[str, Any] = {
        f"p{number}": {"provider": "litellm", "model": f"m-{number}", "apiKey": f"sk-{number:08d}-planted"}
        for number in range(count)
    }
    return {"version": 2, "profiles": profiles | changed}


def test_a_change_among_many_profiles_is_shown_with_masked_context() -> None:
    before, after = (parsed(many(300, p150={"model": model}), {"indent": 2}) for model in "xy")
    lines = masked_difference(before, after, names=NAMES)
    assert numberless(lines) == numberless(of_whole_texts(before, after))
    assert '-      "model": "x"' in lines
    shown = "\n".join(lines)
    assert "planted" not in shown
    assert '"p151": {' in shown


def of_whole_texts(before: JsonDocument, after: JsonDocument) -> list[str]:
    old, new = whole(before, after)
    return list(reference(old, new, *NAMES, lineterm=""))


def test_a_secret_of_a_profile_that_is_not_shown_is_hidden_where_it_is_repeated() -> None:
    changed = {"provider": "litellm", "model": "hunter22-x"}
    before = parsed(many(50, q={"apiKey": "hunter22"}, p0={}), {"indent": 2})
    after = parsed(many(50, q={"apiKey": "hunter22"}, p0=changed), {"indent": 2})
    shown = "\n".join(masked_difference(before, after, names=NAMES))
    assert "hunter22" not in shown
    assert '+      "model": "(hidden, no. ' in shown
    control = parsed(many(50, p0=changed), {"indent": 2})
    assert "hunter22-x" in "\n".join(
        masked_difference(parsed(many(50, p0={}), {"indent": 2}), control, names=NAMES)
    )


def test_line_numbers_are_right_for_profiles_with_long_lists() -> None:
    profiles = {"a": {"mine": list(range(40))}, "b": {"mine": list(range(40))}, "c": {"model": "x"}}
    before = parsed({"profiles": profiles}, {"indent": 2})
    after = parsed({"profiles": {**profiles, "c": {"model": "y"}}}, {"indent": 2})
    lines = masked_difference(before, after, names=NAMES)
    assert lines[2] == of_whole_texts(before, after)[2]


@pytest.mark.parametrize("indent", [0, 1, "\t"])
def test_line_numbers_are_right_without_indentation(indent: int | str) -> None:
    look = {"indent": indent}
    before, after = parsed(many(20), look), parsed(many(20, p15={"model": "y"}), look)
    assert masked_difference(before, after, names=NAMES)[2] == of_whole_texts(before, after)[2]


def test_only_profiles_next_to_a_change_are_masked(monkeypatch: pytest.MonkeyPatch) -> None:
    before = parsed(many(1000), {"indent": 2})
    after = parsed(many(1000, p500={}), {"indent": 2})
    looked_at: list[str] = []
    really = Mask.items_of

    def items_of(mask: Mask, text: str, *, around: Sequence[Place] = ()) -> list[Item]:
        looked_at.append(text)
        return really(mask, text, around=around)

    monkeypatch.setattr(Mask, "items_of", items_of)
    assert masked_difference(before, after, names=NAMES)
    assert 1 <= len(looked_at) <= 10  # the change and its neighbours
    Mask().text_of(before)
    assert len(looked_at[-1]) == len(before.text)  # the count would notice
