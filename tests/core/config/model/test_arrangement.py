"""The user's own order of the profiles, and notes about them, as values."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codemie_core.config.model.arrangement import (
    LONGEST_NOTE,
    MOST_GONE,
    Arrangement,
    as_note,
    moved,
    renamed,
    with_note,
    without,
)


@dataclass(frozen=True)
class One:
    """A profile, as far as its place is concerned."""

    name: str


NAMES = st.lists(st.sampled_from("abcdefghij"), min_size=2, max_size=10, unique=True)


def names(arrangement: Arrangement, present: list[str]) -> list[str]:
    return [one.name for one in arrangement.sorted(One(name) for name in present)]


def test_without_an_order_the_configuration_s_order_applies() -> None:
    assert names(Arrangement(), ["b", "a"]) == ["b", "a"]
    assert names(Arrangement(("c", "b")), ["a", "b", "d", "c"]) == ["c", "b", "a", "d"]


@settings(max_examples=60, deadline=None)
@given(present=NAMES, order=NAMES, data=st.data())
def test_a_moved_profile_is_beside_its_neighbour_and_the_others_keep_their_order(
    present: list[str], order: list[str], data: st.DataObject
) -> None:
    before = Arrangement(tuple(order))
    shown = names(before, present)
    name = data.draw(st.sampled_from(shown))
    anchor = data.draw(st.sampled_from([one for one in shown if one != name]))
    after = data.draw(st.booleans())
    now = names(moved(before, present, name, anchor, after=after), present)
    rest = [one for one in shown if one != name]
    rest.insert(rest.index(anchor) + after, name)
    assert now == rest


def test_two_moves_of_different_profiles_both_take_effect() -> None:
    present = ["a", "b", "c", "d"]
    first = moved(Arrangement(), present, "d", "a", after=False)
    assert names(moved(first, present, "b", "c", after=True), present) == ["d", "a", "c", "b"]


def test_a_renamed_profile_keeps_its_place_and_its_note() -> None:
    before = Arrangement(("b", "a"), {"b": "mine", "a": "other"})
    assert renamed(before, {"b": "x"}) == Arrangement(("x", "a"), {"x": "mine", "a": "other"})
    assert renamed(before, {"nobody": "x"}) is before
    # What an earlier profile of the new name left is replaced.
    assert renamed(before, {"b": "a"}) == Arrangement(("a",), {"a": "mine"})
    assert renamed(before, {"a": "b", "b": "a"}) == Arrangement(("a", "b"), {"a": "mine", "b": "other"})


def test_a_deleted_profile_keeps_its_place_and_note_until_too_many_are_gone() -> None:
    gone = [f"gone {at}" for at in range(MOST_GONE + 5)]
    notes = dict.fromkeys([*gone, "a"], "kept")
    before = Arrangement((*gone, "a", "b"), notes)
    after = moved(before, ["a", "b"], "b", "a", after=False)
    assert after.order == (*gone[5:], "b", "a")
    assert list(with_note(before, ["a", "b"], "b", "new").notes) == [*gone[5:], "a", "b"]


def test_a_new_profile_does_not_inherit_from_a_deleted_one() -> None:
    before = Arrangement(("a", "b"), {"a": "mine", "b": "other"})
    assert without(before, ["a"]) == Arrangement(("b",), {"b": "other"})


def test_a_note_is_one_line_of_limited_length() -> None:
    assert as_note("  two\n lines\t here ") == "two lines here"
    assert as_note(" \n") == ""
    assert as_note("x" * LONGEST_NOTE)
    with pytest.raises(ValueError, match="up to 200 characters; this one has 201"):
        as_note("x" * (LONGEST_NOTE + 1))
