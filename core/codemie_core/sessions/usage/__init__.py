"""Usage: totals of tokens, costs, sessions, turns, tools and time.

Loads msgspec and sqlite3: to be imported where it is used.
"""

from codemie_core.sessions.usage.counting.quarter_hours import Calendar
from codemie_core.sessions.usage.prices.table import PriceTable, price_table
from codemie_core.sessions.usage.query import Question, ask, days_back, days_until, index_path
from codemie_core.sessions.usage.refresh import Progress
from codemie_core.sessions.usage.report import Grouping, Line, Period, SkippedLines, Totals, Usage

__all__ = [
    "Calendar",
    "Grouping",
    "Line",
    "Period",
    "PriceTable",
    "Progress",
    "Question",
    "SkippedLines",
    "Totals",
    "Usage",
    "ask",
    "days_back",
    "days_until",
    "index_path",
    "price_table",
]
