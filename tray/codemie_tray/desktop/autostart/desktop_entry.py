"""The text of a desktop entry: its keys, and the command in `Exec` (Desktop Entry Specification 1.5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

_GROUP = "[Desktop Entry]"
_QUOTED = '"`$\\'
"""Characters that need a backslash inside quotes ("The Exec key")."""
_UNSAFE = " \t\n\"'\\><~|&;$*?#()`"


def pairs(lines: Sequence[str]) -> list[tuple[str, str]]:
    """Return the keys and values of the entry's group."""
    pairs = []
    inside = False
    for line in lines:
        if line.startswith("["):
            inside = line.strip() == _GROUP
        elif inside and "=" in line and not line.startswith("#"):
            key, _, value = line.partition("=")
            pairs.append((key.strip(), value.strip()))
    return pairs


def changed(lines: Sequence[str], changes: Mapping[str, str | None]) -> list[str]:
    """Return the lines with keys of the group set, added or removed."""
    if _GROUP not in (line.strip() for line in lines):
        lines = [_GROUP]
    left = {key: value for key, value in changes.items() if value is not None}
    result: list[str] = []
    inside = False
    end = 0
    for line in lines:
        if line.startswith("["):
            inside = line.strip() == _GROUP
        key = line.partition("=")[0].strip() if "=" in line and not line.startswith("#") else None
        if inside and key in changes:
            if key in left:
                result.append(f"{key}={left.pop(key)}")
                end = len(result)
            continue
        result.append(line)
        if inside and line.strip():
            end = len(result)
    result[end:end] = [f"{key}={value}" for key, value in left.items()]
    return result


def exec_line(command: Sequence[str]) -> str:
    """Return the value of the Exec key: quoted as an argument, then escaped like any value."""
    return escape(" ".join(_quote(part) for part in command))


def command_of(value: str) -> tuple[str, ...]:
    """Return the command of the Exec key, the reverse of `exec_line`, without field codes (%f and so on)."""
    parts: list[str] = []
    current: str | None = None
    quoted = False
    text = iter(_unescape(value))
    for char in text:
        if quoted:
            if char == '"':
                quoted = False
            else:
                current = (current or "") + (next(text, "") if char == "\\" else char)
        elif char == '"':
            quoted, current = True, current or ""
        elif char in " \t":
            if current is not None:
                parts.append(current)
            current = None
        else:
            current = (current or "") + char
    if current is not None:
        parts.append(current)
    return tuple(_without_field_codes(part) for part in parts if not _is_field_code(part))


def _is_field_code(part: str) -> bool:
    return len(part) == 2 and part[0] == "%" and part != "%%"  # %% is a literal percent sign


def _without_field_codes(part: str) -> str:
    return part.replace("%%", "%")


def _quote(part: str) -> str:
    part = part.replace("%", "%%")
    if part and not any(char in _UNSAFE for char in part):
        return part
    return '"' + "".join("\\" + char if char in _QUOTED else char for char in part) + '"'


def escape(value: str) -> str:
    """Return a value as stored in the file (Desktop Entry Specification, "Possible value types")."""
    return value.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")


def _unescape(value: str) -> str:
    plain = []
    text = iter(value)
    for char in text:
        if char == "\\":
            code = next(text, "")
            plain.append({"s": " ", "n": "\n", "t": "\t", "r": "\r"}.get(code, code))
        else:
            plain.append(char)
    return "".join(plain)
