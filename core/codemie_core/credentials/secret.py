"""A text that must not be shown by accident."""

from __future__ import annotations


class Secret:
    """A secret text. Its `repr`, `str` and format are a placeholder; only `reveal` gives the text.

    A traceback that prints local variables, a log call or an f-string then shows nothing. It can't be
    pickled or copied into JSON by a careless line either.
    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the text. Call it where it is used, and keep no other reference."""
        return self._text

    def __repr__(self) -> str:
        return "Secret(...)"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        # Imported here: it loads OpenSSL, 3.4 MiB that a tray which only looks at a file can do without.
        from hmac import compare_digest

        return compare_digest(_bytes(self._text), _bytes(other._text))

    def __hash__(self) -> int:
        raise TypeError("a secret can't be a dictionary key")

    def __reduce__(self) -> str:
        raise TypeError("a secret can't be pickled")

    def __len__(self) -> int:
        return len(self._text)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
