"""An edit keeps every byte that it does not intend to change, even in hostile configurations.

The expected trees and spans come from `spans.py`, that is, from the standard library.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from tests.core.files.json.hostile_texts import FIELDS, configs
from tests.core.files.json.spans import Pairs, Span, last, members, tree
from tests.support.scale import rounds

from codemie_core import Config, ProfileError, ProfileExists, ProfileInvalid, ProfileNotFound
from codemie_core.config.edits import edits as config_edit
from codemie_core.config.model.config import parse_config
from codemie_core.config.model.layout import CLASSIC, CLI
from codemie_core.config.model.profile import check_name
from codemie_core.files.json.document import JsonDocument

SLOWLY = settings(
    max_examples=rounds(40, 3000), deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None
)


def config_of(text: str) -> Config:
    return parse_config(text.encode("utf-8"), path="config.json", layout=CLASSIC)


def table(text: str) -> list[Span]:
    """Where the profiles are: members of the `profiles` that counts."""
    span = last(members(text, 0), "profiles")
    return members(text, span.start) if span else []


def usable(text: str) -> list[str]:
    names = dict.fromkeys(span.key for span in table(text))
    return [name for name in names if name and isinstance(effective(text)[name], Pairs)]


def effective(text: str) -> dict[str, Any]:
    """The profiles by name, as any JSON reader sees them."""
    return {span.key: tree(text[span.start : span.end]) for span in table(text)}


def active_span(text: str) -> Span | None:
    return last(members(text, 0), "activeProfile")


def without_active(text: str) -> str:
    """The text without the active profile's name."""
    span = active_span(text)
    return text if span is None else f"{text[: span.start]}ACTIVE{text[span.end :]}"


def active(text: str) -> Any:
    span = active_span(text)
    return None if span is None else json.loads(text[span.start : span.end])


def inserted(shorter: str, longer: str) -> bool:
    """Whether `longer` is `shorter` with at most one piece inserted."""
    if len(longer) < len(shorter):
        return False
    front = 0
    while front < len(shorter) and shorter[front] == longer[front]:
        front += 1
    return longer.endswith(shorter[front:]) or any(
        longer.startswith(shorter[:cut]) and longer.endswith(shorter[cut:]) for cut in range(front + 1)
    )


@SLOWLY
@given(configs(), st.data())
def test_a_switch_changes_the_bytes_of_one_string(text: str, data: st.DataObject) -> None:
    names = usable(text)
    assume(names)
    name = data.draw(st.sampled_from(names))
    after = config_edit.switch(config_of(text), name).text
    assert active(after) == name
    if active(text) == name:
        assert after == text
    elif active_span(text) is not None:
        assert without_active(after) == without_active(text)
    else:
        assert inserted(text, after)
    assert config_of(after).active == name


@SLOWLY
@given(configs())
def test_a_switch_to_an_unknown_profile_is_refused(text: str) -> None:
    config = config_of(text)
    names = {span.key for span in table(text)}
    with pytest.raises(ProfileNotFound):
        config_edit.switch(config, "there is none of this name")
    for name in names - set(usable(text)):
        if active(text) != name:
            with pytest.raises(ProfileInvalid):
                config_edit.switch(config, name)


@SLOWLY
@given(configs(), st.data())
def test_saving_a_field_changes_the_bytes_of_that_field(text: str, data: st.DataObject) -> None:
    names = [name for name in effective(text) if isinstance(effective(text)[name], Pairs)]
    assume(names)
    name = data.draw(st.sampled_from(names))
    key = data.draw(st.sampled_from(FIELDS))
    value: Any = data.draw(
        st.one_of(st.text(max_size=8), st.booleans(), st.integers(), st.just({"a": [1.0, "x"]}))
    )
    profile = last(table(text), name)
    assert profile is not None
    field = last(members(text, profile.start), key)
    after = config_edit.save(config_of(text), name, {key: value}).text
    if field is None:
        if not members(text, profile.start):  # it contained only space, which may be removed
            text = f"{text[: profile.start]}{{}}{text[profile.end :]}"
        assert inserted(text, after)
    else:
        start, tail = field.start, text[field.end :]
        assert after.startswith(text[:start])
        assert after.endswith(tail)
        assert json.loads(after[start : len(after) - len(tail)]) == value
    assert config_of(after).profile(name).fields[key] == value


@SLOWLY
@given(configs(), st.data())
def test_saving_the_current_fields_changes_nothing(text: str, data: st.DataObject) -> None:
    config = config_of(text)
    for profile in config.profiles:
        if isinstance(effective(text)[profile.name], Pairs):
            fields = {key: value for key, value in profile.fields.items() if value is not None}
            assert config_edit.save(config, profile.name, fields) is config.document


