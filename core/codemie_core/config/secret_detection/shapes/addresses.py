"""Secrets in the user part of an address: `https://user:password@host`, `user:password@host`."""

from __future__ import annotations

from collections.abc import Iterator

from codemie_core.config.secret_detection.lazy_pattern import Pattern
from codemie_core.config.secret_detection.shapes import Span

_ADDRESS = Pattern(r"[^\s\"'<>`\\|]*")
_PORT = Pattern(r":\d{1,5}(?:[/?#]|$)")
_LOGIN = Pattern(r"(?<![\w.%+:/@-])([\w.%+-]{1,64}:(?!//)[^\s@/:\"'<>]{3,128})@[\w-]")
"""`user:password@host` without a scheme."""
_PATH = Pattern(r"[/?#]")
_USERS_OF_ALL = frozenset(("git", "hg", "svn", "anonymous"))


def in_addresses(text: str) -> Iterator[Span]:
    """Yield the user part of each address in a text."""
    at = text.find("://")
    while at >= 0:
        end = _ADDRESS.end(text, at + 3)
        login = _login_end(text[at + 3 : end])
        if login:
            yield at + 3, at + 3 + login
        at = text.find("://", max(end, at + 3))
    for found in _LOGIN.finditer(text) if "@" in text else ():
        yield found.span(1)


def _login_end(address: str) -> int:
    """Return where the user part of an address ends (at its `@`); 0 if it has none.

    Args:
        address: the part after `://`. Its password may contain unescaped `/` and `@`.
    """
    last = address.rfind("@")
    if last < 0:
        return 0
    path = _PATH.search(address)
    slash = path.start() if path else len(address)
    colon = address.find(":", 0, min(slash, last))
    if last > slash and (colon < 0 or _PORT.match(address, colon)):
        last = address.rfind("@", 0, slash)  # a later one is in the path: https://host/@user
        if last < 0:
            return 0
    return 0 if address[:last].lower() in _USERS_OF_ALL else last
