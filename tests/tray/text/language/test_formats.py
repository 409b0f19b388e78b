"""Numbers, amounts and dates in every language."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codemie_tray.text.amounts import amount, duration, short_count
from codemie_tray.text.language import choice, formats
from codemie_tray.text.language.formats import FORMATS, dollars, number, plain_number
from codemie_tray.text.language.languages import LANGUAGES
from codemie_tray.text.moments import moment

Use = Callable[[str], None]
LOCALES = {**dict(zip(LANGUAGES, LANGUAGES, strict=True)), "en": "en_GB"}
"""English dates are written as in Britain: the day first, as in all our other languages but two."""


@pytest.fixture(autouse=True)
def _english_again() -> Iterator[None]:
    yield
    choice.choose("en")


@pytest.fixture(params=list(LANGUAGES))
def language(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Each language, without its catalogue: numbers do not need it."""
    code = str(request.param)
    monkeypatch.setattr(formats, "chosen", lambda: code)
    return code


def test_numbers_are_written_as_the_cldr_says(language: str) -> None:
    numbers = pytest.importorskip("babel.numbers", reason="Babel is not installed")
    for value in (0, 7, 999, 1000, 1234, 12345, 999_999, 1_234_567, -1234567):
        if language in ("es", "pl") and 1000 <= value < 10000:
            assert number(value) == str(value), "grouped from five digits on; Babel does not know that"
            continue
        assert number(value) == numbers.format_decimal(value, locale=LOCALES[language])
    for fraction in (0.5, 7.25, 12345.67):
        expected = numbers.format_decimal(fraction, format="#,##0.00", locale=LOCALES[language])
        assert number(fraction, 2) == expected
    if language != "en":  # the dollar is the user's own there, or the only one they mean
        assert dollars(12345.5) == numbers.format_currency(12345.5, "USD", locale=LOCALES[language])


def test_dates_are_written_as_the_cldr_says(language: str) -> None:
    dates = pytest.importorskip("babel.dates", reason="Babel is not installed")
    locale = LOCALES[language]
    for month in range(1, 13):
        day = date(2026, month, 3 + month)
        assert formats.day_and_month(day) == dates.format_skeleton("MMMMd", day, locale=locale)
        assert formats.day_and_year(day) == dates.format_date(day, "long", locale=locale)
        short = dates.format_skeleton("MMMd", day, locale=locale)
        assert formats.short_day(day) == (short.replace("Sept", "Sep") if language == "en" else short)
        assert formats.weekday(day) == dates.format_date(day, "EEEE", locale=locale)


@given(value=st.integers(0, 10**12), cents=st.integers(0, 99))
def test_what_is_written_can_be_typed(value: int, cents: int) -> None:
    for code in FORMATS:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(formats, "chosen", lambda code=code: code)
            assert plain_number(number(value)) == str(value)
            assert plain_number(number(value + cents / 100, 2)) == f"{value + cents / 100:.2f}"


@pytest.mark.parametrize(
    ("code", "typed", "read"),
    [
        ("en", "1,234.50", "1234.50"),
        ("en", "7,50", None),
        ("en", ".5", ".5"),
        ("de", "7,50", "7.50"),
        ("de", "1.234,50", "1234.50"),
        ("de", "7.50", None),
        ("fr", "1\u202f234,50", "1234.50"),
        ("fr", "1 234,50", "1234.50"),
        ("fr", "7.50", "7.50"),
        ("pl", "1\u00a0234,5", "1234.5"),
        ("uk", "12 34", None),
        ("ja", "1,234.50", "1234.50"),
        ("de", "1,2,3", None),
        ("de", "", None),
        ("de", "zwei", None),
        ("de", "٣", None),
    ],
)
def test_numbers_are_read_as_the_language_writes_them(
    code: str, typed: str, read: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(formats, "chosen", lambda: code)
    assert plain_number(typed) == read


NOW = datetime(2026, 11, 27, 17, 5)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("en", ["14:02", "yesterday 14:02", "Tuesday 14:02", "3 March 14:02", "27 November 2025 14:02"]),
        ("de", ["14:02", "gestern 14:02", "Dienstag 14:02", "3. März 14:02", "27. November 2025 14:02"]),
        ("fr", ["14:02", "hier 14:02", "mardi 14:02", "3 mars 14:02", "27 novembre 2025 14:02"]),
        ("es", ["14:02", "ayer 14:02", "martes 14:02", "3 de marzo 14:02", "27 de noviembre de 2025 14:02"]),
        ("pl", ["14:02", "wczoraj 14:02", "wtorek 14:02", "3 marca 14:02", "27 listopada 2025 14:02"]),
        (
            "uk",
            [
                "14:02",
                "учора 14:02",
                "вівторок 14:02",
                "3 березня 14:02",
                "27 листопада 2025\u202f\u0440. 14:02",
            ],
        ),
        ("ja", ["14:02", "昨日 14:02", "火曜日 14:02", "3月3日 14:02", "2025年11月27日 14:02"]),
        ("zh_CN", ["14:02", "昨天 14:02", "星期二 14:02", "3月3日 14:02", "2025年11月27日 14:02"]),
    ],
)
def test_moments(code: str, expected: list[str], in_language: Use) -> None:
    in_language(code) if code != "en" else None
    times = [
        datetime(2026, 11, 27, 14, 2),
        datetime(2026, 11, 26, 14, 2),
        datetime(2026, 11, 24, 14, 2),
        datetime(2026, 3, 3, 14, 2),
        datetime(2025, 11, 27, 14, 2),
    ]
    assert [moment(int(at.timestamp() * 1e6), now_seconds=NOW.timestamp()) for at in times] == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("de", ["12,4k", "1,4 MB", "3 h 20 min", "999 Byte"]),
        ("fr", ["12,4k", "1,4 Mo", "3 h 20 min", "999 octets"]),
        ("uk", ["12,4k", "1,4 МБ", "3 год 20 хв", "999 байтів"]),
        ("ja", ["12.4k", "1.4 MB", "3 時間 20 分", "999 バイト"]),
    ],
)
def test_amounts(code: str, expected: list[str], in_language: Use) -> None:
    in_language(code)
    assert [short_count(12400), amount(1_400_000), duration(12_000_000), amount(999)] == expected
