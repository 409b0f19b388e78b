"""Reads the numbers that are typed into the Settings window, and shows them again."""

from __future__ import annotations

from dataclasses import dataclass

from codemie_tray.text.language import _, ngettext
from codemie_tray.text.language.formats import decimal_mark, dollars, number, plain_number

DAYS = (1, 3650)
"""The fewest and the most days that `codemie_core.config.settings` accepts."""
DOLLARS = (0.01, 1_000_000.0)


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed: a value, or what is wrong with it."""

    value: float | int | None = None
    """None if the field is empty and may be."""
    problem: str = ""
    """A sentence; empty if the value can be used."""


def typed_days(text: str) -> Typed:
    """Read a number of days, such as `5` or `5 days`."""
    low, high = DAYS
    units = (ngettext("day", "days", 1), ngettext("day", "days", 2), ngettext("day", "days", 5))
    digits = _without_unit(text, "days", "day", *units, "d")
    limits = {"low": number(low), "high": number(high)}
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 9:
        return Typed(problem=_("Enter a whole number of days, from {low} to {high}.").format(**limits))
    value = int(digits)
    if low <= value <= high:
        return Typed(value)
    return Typed(problem=_("Enter {low} to {high} days.").format(**limits))


def typed_dollars(text: str) -> Typed:
    """Read an amount in US dollars, such as `20`, `$20` or `1,234.50`; empty for no budget."""
    digits = _without_unit(
        text.strip().lower().removeprefix("us").removeprefix("$"), "usd", "us$", "$us", "$"
    )
    if not digits:
        return Typed()
    plain = plain_number(digits.strip())
    if plain is None or len(plain) > 20:
        example = {"whole": "20", "fraction": number(7.5, 2)}
        text = _("Enter an amount such as {whole} or {fraction}, or leave the field empty for no budget.")
        return Typed(problem=text.format(**example))
    low, high = DOLLARS
    value = float(plain)
    if not low <= value <= high:
        limits = {"low": dollars(low), "high": dollars(high, 0)}
        return Typed(problem=_("Enter {low} to {high}.").format(**limits))
    return Typed(int(value) if value.is_integer() else value)


def shown_days(value: float | int | None) -> str:
    """Return a number of days as it is typed."""
    return "" if value is None else str(value)


def shown_dollars(value: float | int | None) -> str:
    """Return an amount as it is typed, with cents only where there are any."""
    if value is None:
        return ""
    if float(value).is_integer():
        return f"{value:.0f}"
    return f"{value:.10f}".rstrip("0").replace(".", decimal_mark())


def _without_unit(text: str, *units: str) -> str:
    text = text.strip().lower()
    for unit in units:
        text = text.removesuffix(unit).rstrip()
    return text
