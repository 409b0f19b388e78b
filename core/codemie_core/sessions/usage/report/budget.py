"""How much of a day's or a month's budget is spent, estimated with the price table."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date

from codemie_core.sessions.usage.report.period import Period


class BudgetPeriod(enum.StrEnum):
    """The period of a budget."""

    DAY = "day"
    MONTH = "month"

    def key(self, today: date) -> str:
        """Return `2026-11-27` or `2026-11`."""
        return today.isoformat() if self is BudgetPeriod.DAY else today.isoformat()[:7]

    def days(self, today: date) -> Period:
        """Return the days up to today."""
        return Period(today if self is BudgetPeriod.DAY else today.replace(day=1), today)


@dataclass(frozen=True, slots=True)
class Budget:
    """One budget, and how much of it is spent."""

    period: BudgetPeriod
    key: str
    """Which day or month, see `BudgetPeriod.key`."""
    limit_usd: float
    spent_usd: float

    @property
    def percent(self) -> int:
        """The percentage spent, rounded down: 100 means that all of it is."""
        return int(100 * self.spent_usd / self.limit_usd)
