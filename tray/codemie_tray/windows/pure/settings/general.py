"""The sentences of the General page."""

from __future__ import annotations

from dataclasses import dataclass, field

from codemie_core.config.settings import Settings

THEMES = (("system", "Like the system"), ("light", "Light"), ("dark", "Dark"))
"""Values of the setting, and what the window calls them."""


@dataclass(frozen=True, slots=True)
class SettingsShown:
    """The settings file, as it was read."""

    settings: Settings = field(default_factory=Settings)
    problem: str = ""
    """What is wrong with the file, as a sentence; empty if nothing is."""
    read_only: str = ""
    """Why it must not be changed, and what helps; empty if it may be."""
    path: str = ""

    @property
    def notice(self) -> str:
        """What the user should know before changing something; empty for nothing."""
        if self.read_only:
            return self.read_only
        return f"{self.problem.rstrip('.')}." if self.problem else ""


@dataclass(frozen=True, slots=True)
class LoginShown:
    """Whether the tray starts at login."""

    on: bool = False
    hint: str = ""
    """A note about it, as a sentence; empty for none."""
    enabled: bool = True
    """Whether it can be changed here."""


def sentence_of(name: str, value: object) -> str:
    """Return what a changed setting means from now on."""
    if name == "theme":
        return "Windows now follow the system." if value == "system" else f"Windows are {value} now."
    if name == "session_retention_days":
        return "Sessions are kept." if value is None else f"Sessions are kept for {_days(value)}."
    if name == "log_retention_days":
        return f"Logs are kept for {_days(value)}."
    period = "day" if name == "daily_budget_usd" else "month"
    return f"No budget per {period}." if value is None else f"The budget per {period} is ${value:,.2f}."


def _days(value: object) -> str:
    return "1 day" if value == 1 else f"{value} days"
