"""How the stored tokens are protected, as the cards of the Credentials page."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, auto

from codemie_core.credentials import Level, Protection
from codemie_tray.text.amounts import plural
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
        _key(shown.protection, plain(keyring) or "the system's keyring", usable),
        _code(shown.protection, usable),
        *_tokens(shown, usable and not shown.read_only),
    )


def _key(protection: Protection, keyring: str, usable: bool) -> Card:
    title = "Key to your tokens"
    if protection.level is Level.KEYRING:
        text = f"Kept in {plain(protection.keyring_name)}. Tokens can be read while that is unlocked."
        return Card(title, text, Act.UNPROTECT, "&Stop protecting…", usable)
    if protection.level is Level.RECOVERY:
        text = "Only the recovery code opens the store. Run: codemie-tray credentials recovery --use"
        return Card(title, text)
    text = "Derived from this machine: a copy can't be opened elsewhere, but any program here can open it."
    if protection.level is Level.NONE:
        text = "Nothing is stored yet."
    return Card(title, text, Act.PROTECT, f"&Protect with {keyring}", usable)


def _code(protection: Protection, usable: bool) -> Card:
    title = "Recovery code"
    if protection.has_recovery:
        text = "Opens your tokens if the keyring or this machine is lost."
        return Card(title, text, Act.REPLACE_CODE, "Create a &new one…", usable)
    text = "None yet. With one, you can open your tokens even if the keyring or this machine is lost."
    return Card(title, text, Act.NEW_CODE, "&Create a recovery code…", usable)


def _tokens(shown: CredentialsShown, usable: bool) -> tuple[Card, ...]:
    found = []
    if shown.in_clear:
        count = len(shown.in_clear)
        verb = "is" if count == 1 else "are"
        whose = names(tuple(dict.fromkeys(shown.in_clear)))
        text = f"{plural(count, 'token')} {verb} in {shown.config_name}, readable by any program: {whose}."
        it = "it" if count == 1 else "them"
        found.append(Card("Tokens in the clear", text, Act.MOVE_IN, f"&Move {it} into the store…", usable))
    if shown.stored:
        verb = "is" if shown.stored == 1 else "are"
        text = f"{plural(shown.stored, 'token')} {verb} in the encrypted store."
        caption = f"Move {'it' if shown.stored == 1 else 'them'} &back…"
        found.append(Card("Tokens in the store", text, Act.MOVE_OUT, caption, usable))
    if not found:
        found.append(Card("Tokens", f"{shown.config_name} has no token."))
    return tuple(found)


def question(act: Act, shown: CredentialsShown) -> tuple[str, str, str] | None:
    """Return what is asked before something is done, what it means, and the button; None for no question."""
    name = shown.config_name
    if act is Act.UNPROTECT:
        keyring = plain(shown.protection.keyring_name)
        return (
            f"Take the key out of {keyring}?",
            "Any program you run can then read the tokens.",
            "&Stop protecting",
        )
    if act is Act.MOVE_OUT:
        count = plural(shown.stored, "token")
        return (
            f"Move {count} back to {name}?",
            "Any program and any copy of the file exposes them.",
            "&Move back",
        )
    if act is Act.MOVE_IN and shown.read_by_cli:
        means = "After that, `codemie` alone finds no token. Start it with: codemie-tray run -- codemie"
        return f"Move {plural(len(shown.in_clear), 'token')} into the store?", means, "&Move"
    return None
