"""Usage: totals of tokens, sessions, turns, tools and time.

Loads msgspec and sqlite3: to be imported where it is used.
"""

from codemie_core.usage.asking import Question, ask, days_back, index_path, today
from codemie_core.usage.refresh import Cancelled, Progress
from codemie_core.usage.report import Grouping, Line, Period, Totals, Trouble, Usage
from codemie_core.usage.slot import Calendar

__all__ = [
    "Calendar",
    "Cancelled",
    "Grouping",
    "Line",
    "Period",
    "Progress",
    "Question",
    "Totals",
    "Trouble",
    "Usage",
    "ask",
    "days_back",
    "index_path",
    "today",
]
