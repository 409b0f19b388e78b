"""Usage: totals of tokens, costs, sessions, turns, tools and time.

Loads msgspec and sqlite3, so import it only where it is used.
"""

from codemie_core.sessions.usage.counting.quarter_hours import Calendar
from codemie_core.sessions.usage.prices.table import PriceTable, price_table
from codemie_core.sessions.usage.refresh.fresh_index import index_path
from codemie_core.sessions.usage.refresh.progress import Progress
from codemie_core.sessions.usage.report.period import Period, days_back, days_until
from codemie_core.sessions.usage.report.query import Question, ask
from codemie_core.sessions.usage.report.shares import Shares, shares_by_day
from codemie_core.sessions.usage.report.values import Grouping, Line, SkippedLines, Totals, Usage

__all__ = [
    "Calendar",
    "Grouping",
    "Line",
    "Period",
    "PriceTable",
    "Progress",
    "Question",
    "Shares",
    "SkippedLines",
    "Totals",
    "Usage",
    "ask",
    "days_back",
    "days_until",
    "index_path",
    "price_table",
    "shares_by_day",
]
