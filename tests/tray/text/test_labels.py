"""Labels for a list of names: short, and different if the names are."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from codemie_tray.text.labels import labels
from codemie_tray.text.plain_text import LABEL_LIMIT, plain

PREFIX = "arn:aws:bedrock:eu-central-1:123456789012:inference-profile/team-platform/"


def test_a_single_name_is_cut_at_its_end() -> None:
    name = PREFIX + "claude"
    assert labels([name]) == {name: plain(name)}
    assert labels(["work", "home"]) == {"work": "work", "home": "home"}


def test_names_with_one_long_prefix_show_where_they_differ() -> None:
    names = [PREFIX + end for end in ("sonnet-development", "sonnet-production", "haiku")]
    shown = labels(names)
    assert shown == {
        names[0]: "arn:aws:bed…tform/sonnet-development",
        names[1]: "arn:aws:bed…tform/sonnet-production",
        names[2]: "arn:aws:bed…tform/haiku",
    }


def test_a_name_that_is_a_prefix_of_another_is_distinguished() -> None:
    names = ["x" * 60, "x" * 60 + "y", "x" * 61]
    assert len(set(labels(names).values())) == 3


def test_names_that_look_the_same_are_numbered() -> None:
    names = ["work", "work\u200b", "wo\u202erk"]
    assert list(labels(names).values()) == ["work (1)", "work (2)", "work (3)"]
    assert labels([*names, "work (2)"])["work\u200b"] == "work (3)"


@given(
    prefix=st.text(max_size=80),
    ends=st.lists(st.text(max_size=60), min_size=1, max_size=6, unique=True),
)
def test_no_two_labels_are_alike(prefix: str, ends: list[str]) -> None:
    names = [prefix + end for end in ends]
    shown = labels(names)
    assert set(shown) == set(names)
    assert len(set(shown.values())) == len(names)
    assert all(len(label) <= LABEL_LIMIT + len(" (12)") for label in shown.values())
