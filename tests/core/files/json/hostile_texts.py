"""Generated configurations: some as no one would write them, some as everyone does."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

NAMES = (
    *("work", "personal", "a", "b", "", " ", "__proto__", "constructor", "büro-测试", "name", "profiles"),
    *(
        "\ud800",
        "\udfff\ud800",
        "\u2028",
        "\x00",
        'quo"te',
        "back\\slash",
        "emoji 👩‍👩‍👧‍👦" * 40,
        "🧨" * 1024,
    ),
)
"""Profile names: ordinary ones, hostile ones, and 4 kB of emoji."""

NUMBERS = (
    *("0", "-0", "1", "1.0", "1e3", "1E+3", "-0.5e-10", "12345678901234567890", "1e400", "-1.00"),
    *("0.1000", "9" * 60, "9" * 5000),
)
SPACES = ("", " ", "\n", "\r\n", "\t", "\n  ", "\r\n\t", "  \n", "\r")
FIELDS = ("provider", "model", "authToken", "apiKey", "name", "timeout", "jwtConfig", "x-unknown", "ключ", "")


@st.composite
def strings(draw: Any, values: st.SearchStrategy[str] | None = None) -> str:
    """A string's JSON text, escaped to ASCII or not."""
    value = draw(values if values is not None else st.one_of(st.text(max_size=12), st.sampled_from(NAMES)))
    raw = json.dumps(value, ensure_ascii=draw(st.booleans()))
    if any(0xD800 <= ord(char) < 0xE000 for char in raw):
        raw = json.dumps(value)
    return raw.replace("/", "\\/") if draw(st.booleans()) else raw


def _spaced(draw: Any, style: str | None) -> str:
    return style if style is not None else draw(st.sampled_from(SPACES))


@st.composite
def values(draw: Any, depth: int = 3) -> str:
    """The text of any JSON value."""
    kind = draw(st.integers(0, 7 if depth else 4))
    if kind <= 1:
        return str(draw(strings()))
    if kind <= 3:
        return str(draw(st.sampled_from(NUMBERS)))
    if kind == 4:
        return str(draw(st.sampled_from(("true", "false", "null"))))
    if kind == 5:
        items = draw(st.lists(values(depth=depth - 1), max_size=3))
        return "[" + ",".join(_spaced(draw, None) + item + _spaced(draw, None) for item in items) + "]"
    return str(
        draw(
            objects(
                st.lists(st.tuples(strings(st.sampled_from(FIELDS)), values(depth=depth - 1)), max_size=4)
            )
        )
    )


@st.composite
def objects(draw: Any, entries: st.SearchStrategy[list[tuple[str, str]]]) -> str:
    """The text of an object from texts of keys and values, with even or wild spacing."""
    wild = draw(st.booleans())
    style = None if wild else draw(st.sampled_from(SPACES))
    parts = [
        f"{_spaced(draw, style)}{key}{_spaced(draw, '' if not wild else None)}:"
        f"{_spaced(draw, ' ' if not wild else None)}{value}{_spaced(draw, '' if not wild else None)}"
        for key, value in draw(entries)
    ]
    return "{" + ",".join(parts) + _spaced(draw, style) + "}"


def profiles() -> st.SearchStrategy[str]:
    """The text of a profile, usually an object."""
    fields = st.lists(st.tuples(strings(st.sampled_from(FIELDS)), values(depth=2)), max_size=5)
    return st.one_of(objects(fields), objects(fields), objects(fields), values(depth=1))


@st.composite
def configs(draw: Any) -> str:
    """A complete configuration: valid, whatever it looks like."""
    named = strings(st.sampled_from(NAMES))
    table = objects(st.lists(st.tuples(named, profiles()), max_size=5))
    entries: list[tuple[str, str]] = []
    for _ in range(draw(st.sampled_from((0, 1, 1, 1, 1, 1, 2)))):
        entries.append(('"profiles"', draw(table)))
    for _ in range(draw(st.sampled_from((0, 1, 1, 1, 2)))):
        entries.append(('"activeProfile"', draw(st.one_of(named, st.just("null")))))
    others = st.sampled_from([name for name in NAMES if name != "profiles"])
    entries += draw(st.lists(st.tuples(strings(others), values(depth=2)), max_size=3))
    entries = draw(st.permutations(entries))
    text = draw(objects(st.just(entries)))
    head = draw(st.sampled_from(("", "", "", "\ufeff", "\n", "\ufeff \r\n")))
    tail = draw(st.sampled_from(("", "", "\n", "\r\n", " \n\n")))
    return f"{head}{text}{tail}"
