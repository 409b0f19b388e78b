"""A text that can't be shown by accident."""

from __future__ import annotations


class Secret:
    """A secret text. Its `repr`, `str` and format are a placeholder; only `reveal` returns the text.

    So tracebacks with local variables, log calls and f-strings don't show it. Nor can it be pickled or
    written as JSON by mistake.
    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the text. Call this only where the text is needed, and keep no reference to it."""
        return self._text

    def __repr__(self) -> str:
        return "Secret(...)"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        # Imported here because it loads OpenSSL, 3.4 MiB that the tray does not need just to check a file.
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
