"""How the stored tokens are protected, as the cards of the Credentials page."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, auto

from codemie_core.credentials import Level, Protection
from codemie_tray.text.language import _, ngettext
from codemie_tray.text.language.formats import number
from codemie_tray.text.plain_text import names, plain


class Act(Enum):
    """What a button of the page does."""

    PROTECT = auto()
    UNPROTECT = auto()
    NEW_CODE = auto()
    REPLACE_CODE = auto()
    MOVE_IN = auto()
    MOVE_OUT = auto()


@dataclass(frozen=True, slots=True)
class CredentialsShown:
    """The stored credentials, as far as the files show without asking a keyring."""

    protection: Protection = field(default_factory=lambda: Protection(Level.NONE))
    problem: str = ""
    """Why the store can't be used, and what helps, as sentences; empty if it seems usable."""
    config_name: str = "config.json"
    read_only: str = ""
    """Why the configuration can't be changed; empty if it can."""
    in_clear: tuple[str, ...] = ()
    """Profiles whose token is in the configuration and can be moved."""
    stored: int = 0
    """Tokens of the configuration that are in the store."""
    read_by_cli: bool = False
    """Whether a plain `codemie` takes its token from the configuration."""


@dataclass(frozen=True, slots=True)
class Card:
    """One line of the page."""

    title: str
    text: str
    act: Act | None = None
    """What its button does; None for no button."""
    caption: str = ""
    enabled: bool = True


def cards(shown: CredentialsShown, keyring: str = "") -> tuple[Card, ...]:
    """Return the cards of the page.

    Args:
        shown: what was read.
        keyring: this session's keyring; empty if it is not known.
    """
    usable = not shown.problem
    return (
        _key(shown.protection, plain(keyring) or _("the system's keyring"), usable),
        _code(shown.protection, usable),
        *_tokens(shown, usable and not shown.read_only),
    )


def _key(protection: Protection, keyring: str, usable: bool) -> Card:
    title = _("Key to your tokens")
    if protection.level is Level.KEYRING:
        text = _("Kept in {keyring}. Tokens can be read while that is unlocked.")
        text = text.format(keyring=plain(protection.keyring_name))
        return Card(title, text, Act.UNPROTECT, _("&Stop protecting…"), usable)
    if protection.level is Level.RECOVERY:
        text = _("Only the recovery code opens the store. Run: {command}")
        return Card(title, text.format(command="codemie-tray credentials recovery --use"))
    text = _("Derived from this machine: a copy can't be opened elsewhere, but any program here can open it.")
    if protection.level is Level.NONE:
        text = _("Nothing is stored yet.")
    return Card(title, text, Act.PROTECT, _("&Protect with {keyring}").format(keyring=keyring), usable)


def _code(protection: Protection, usable: bool) -> Card:
    title = _("Recovery code")
    if protection.has_recovery:
        text = _("Opens your tokens if the keyring or this machine is lost.")
        return Card(title, text, Act.REPLACE_CODE, _("Create a &new one…"), usable)
    text = _("None yet. With one, you can open your tokens even if the keyring or this machine is lost.")
    return Card(title, text, Act.NEW_CODE, _("&Create a recovery code…"), usable)


def _tokens(shown: CredentialsShown, usable: bool) -> tuple[Card, ...]:
    found = []
    if shown.in_clear:
        count = len(shown.in_clear)
        text = ngettext(
            "{count} token is in {file}, readable by any program: {names}.",
            "{count} tokens are in {file}, readable by any program: {names}.",
            count,
        ).format(
            count=number(count), file=shown.config_name, names=names(tuple(dict.fromkeys(shown.in_clear)))
        )
        caption = ngettext("&Move it into the store…", "&Move them into the store…", count)
        found.append(Card(_("Tokens in the clear"), text, Act.MOVE_IN, caption, usable))
    if count := shown.stored:
        text = ngettext(
            "{count} token is in the encrypted store.", "{count} tokens are in the encrypted store.", count
        ).format(count=number(count))
        caption = ngettext("Move it &back…", "Move them &back…", count)
        found.append(Card(_("Tokens in the store"), text, Act.MOVE_OUT, caption, usable))
    if not found:
        found.append(Card(_("Tokens"), _("{file} has no token.").format(file=shown.config_name)))
    return tuple(found)


def question(act: Act, shown: CredentialsShown) -> tuple[str, str, str] | None:
    """Return what is asked before something is done, what it means, and the button; None for no question."""
    name = shown.config_name
    if act is Act.UNPROTECT:
        keyring = plain(shown.protection.keyring_name)
        return (
            _("Take the key out of {keyring}?").format(keyring=keyring),
            _("Any program you run can then read the tokens."),
            _("&Stop protecting"),
        )
    if act is Act.MOVE_OUT:
        asked = ngettext(
            "Move {count} token back to {file}?", "Move {count} tokens back to {file}?", shown.stored
        )
        return (
            asked.format(count=number(shown.stored), file=name),
            _("Any program and any copy of the file exposes them."),
            _("&Move back"),
        )
    if act is Act.MOVE_IN and shown.read_by_cli:
        count = len(shown.in_clear)
        asked = ngettext(
            "Move {count} token into the store?", "Move {count} tokens into the store?", count
        ).format(count=number(count))
        means = _("After that, `codemie` alone finds no token. Start it with: {command}")
        return asked, means.format(command="codemie-tray run -- codemie"), _("&Move")
    return None