@SLOWLY
@given(configs(), st.data())
def test_removing_a_field_removes_only_that_field(text: str, data: st.DataObject) -> None:
    fields = [
        (name, pair[0])
        for name, pairs in effective(text).items()
        if isinstance(pairs, Pairs)
        for pair in pairs
    ]
    assume(fields)
    name, key = data.draw(st.sampled_from(fields))
    after = config_edit.save(config_of(text), name, {key: None}).text
    expected = [pair for pair in effective(text)[name] if pair[0] != key]
    assert effective(after)[name] == expected
    if len(expected) == len(effective(text)[name]) - 1:
        assert inserted(after, text)
    others = {other: pairs for other, pairs in effective(text).items() if other != name}
    assert {other: pairs for other, pairs in effective(after).items() if other != name} == others


@SLOWLY
@given(configs())
def test_adding_a_profile_inserts_one_piece_of_text(text: str) -> None:
    config = config_of(text)
    assume("new one" not in effective(text))
    after = config_edit.save(config, "new one", {"provider": "x", "model": None, "n": 1}).text
    assert effective(after) == effective(text) | {"new one": tree('{"provider": "x", "n": 1}')}
    became_active = config.active_profile is None
    assert active(after) == ("new one" if became_active else active(text))
    if active_span(text) is not None and table(text):
        assert inserted(without_active(text), without_active(after))


@SLOWLY
@given(configs(), st.data())
def test_a_rename_changes_the_key_the_inner_name_and_the_active_profile(
    text: str, data: st.DataObject
) -> None:
    names = list(effective(text))
    assume(names)
    old = data.draw(st.sampled_from(names))
    after = config_edit.rename(config_of(text), old, "new name").text
    before, now = effective(text), effective(after)
    assert list(now) == ["new name" if name == old else name for name in before]
    for name, pairs in before.items():
        if name != old:
            assert now[name] == pairs
    if isinstance(before[old], Pairs):
        assert [key for key, _ in now["new name"]] == [key for key, _ in before[old]]
        assert [pair for pair in now["new name"] if pair[0] != "name"] == [
            pair for pair in before[old] if pair[0] != "name"
        ]
        counting = [value for key, value in now["new name"] if key == "name"]
        assert not counting or counting[-1] == "new name"
    assert active(after) == ("new name" if active(text) == old else active(text))
    # Byte for byte: with the old key's spelling restored, and name and active masked, it is the old text.
    if not any(span.key == "name" for one in table(text) if one.key == old for span in fields_at(text, one)):
        masked = text
        for span in reversed(table(text)):
            if span.key == old:
                masked = f'{masked[: span.key_start]}"new name"{masked[span.key_end :]}'
        assert without_active(after) == without_active(masked)


def fields_at(text: str, span: Span) -> list[Span]:
    return members(text, span.start) if text[span.start] == "{" else []


@SLOWLY
@given(configs(), st.data())
def test_a_duplicate_is_spelled_like_its_original(text: str, data: st.DataObject) -> None:
    names = [name for name in effective(text) if isinstance(effective(text)[name], Pairs)]
    assume(names)
    name = data.draw(st.sampled_from(names))
    after = config_edit.duplicate(config_of(text), name, "the copy").text
    assert inserted(text, after)
    original, copy = last(table(text), name), last(table(after), "the copy")
    assert original is not None
    assert copy is not None
    if not any(span.key == "name" for span in fields_at(text, original)):
        assert after[copy.start : copy.end] == text[original.start : original.end]
    assert active(after) == active(text)


@SLOWLY
@given(configs(), st.data())
def test_a_delete_removes_only_that_profile(text: str, data: st.DataObject) -> None:
    names = list(effective(text))
    assume(names)
    name = data.draw(st.sampled_from(names))
    after = config_edit.delete(config_of(text), name).text
    assert effective(after) == {other: pairs for other, pairs in effective(text).items() if other != name}
    if active(text) != name:
        assert active(after) == active(text)
    else:
        left = [other for other in usable(text) if other != name]
        assert active(after) == (left[0] if left else "default")
    if [span.key for span in table(text)].count(name) == 1:
        assert inserted(without_active(after), without_active(text))


@SLOWLY
@given(configs(), st.data())
def test_an_edit_applied_again_to_its_own_result_changes_nothing(text: str, data: st.DataObject) -> None:
    names = usable(text)
    assume(names)
    name = data.draw(st.sampled_from(names))
    edits: tuple[Callable[[Config], JsonDocument], ...] = (
        lambda config: config_edit.switch(config, name),
        lambda config: config_edit.save(config, name, {"model": "m", "x": None}),
        lambda config: config_edit.save(config, "fresh", {"model": "m"}),
        lambda config: config_edit.rename(config, name, "renamed"),
        lambda config: config_edit.duplicate(config, name, "copied"),
        lambda config: config_edit.delete(config, name),
    )
    for edit in edits:
        once = config_of(edit(config_of(text)).text)
        assert edit(once) is once.document


