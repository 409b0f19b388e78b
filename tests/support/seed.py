"""Repeatable randomness: a test that failed fails again."""

from __future__ import annotations

import random


def seeded(seed: int) -> random.Random:
    """Return a generator of its own for one test."""
    return random.Random(seed)  # noqa: S311  nothing here is a secret
