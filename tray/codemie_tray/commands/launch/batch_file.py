"""Windows: the command line that starts a batch file, such as the commands that npm installs.

The command interpreter reads the line before the batch file's program does, and by other rules. What it would
interpret itself (`&`, `|`, `%NAME%`) must reach the program as an argument.

Based on how Windows' interpreter is known to read; tested with Wine's, for spaces, `&`, `=`, backslashes and
empty arguments. Not run on Windows yet.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

ENDINGS = (".bat", ".cmd")
_NOTHING_BUT_A_PERCENT = "%%cd:~,%"
"""Expands to `%`: the interpreter would take `%PATH%` for the variable even in quotes."""


def command_line(interpreter: str, script: str, arguments: Sequence[str]) -> str:
    """Return the whole command line.

    Args:
        interpreter: path of cmd.exe.
        script: path of the batch file.
        arguments: the program's.

    Raises:
        ValueError: an argument contains a line break, which can't be passed to a batch file.
    """
    words = " ".join(map(_quoted, (script, *arguments)))
    # Extensions enabled for the percent signs, delayed expansion disabled for exclamation marks; no AutoRun.
    return f'"{interpreter}" /e:ON /v:OFF /d /s /c "{words}"'


def _quoted(text: str) -> str:
    if re.search(r"[\0\r\n]", text):
        raise ValueError("an argument of a batch file can't have a line break")
    # Within quotes, both readers take a doubled quote for one. The program halves the backslashes before it.
    text = re.sub(r'(\\*)"', r'\1\1""', text)
    text = re.sub(r"(\\+)$", r"\1\1", text)
    return f'"{text.replace("%", _NOTHING_BUT_A_PERCENT)}"'
