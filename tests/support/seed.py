"""Repeatable randomness: a failed test fails again."""

from __future__ import annotations

import random


def seeded(seed: int) -> random.Random:
    """Return a separate generator for one test."""
    return random.Random(seed)  # noqa: S311  no secrets here
