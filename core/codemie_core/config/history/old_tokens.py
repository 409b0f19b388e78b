"""Finds versions with a token in clear text that the configuration no longer has.

A history may have fifty versions of a megabyte each, all much like the configuration. So a large version is
not decoded. Instead, we search it for the configuration's profiles in order, and decode only the text between
them.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterable, Iterator

from codemie_core.config.history.outline import Outline, outline_of
from codemie_core.config.history.reader import HistoryReader
from codemie_core.config.history.version import Version
from codemie_core.config.model.config import Config
from codemie_core.config.secret_detection.search import secrets_in_text
from codemie_core.errors import VersionNotFound
from codemie_core.files.json.document import encode_string

_TRIES = 8
"""How many profiles in a row may be missing from a version before it is decoded after all."""


def holding_tokens(versions: HistoryReader, config: Config) -> list[Version]:
    """Return the versions with a token in clear text that `config` does not have.

    They include versions that are not configurations, because they may contain anything.
    """
    search = OldTokenSearch(config)
    return [entry for entry in versions.entries() if _holds_old_token(versions, entry, search)]


def _holds_old_token(versions: HistoryReader, entry: Version, search: OldTokenSearch) -> bool:
    data = versions.large(entry)
    if data is not None and (answer := search.in_large(data)) is not None:
        return answer
    try:
        outline = None if data is None else outline_of(data)
        if outline is None:
            return search.in_pieces([versions.version(entry).document.text])
        return search.in_outline(outline)
    except VersionNotFound:
        return True


class OldTokenSearch:
    """Checks whether versions contain a token that `config` does not have.

    Args:
        config: the current configuration.
    """

    def __init__(self, config: Config) -> None:
        self._known = config.secrets
        self._head, self._tail = _around_profiles(config)
        self._profiles = tuple(_profiles_of(config))
        self._fine: set[str] = set()
        """Texts without such a token; most are shared by many versions."""
        self._outline_is_fine = False
        self._config = config

    def in_large(self, data: bytes) -> bool | None:
        """Return whether a version's bytes contain such a token; None if it must be decoded to find out."""
        try:
            return not all(map(self._is_fine, self._unknown_parts(data.removeprefix(codecs.BOM_UTF8))))
        except (ValueError, RecursionError):
            return None  # the pieces are not valid by themselves, or it is not JSON at all

    def in_pieces(self, pieces: Iterable[str]) -> bool:
        """Return whether one of these JSON texts contains such a token."""
        if not self._outline_is_fine:
            self._outline_is_fine = True
            outline = outline_of(self._config.document.text.encode("utf-8"))
            self._fine.update(pieces_of(outline) if outline else ())
        # Check every text, even after a hit: those that are fine are remembered for the next version.
        return bool([text for text in pieces if not self._is_fine(text)])

    def in_outline(self, outline: Outline) -> bool:
        """Return whether a version's outline contains such a token."""
        return self.in_pieces(pieces_of(outline))

    def _is_fine(self, text: str) -> bool:
        if text not in self._fine:
            if not all(found.text in self._known for found in secrets_in_text(text)):
                return False
            self._fine.add(text)
        return True

    def _unknown_parts(self, data: bytes) -> Iterator[str]:
        """Yield the parts of a version that differ from the configuration, each as a JSON text of its own.

        Each part is decoded separately, which proves that nothing was missed: if a profile was found within
        another value, the part before it would not be valid JSON.

        Args:
            data: the version in UTF-8. Known parts are neither decoded nor copied, as there may be 50 MB.

        Raises:
            ValueError: it can't be divided in this way.
        """
        if not self._profiles:
            raise ValueError("nothing to look for")
        at, number = self._next(data, 0, 0)
        if number or at != len(self._head) or not data.startswith(self._head):
            head = f'{data[:at].decode()}{"," if number else ""}"":0}}}}'
            if head not in self._fine:
                _check_open_in_profiles(head)
            yield head
        while number < len(self._profiles):
            at, number = at + len(self._profiles[number]), number + 1
            if number < len(self._profiles) and not data.startswith(self._profiles[number], at):
                found, number = self._next(data, at, number)
                yield '{"profiles":{' + data[at:found].decode().lstrip(" \t\r\n,") + "}}"
                at = found
        if len(data) - at != len(self._tail) or not data.endswith(self._tail):
            yield f'{{"profiles":{{"":0{data[at:].decode()}'

    def _next(self, data: bytes, at: int, number: int) -> tuple[int, int]:
        """Return the offset and the number of the next profile that a version contains."""
        for candidate in range(number, min(number + _TRIES, len(self._profiles))):
            found = data.find(self._profiles[candidate], at)
            if found >= 0:
                return found, candidate
        if number + _TRIES < len(self._profiles) or not number:
            raise ValueError("too many are missing")
        return at, len(self._profiles)


def _check_open_in_profiles(head: str) -> None:
    """Raise `ValueError` unless the text's last name is in `profiles`."""
    root = json.loads(head)
    profiles = root.get("profiles") if isinstance(root, dict) and next(reversed(root)) == "profiles" else None
    if not isinstance(profiles, dict) or "" not in profiles:
        raise ValueError("what was found is not among the profiles")


def _around_profiles(config: Config) -> tuple[bytes, bytes]:
    """Return what precedes the first profile's name and follows the last profile; empty without profiles."""
    text, profiles = config.document.text, config.document.root.find("profiles")
    members = profiles.value.members if profiles else ()
    if not members:
        return b"", b""
    head, tail = text[: members[0].key_start], text[members[-1].value.end :]
    return head.removeprefix("\ufeff").encode(), tail.encode()


def _profiles_of(config: Config) -> Iterator[bytes]:
    """Yield the exact text of each profile with its name, and with the comma before all but the first."""
    profiles = config.document.root.find("profiles")
    at = None
    for member in profiles.value.members if profiles else ():
        yield config.document.text[member.key_start if at is None else at : member.value.end].encode()
        at = member.value.end


def pieces_of(outline: Outline) -> list[str]:
    """Split a version into pieces, each a configuration of its own."""
    profiles = [f'{{"profiles":{{"":{text.decode("utf-8")}}}}}' for text in outline.profiles.values()]
    return profiles + [
        f"{{{encode_string(key)}:{text.decode('utf-8')}}}" for key, text in outline.beside.items()
    ]
