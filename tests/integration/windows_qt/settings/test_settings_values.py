"""The Settings window as values: valid input, messages, and offers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codemie_core.config.settings import Settings
from codemie_core.credentials import Level, Protection, RecoveryCode
from codemie_core.retention import Cleanup, Failure
from codemie_tray.windows.pure.settings.cleaning import (
    Preview,
    clean_caption,
    preview_rows,
    question,
    why_nothing,
)
from codemie_tray.windows.pure.settings.general import SettingsShown, sentence_of
from codemie_tray.windows.pure.settings.numbers import (
    DAYS,
    DOLLARS,
    shown_days,
    shown_dollars,
    typed_days,
    typed_dollars,
)
from codemie_tray.windows.pure.settings.protection import Act, CredentialsShown, cards
from codemie_tray.windows.pure.settings.protection import question as asked_before
from codemie_tray.windows.pure.settings.recovery import code_lines, is_last_group, problem_of, spoken


@pytest.mark.parametrize("text", ["5", " 5 ", "5 days", "5d", "005", "5 Days"])
def test_days_are_parsed_as_people_write_them(text: str) -> None:
    assert (typed_days(text).value, typed_days(text).problem) == (5, "")


@pytest.mark.parametrize("text", ["", "0", "-1", "1.5", "five", "3651", "9" * 400, "५"])
def test_an_invalid_number_of_days_has_a_problem_and_no_value(text: str) -> None:
    assert typed_days(text).value is None
    assert typed_days(text).problem.endswith(".")


@pytest.mark.parametrize(
    ("text", "value"),
    [("20", 20), ("$20", 20), ("7.5", 7.5), ("1,234.50", 1234.5), ("20 USD", 20), ("", None)],
)
def test_dollars_are_parsed_as_people_write_them(text: str, value: float | None) -> None:
    assert (typed_dollars(text).value, typed_dollars(text).problem) == (value, "")


@pytest.mark.parametrize("text", ["7,50", "0", "-3", "1e9", "nan", "inf", "twenty", "1,2,3", "2000000", "."])
def test_an_invalid_amount_has_a_problem_and_no_value(text: str) -> None:
    assert typed_dollars(text).value is None
    assert typed_dollars(text).problem.endswith(".")


@given(st.integers(*DAYS))
def test_every_number_of_days_survives_being_shown(days: int) -> None:
    assert typed_days(shown_days(days)).value == days


@given(st.floats(*DOLLARS).map(lambda value: round(value, 2)))
def test_every_amount_survives_being_shown(dollars: float) -> None:
    assert typed_dollars(shown_dollars(dollars)).value == pytest.approx(dollars)


@given(st.text())
def test_any_input_is_a_value_or_a_problem(text: str) -> None:
    for read, check in ((typed_days, "log_retention_days"), (typed_dollars, "daily_budget_usd")):
        typed = read(text)
        assert typed.problem == "" or typed.value is None
        if typed.value is not None:
            assert sentence_of(check, typed.value)


def test_the_preview_never_shows_a_number_that_was_not_counted() -> None:
    assert [row[1] for row in preview_rows(None)] == ["counting…", "counting…"]
    logs = Cleanup(files=3, size_bytes=12_400_000)
    assert preview_rows(Preview(5, None, logs, None)) == (
        ("Logs", "3 files", "12 MB"),
        ("Sessions", "none", ""),
    )
    both = Preview(5, 90, logs, Cleanup(files=9, sessions=2, size_bytes=1000))
    assert preview_rows(both)[1] == ("Sessions", "2 sessions", "1 kB")
    assert clean_caption(both) == "Clean up &now (12 files)…"


def test_the_question_explains_the_consequences_of_removing_sessions() -> None:
    asked, means = question(Preview(5, 90, Cleanup(files=1), Cleanup(files=2, sessions=1)))
    assert asked == "Remove 3 old files (0 bytes)?"
    assert "can't be resumed" in means
    assert "resumed" not in question(Preview(5, None, Cleanup(files=1), None))[1]


def test_a_folder_that_cannot_be_counted_is_named() -> None:
    refused = Cleanup(failures=(Failure("/home/u/.codemie/logs", "Permission denied"),), failed=1)
    assert (
        why_nothing(Preview(5, None, refused, None))
        == "/home/u/.codemie/logs can't be read: Permission denied."
    )
    assert "does not look like" in why_nothing(Preview(5, None, Cleanup(unrecognized="/x"), None))
    assert why_nothing(Preview(5, None, Cleanup(), None)) == ""


@pytest.mark.parametrize(
    ("protection", "act"),
    [
        (Protection(Level.NONE), Act.PROTECT),
        (Protection(Level.MACHINE), Act.PROTECT),
        (Protection(Level.KEYRING, "GNOME Keyring"), Act.UNPROTECT),
        (Protection(Level.RECOVERY), None),
    ],
)
def test_the_key_has_one_button_or_says_what_to_do(protection: Protection, act: Act | None) -> None:
    key = cards(CredentialsShown(protection))[0]
    assert key.act is act
    assert act is not None or "codemie-tray credentials recovery" in key.text


def test_an_unusable_store_disables_what_needs_it() -> None:
    shown = CredentialsShown(Protection(Level.NONE), problem="It is damaged.", in_clear=("work",), stored=2)
    assert [card.enabled for card in cards(shown) if card.act] == [False] * 4
    read_only = CredentialsShown(Protection(Level.NONE), read_only="It is read-only.", in_clear=("work",))
    assert {card.act: card.enabled for card in cards(read_only)} == {
        Act.PROTECT: True,
        Act.NEW_CODE: True,
        Act.MOVE_IN: False,
    }


def test_lowering_the_protection_needs_a_confirmation_and_raising_it_does_not() -> None:
    shown = CredentialsShown(Protection(Level.KEYRING, "GNOME Keyring"), in_clear=("work",), stored=1)
    assert asked_before(Act.UNPROTECT, shown)
    assert asked_before(Act.MOVE_OUT, shown)
    assert asked_before(Act.PROTECT, shown) is None
    assert asked_before(Act.MOVE_IN, shown) is None
    by_cli = CredentialsShown(Protection(Level.NONE), in_clear=("work",), read_by_cli=True)
    asked = asked_before(Act.MOVE_IN, by_cli)
    assert asked
    assert "codemie-tray run" in asked[1]


def test_only_its_last_group_confirms_a_recovery_code() -> None:
    for _ in range(50):
        code = RecoveryCode.new().text()
        last = code.split("-")[-1]
        assert code_lines(code).split() == code.split("-")
        assert spoken(code).replace(" ", "").replace(",", "-") == code
        assert is_last_group(f" {last.lower()} ", code)
        assert is_last_group(last.replace("O", "0").replace("I", "1").replace("B", "8"), code)
        assert problem_of(last[:3], code) == ""
        other = ("A" if last[0] != "A" else "C") + last[1:]
        assert not is_last_group(other, code)
        assert problem_of(other, code)
        assert not is_last_group("", code)


def test_a_file_with_a_problem_is_reported_and_a_read_only_one_says_what_to_do() -> None:
    assert SettingsShown().notice == ""
    assert (
        SettingsShown(Settings(), "settings.json is not valid JSON").notice
        == "settings.json is not valid JSON."
    )
    assert (
        SettingsShown(Settings(), "", "settings.json is read-only.").notice == "settings.json is read-only."
    )
