"""A unified diff of two long texts that differ in few lines.

`difflib` examines every line of both, so we strip their common beginning and end first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

CONTEXT_LINES = 3


def unified_diff(old: Sequence[str], new: Sequence[str], names: tuple[str, str]) -> Iterator[str]:
    """Yield the lines of the diff, without line ends; none if the texts are equal.

    Args:
        old: the lines of the older text.
        new: the lines of the newer text.
        names: their names in the heading.
    """
    from difflib import SequenceMatcher

    first = max(_common(old, new) - CONTEXT_LINES, 0)
    old, new = old[first:], new[first:]
    same = _common(old[::-1], new[::-1])
    left_out = max(same - CONTEXT_LINES, 0)
    old, new = old[: len(old) - left_out], new[: len(new) - left_out]
    if old == new:
        return
    yield f"--- {names[0]}"
    yield f"+++ {names[1]}"
    for group in SequenceMatcher(None, old, new).get_grouped_opcodes(CONTEXT_LINES):
        yield (
            f"@@ -{_range(first + group[0][1], first + group[-1][2])}"
            f" +{_range(first + group[0][3], first + group[-1][4])} @@"
        )
        for what, old_start, old_end, new_start, new_end in group:
            if what == "equal":
                yield from (f" {line}" for line in old[old_start:old_end])
                continue
            yield from (f"-{line}" for line in old[old_start:old_end])
            yield from (f"+{line}" for line in new[new_start:new_end])


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    """Return the number of lines at the beginning that both have in common."""
    differing = (number for number, (a, b) in enumerate(zip(one, other, strict=False)) if a != b)
    return next(differing, min(len(one), len(other)))


def _range(start: int, end: int) -> str:
    """Return a range of lines as in POSIX `diff -u`: counted from 1, with the length omitted if it is 1."""
    length = end - start
    if length == 1:
        return str(start + 1)
    return f"{start + 1 if length else start},{length}"
