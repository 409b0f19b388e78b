"""What a benchmark returns, and how it is printed: on a terminal and as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Check:
    """A figure and the bar it must reach."""

    figure: float
    limit: float
    unit: str = ""
    """What follows the limit: ` ms`, `x`, ` MiB`, or nothing."""
    at_least: bool = False

    @property
    def met(self) -> bool:
        """Whether the figure reaches the bar."""
        return self.figure >= self.limit if self.at_least else self.figure <= self.limit

    def __str__(self) -> str:
        return f"{'>=' if self.at_least else '<='} {self.limit:,g}{self.unit}"


def at_most(figure: float, limit: float, unit: str = "") -> tuple[Check, ...]:
    """Return the bars of a row with one that is an upper limit."""
    return (Check(figure, limit, unit),)


def at_least(figure: float, limit: float, unit: str = "") -> tuple[Check, ...]:
    """Return the bars of a row with one that is a lower limit."""
    return (Check(figure, limit, unit, at_least=True),)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    what: str
    value: str
    """The results in readable form."""
    checks: tuple[Check, ...] = ()

    @property
    def bar(self) -> str:
        """The bars as text; empty for a row that only serves as a comparison."""
        return ", ".join(str(check) for check in self.checks)

    @property
    def verdict(self) -> str:
        """`met`, `MISSED`, or nothing for a row without a bar."""
        if not self.checks:
            return ""
        return "met" if all(check.met for check in self.checks) else "MISSED"


class Benchmark(Protocol):
    """The function `run` of a benchmark."""

    def __call__(self, *, quick: bool = False) -> list[Row]:
        """Measure.

        Args:
            quick: with small inputs, to see that everything works; the figures mean nothing.
        """


HEADINGS = ("", "measured", "bar", "")


def lines(rows: Iterable[Row]) -> list[str]:
    """Return the lines for a terminal, in columns."""
    cells = [(row.what, row.value, row.bar, row.verdict) for row in rows]
    widths = [max((len(cell[column]) for cell in cells), default=0) for column in range(4)]
    return [
        "  " + "  ".join(text.ljust(width) for text, width in zip(cell, widths, strict=True)).rstrip()
        for cell in cells
    ]


def markdown(rows: Sequence[Row]) -> list[str]:
    """Return the lines of a Markdown table; a missed bar is bold."""
    table = [f"| {' | '.join(HEADINGS)} |", "|---|---|---|---|"]
    for row in rows:
        verdict = f"**{row.verdict.lower()}**" if row.verdict == "MISSED" else row.verdict
        cells = (row.what, row.value, row.bar.replace(">=", "≥").replace("<=", "≤"), verdict)
        table.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return table


def show(rows: Iterable[Row]) -> None:
    """Print the rows."""
    print("\n".join(lines(rows)), flush=True)
