"""Lines that set variables, for each shell: every value is data, whatever is in it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

_POWERSHELL_QUOTES = re.compile("['\u2018\u2019\u201a\u201b]")
"""PowerShell ends a text in single quotes at each of these, and takes two of them for one."""


def lines_for(shell: str, values: Mapping[str, str], unset: Sequence[str]) -> list[str]:
    """Return the lines that a shell is to run.

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
    """Return a word of POSIX's shell language (2.2.2, single quotes); bash and zsh have the same."""
    return "'" + text.replace("'", "'\\''") + "'"


def fish(text: str) -> str:
    """Return a word of fish: in single quotes a backslash escapes itself and the quote."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def powershell(text: str) -> str:
    """Return an expression of PowerShell in ASCII: a console's code page changes other characters."""
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
