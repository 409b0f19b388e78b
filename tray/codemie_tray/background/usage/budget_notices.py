"""One notification at 80% and one at 100% of a budget, even if the tray restarts.

Sent notifications are recorded in `<home>/tray/budget-notices.json`. Changing a budget starts over.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterable

from codemie_core import Home, StoreError
from codemie_core.files.private.file import read_private, replace_private
from codemie_tray.text.language import _
from codemie_tray.text.language.formats import dollars
from codemie_tray.view.state import BudgetSpent

LEVELS_PERCENT = (80, 100)
_LIMIT_BYTES = 64 * 1024


class BudgetNotices:
    """Notifies once per level.

    Args:
        home: whose budgets.
    """

    def __init__(self, home: Home) -> None:
        self._path = os.path.join(home.tray, "budget-notices.json")
        self._said: dict[str, int] | None = None

    def due(self, budgets: Iterable[BudgetSpent]) -> list[tuple[str, str]]:
        """Return the titles and texts of the notifications due now, and record them as shown."""
        budgets = list(budgets)
        if not budgets:
            return []
        before = self._read() if self._said is None else self._said
        said = {_key(budget): before.get(_key(budget), 0) for budget in budgets}
        words = []
        for budget in budgets:
            level = max((level for level in LEVELS_PERCENT if budget.percent >= level), default=0)
            if level > said[_key(budget)]:
                said[_key(budget)] = level
                words.append(_words(budget, level))
        if said != before:
            self._said = said
            self._write(said)
        return words

    def _read(self) -> dict[str, int]:
        try:
            values = json.loads(read_private(self._path, limit_bytes=_LIMIT_BYTES)[0])
            return {str(key): int(level) for key, level in values.items()}
        except (OSError, StoreError, ValueError, TypeError, AttributeError, RecursionError):
            return {}

    def _write(self, said: dict[str, int]) -> None:
        data = json.dumps(said, indent=2) + "\n"
        with contextlib.suppress(OSError, StoreError):  # then the next tray shows it again
            replace_private(self._path, data.encode("ascii"), durable=False)


def _key(budget: BudgetSpent) -> str:
    return f"{budget.of} {budget.limit_usd:g}"


def _words(budget: BudgetSpent, level: int) -> tuple[str, str]:
    spent = _("An estimated {spent} of {budget} is spent.").format(
        spent=dollars(budget.spent_usd), budget=dollars(budget.limit_usd)
    )
    of_day = budget.period == "day"
    if level >= LEVELS_PERCENT[-1]:
        return _("Today's budget is used up") if of_day else _("This month's budget is used up"), spent
    title = (
        _("Today's budget is {percent}% spent") if of_day else _("This month's budget is {percent}% spent")
    )
    return title.format(percent=budget.percent), spent
