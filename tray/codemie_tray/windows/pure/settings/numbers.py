"""Reads the numbers that are typed into the Settings window, and shows them again."""

from __future__ import annotations

from dataclasses import dataclass

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
    digits = _without_unit(text, "days", "day", "d")
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 9:
        return Typed(problem=f"Enter a whole number of days, from {low} to {high}.")
    value = int(digits)
    return Typed(value) if low <= value <= high else Typed(problem=f"Enter {low} to {high} days.")


def typed_dollars(text: str) -> Typed:
    """Read an amount in US dollars, such as `20`, `$20` or `1,234.50`; empty for no budget."""
    digits = _without_unit(text.strip().removeprefix("$"), "usd", "$")
    if not digits:
        return Typed()
    wrong = "Enter an amount such as 20 or 7.50, or leave the field empty for no budget."
    groups, dot, cents = digits.partition(".")
    thousands = groups.split(",")
    if len(thousands) > 1 and not all(len(part) == 3 for part in thousands[1:]):
        return Typed(problem=wrong)  # 7,50 is not 750
    plain = "".join(thousands) + dot + cents
    if not plain.isascii() or not plain.replace(".", "", 1).isdigit() or len(plain) > 20:
        return Typed(problem=wrong)
    low, high = DOLLARS
    value = float(plain)
    if not low <= value <= high:
        return Typed(problem=f"Enter ${low:.2f} to ${high:,.0f}.")
    return Typed(int(value) if value.is_integer() else value)


def shown_days(value: float | int | None) -> str:
    """Return a number of days as it is typed."""
    return "" if value is None else str(value)


def shown_dollars(value: float | int | None) -> str:
    """Return an amount as it is typed, with cents only where there are any."""
    if value is None:
        return ""
    return f"{value:.0f}" if float(value).is_integer() else f"{value:.10f}".rstrip("0")


def _without_unit(text: str, *units: str) -> str:
    text = text.strip().lower()
    for unit in units:
        text = text.removesuffix(unit).rstrip()
    return text
