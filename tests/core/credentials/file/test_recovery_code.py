from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codemie_core.credentials.file.recovery_code import CHARACTERS, RecoveryCode
from codemie_core.credentials.secret import Secret
from codemie_core.errors import RecoveryCodeMistyped

CODE = RecoveryCode(bytes(range(18)))


def _read(typed: str) -> RecoveryCode:
    return RecoveryCode.from_text(Secret(typed))


def test_a_code_has_eight_groups_of_four() -> None:
    groups = RecoveryCode.new().text().split("-")
    assert [len(group) for group in groups] == [4] * 8
    assert set("".join(groups)) <= set(string.ascii_uppercase + "234567")


def test_the_text_of_a_given_code_never_changes() -> None:
    assert CODE.text() == "AAAQ-EAYE-AUDA-OCAJ-BIFQ-YDIO-B4IB-DHVY"


def test_two_new_codes_differ() -> None:
    assert RecoveryCode.new() != RecoveryCode.new()


@given(st.binary(min_size=18, max_size=18))
def test_a_written_down_code_is_read_again(data: bytes) -> None:
    code = RecoveryCode(data)
    text = code.text()
    for typed in (text, text.lower(), text.replace("-", ""), text.replace("-", " "), f"  {text}\n"):
        assert _read(typed) == code
    assert _read(text.replace("O", "0").replace("B", "8")) == code


@given(
    st.binary(min_size=18, max_size=18), st.integers(0, CHARACTERS - 1), st.sampled_from("ABCDEFGHIJ234567")
)
def test_any_single_wrong_character_is_detected(data: bytes, at: int, char: str) -> None:
    plain = RecoveryCode(data).text().replace("-", "")
    if plain[at] != char:
        with pytest.raises(RecoveryCodeMistyped, match="a typo"):
            _read(plain[:at] + char + plain[at + 1 :])


@given(st.binary(min_size=18, max_size=18), st.integers(0, CHARACTERS - 2))
def test_any_two_swapped_neighbours_are_detected(data: bytes, at: int) -> None:
    plain = RecoveryCode(data).text().replace("-", "")
    swapped = plain[:at] + plain[at + 1] + plain[at] + plain[at + 2 :]
    if swapped != plain:
        with pytest.raises(RecoveryCodeMistyped):
            _read(swapped)


@pytest.mark.parametrize(
    "typed", ["", "AAAA", "A" * 31, "A" * 33, "é" * 32, "=" * 32, "1" * 31 + "!", "\0" * 32]
)
def test_nonsense_is_reported_as_such(typed: str) -> None:
    with pytest.raises(RecoveryCodeMistyped) as caught:
        _read(typed)
    assert "\0" not in str(caught.value)


def test_the_repr_shows_nothing() -> None:
    assert CODE.text() not in repr(CODE)
    assert repr(CODE) == "RecoveryCode()"