def test_the_byte_check_would_notice_a_reformatting_writer() -> None:
    text = '{"activeProfile":"a", "profiles": {"a":{"n": 1e3}, "b":{"n":1.0}}}'
    whole = json.loads(text)
    whole["activeProfile"] = "b"
    assert without_active(json.dumps(whole)) != without_active(text)
    assert not inserted(text, json.dumps(whole, indent=2))


def test_a_value_that_only_compares_equal_in_python_is_written() -> None:
    config = config_of('{"profiles": {"a": {"jwtConfig": {"n": 1, "list": [true]}}}}')
    after = config_edit.save(config, "a", {"jwtConfig": {"n": True, "list": [1]}}).text
    assert json.loads(after)["profiles"]["a"]["jwtConfig"] == {"n": True, "list": [1]}
    assert '"n": true' in after


def nested(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), [float("-inf")], nested(600), nested(5000), {"a": b"bytes"}]
)
@pytest.mark.parametrize("name", ["a", "new"])
def test_a_value_that_json_cannot_hold_is_refused(value: Any, name: str) -> None:
    config = config_of('{"profiles": {"a": {}}}')
    with pytest.raises(ProfileInvalid, match="can't be written as JSON"):
        config_edit.save(config, name, {"field": value})


def test_a_rename_undone_by_a_program_with_a_profile_of_that_name_keeps_it_active() -> None:
    undone = config_of('{"activeProfile": "a", "profiles": {"x": {}, "a": {"m": 1}, "b": {"m": 2}}}')
    after = config_edit.rename(undone, "a", "b").text
    assert json.loads(after) == {"activeProfile": "b", "profiles": {"x": {}, "b": {"m": 2}}}


def test_a_duplicate_stays_if_another_program_removes_its_original() -> None:
    undone = config_of('{"activeProfile": "b", "profiles": {"b": {"m": 1}}}')
    assert config_edit.duplicate(undone, "a", "b") is undone.document


@pytest.mark.parametrize(
    "name", ["", " ", " a", "a ", "\n", "a\x00b", "a\x7f", "\ud800", "x" * 201, "\u2007", "-"]
)
def test_a_new_profile_cannot_have_a_problematic_name(name: str) -> None:
    config = config_of('{"activeProfile": "a", "profiles": {"a": {}}}')
    attempts: tuple[Callable[[], object], ...] = (
        lambda: check_name(name),
        lambda: config_edit.save(config, name, {}),
        lambda: config_edit.check_rename(config, "a", name),
        lambda: config_edit.check_duplicate(config, "a", name),
    )
    for refused in attempts:
        with pytest.raises(ProfileInvalid):
            refused()


@pytest.mark.parametrize(
    "name", ["__proto__", "constructor", "büro-测试", "👩‍👩‍👧‍👦", "a.b/c", "--", "x" * 200, '"']
)
def test_an_unusual_name_is_accepted(name: str) -> None:
    config = config_of('{"activeProfile": "a", "profiles": {"a": {}}}')
    after = config_edit.save(config, name, {"model": "m"}).text
    assert json.loads(after)["profiles"] == {"a": {}, name: {"model": "m"}}


def test_a_name_that_is_taken_is_refused() -> None:
    config = config_of('{"profiles": {"a": {}, "b": {}}}')
    with pytest.raises(ProfileExists):
        config_edit.check_rename(config, "a", "b")
    with pytest.raises(ProfileExists):
        config_edit.check_duplicate(config, "a", "b")
    config_edit.check_rename(config, "a", "a")
    assert config_edit.rename(config, "a", "a") is config.document


def test_a_profile_that_does_not_exist_cannot_be_changed() -> None:
    config = config_of("{}")
    attempts: tuple[Callable[[], object], ...] = (
        lambda: config_edit.switch(config, "a"),
        lambda: config_edit.check_rename(config, "a", "b"),
        lambda: config_edit.check_duplicate(config, "a", "b"),
        lambda: config_edit.duplicate(config, "a", "b"),
        lambda: config_edit.check_delete(config, "a"),
    )
    for refused in attempts:
        with pytest.raises(ProfileError, match="There is no profile named 'a'"):
            refused()


def test_the_cli_layout_repeats_the_name_in_the_profile() -> None:
    text = '{"version": 2, "activeProfile": "a", "profiles": {"a": {"name": "a"}}}'
    config = parse_config(text.encode(), path="c", layout=CLI)
    new = json.loads(config_edit.save(config, "b", {"model": "m"}).text)
    assert new["profiles"]["b"] == {"model": "m", "name": "b"}
    assert json.loads(config_edit.rename(config, "a", "c").text)["profiles"] == {"c": {"name": "c"}}
    assert json.loads(config_edit.duplicate(config, "a", "c").text)["profiles"]["c"] == {"name": "c"}
