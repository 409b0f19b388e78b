"""The sentences of the General page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from codemie_core.config.settings import Settings
from codemie_tray.text.language import _, ngettext, pgettext
from codemie_tray.text.language.formats import dollars, number
from codemie_tray.text.language.languages import LANGUAGES


def themes() -> tuple[tuple[str, str], ...]:
    """Return the values of the setting, and what the window calls them."""
    return (
        ("system", _("Like the system")),
        ("light", pgettext("theme", "Light")),
        ("dark", pgettext("theme", "Dark")),
    )


def languages() -> tuple[tuple[str, str], ...]:
    """Return the values of the setting, and each language's own name, by which its speakers find it."""
    return (("system", _("Like the system")), *LANGUAGES.items())


def order_hint(order: Sequence[str]) -> str:
    """Return in which order the profiles are listed.

    Args:
        order: the user's own; empty if there is none.
    """
    if order:
        return _("The profiles are in your own order. Reset it to use the order of the configuration.")
    return _(
        "The profiles are in the order of the configuration. In the Profiles window, drag them to change it."
    )


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


def sentence_of(name: str, value: object) -> str:  # noqa: PLR0911, PLR0912 - one for each setting
    """Return what a changed setting means from now on."""
    match name, value:
        case "theme", "light":
            return _("Windows are light now.")
        case "theme", "dark":
            return _("Windows are dark now.")
        case "theme", _system:
            return _("Windows now follow the system.")
        case "language", "system":
            return _("The language now follows the system.")
        case "language", str(code):
            return _("The language is {language} now.").format(language=LANGUAGES.get(code, code))
        case "profile_order", _order:
            return _("The profiles are in the order of the configuration now.")
        case "session_retention_days", int(days):
            kept = ngettext("Sessions are kept for {count} day.", "Sessions are kept for {count} days.", days)
            return kept.format(count=number(days))
        case "session_retention_days", _never:
            return _("Sessions are kept.")
        case "log_retention_days", int(days):
            kept = ngettext("Logs are kept for {count} day.", "Logs are kept for {count} days.", days)
            return kept.format(count=number(days))
        case "daily_budget_usd", float() | int():
            return _("The budget per day is {amount}.").format(amount=dollars(float(value)))
        case "daily_budget_usd", _nothing:
            return _("No budget per day.")
        case _budget, float() | int():
            return _("The budget per month is {amount}.").format(amount=dollars(float(value)))
        case _other:
            return _("No budget per month.")
