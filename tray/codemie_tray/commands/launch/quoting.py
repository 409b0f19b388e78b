"""Lines that set variables, for each shell: every value is treated as data, whatever it contains."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

_POWERSHELL_QUOTES = re.compile("['\u2018\u2019\u201a\u201b]")
"""PowerShell ends a single-quoted text at each of these, and reads two of them as one."""


def lines_for(shell: str, values: Mapping[str, str], unset: Sequence[str]) -> list[str]:
    """Return the lines for a shell to run.

    Args:
        shell: `sh`, `bash`, `zsh`, `fish` or `powershell`.
        values: names (letters, digits and underscores) and their values, without NUL.
        unset: names to remove.
    """
    if shell == "fish":
        return [
            *(f"set -e {name}" for name in unset),
            *(f"set -gx {name} {fish(value)}" for name, value in values.items()),
        ]
    if shell == "powershell":
        return [
            *(f"Remove-Item Env:{name} -ErrorAction SilentlyContinue" for name in unset),
            *(f"$env:{name} = {powershell(value)}" for name, value in values.items()),
        ]
    return [
        *(f"unset {name}" for name in unset),
        *(f"export {name}={posix(value)}" for name, value in values.items()),
    ]


def posix(text: str) -> str:
    """Return a word in POSIX shell syntax (2.2.2, single quotes), which bash and zsh share."""
    return "'" + text.replace("'", "'\\''") + "'"


def fish(text: str) -> str:
    """Return a word in fish syntax: in single quotes, a backslash escapes itself and the quote."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def powershell_word(text: str) -> str:
    """Return a word in PowerShell syntax, with all its characters, to be pasted into a terminal."""
    return "'" + _POWERSHELL_QUOTES.sub(r"\g<0>\g<0>", text) + "'"


def powershell(text: str) -> str:
    """Return a PowerShell expression in ASCII, because a console's code page changes other characters."""
    parts = re.split(r"([^\x20-\x7e]+)", text)
    found = []
    for at, part in enumerate(parts):
        if at % 2:
            units = part.encode("utf-16-be", "surrogatepass")
            codes = (units[at : at + 2].hex() for at in range(0, len(units), 2))
            found += [f"[char]0x{code}" for code in codes]
        elif part or len(parts) == 1:
            found.append("'" + _POWERSHELL_QUOTES.sub(r"\g<0>\g<0>", part) + "'")
    return found[0] if len(found) == 1 and len(parts) == 1 else "('' + " + " + ".join(found) + ")"
