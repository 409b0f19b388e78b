"""Removes secrets from text before it is logged: known ones exactly, others by their shape.

Nothing should log a secret in the first place. This is the safety net, and may remove too much.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable

REPLACEMENT = "[redacted]"
SHORTEST_SECRET = 6
"""Characters; a shorter one might match ordinary words."""


class Redactor:
    """Removes known secrets, and whatever looks like one."""

    def __init__(self) -> None:
        self._known: tuple[str, ...] = ()
        self._to_learn: list[Iterable[str]] = []
        self._lock = threading.Lock()

    def learn(self, secrets: Iterable[str]) -> None:
        """Add known secrets.

        Args:
            secrets: read only when something is logged, so the icon does not wait for it.
        """
        with self._lock:
            self._to_learn.append(secrets)
            if len(self._to_learn) > _WAITING:
                self._learn_now()

    def clean(self, text: str) -> str:
        """Return `text` with each secret replaced."""
        from codemie_core.config.secret_detection.shapes.spans import (
            secret_spans,  # loaded with the first line
        )

        with self._lock:  # no thread writes a line while another adds secrets
            self._learn_now()
        for secret in self._known:
            text = text.replace(secret, REPLACEMENT)
        for start, end in reversed(secret_spans(text)):
            text = text[:start] + REPLACEMENT + text[end:]
        return text

    def _learn_now(self) -> None:
        waiting, self._to_learn = self._to_learn, []
        known = {secret for secrets in waiting for secret in secrets if len(secret) >= SHORTEST_SECRET}
        if not known <= set(self._known):
            # The longest first, because one may be the beginning of another.
            self._known = tuple(sorted(known.union(self._known), key=len, reverse=True))


_WAITING = 4
"""This many states of a configuration are kept to learn from; each is as large as its file."""
