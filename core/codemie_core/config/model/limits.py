"""How large a configuration may be, so that every command answers at once; docs/config.md states the same.

The CLI's own files are a few kilobytes. At these limits a command takes under 0.3 seconds
(`make bench OPTIONS=limits`): masking thousands of texts that look like keys takes the most.
"""

from __future__ import annotations

from collections.abc import Mapping

from codemie_core.files.json.syntax import JsonValue

SIZE_LIMIT_BYTES = 256 << 10
PROFILES_LIMIT = 2000
"""The menu shows fewer: `MENU_LIMIT` in `codemie_tray.view.rows.profile_rows`."""

VALUES_LIMIT = 10_000
"""Texts, numbers, lists, objects and so on in the whole file; the CLI's own files have a few dozen."""
FIELD_NAMES_LIMIT = 1000
"""Different field names in the whole file; the CLI's own files have a few dozen."""

_STRING = r'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
_EMPTY = r"[\[{][ \t\n\r]*[\]}]"

TOO_LARGE_ADVICE = (
    "Move everything but the profiles out of it, or move it away and run `codemie-tray history restore` to "
    "bring back the last version."
)


def values_in(text: str) -> int:
    """Return how many values a JSON text has, including the whole one; field names are not counted.

    Every value but the first of its list or object follows a comma. So a count of three characters is never
    too low, and usually it is enough: only where it exceeds `VALUES_LIMIT` are strings, whose commas do not
    count, and empty lists and objects looked for.

    Args:
        text: known to be JSON.

    Returns:
        The number of values; up to `VALUES_LIMIT`, it may be too high.
    """
    count = 1 + _separators_in(text)
    if count > VALUES_LIMIT:
        import re  # nor these two compiled: no usual file comes here

        without_strings = re.sub(_STRING, "0", text)
        count = 1 + _separators_in(without_strings) - len(re.findall(_EMPTY, without_strings))
    return count


def field_names_in(root: Mapping[str, JsonValue]) -> int:
    """Return how many different field names a configuration has; profile names are not counted.

    Args:
        root: the decoded configuration.
    """
    profiles = root.get("profiles")
    names = set(root)
    values = [value for key, value in root.items() if key != "profiles"]
    values += profiles.values() if isinstance(profiles, dict) else [profiles]
    while values:
        value = values.pop()
        if isinstance(value, dict):
            names.update(value)
            values += value.values()
        elif isinstance(value, list):
            values += value
    return len(names)


def _separators_in(text: str) -> int:
    return text.count(",") + text.count("[") + text.count("{")


def size_text(size_bytes: int) -> str:
    """Return a size as a message says it: `256 KB` or `15.2 MB`, rounded up so it never looks allowed."""
    if size_bytes < 1 << 20:
        return f"{-(-size_bytes // (1 << 10))} KB"
    tenths = -(-size_bytes * 10 // (1 << 20))
    return f"{tenths // 10}.{tenths % 10} MB" if tenths % 10 else f"{tenths // 10} MB"
