"""Windows: the command line that starts a batch file, as the commands that npm installs are.

The command interpreter reads the line before the program behind the batch file does, and by other rules: what
it would take for its own (`&`, `|`, `%NAME%`) must reach the program as an argument.

Decided from how the interpreter of Windows is known to read; Wine's was given blanks, `&`, `=`, backslashes
and empty arguments. Not run on Windows yet.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

ENDINGS = (".bat", ".cmd")
_NOTHING_BUT_A_PERCENT = "%%cd:~,%"
"""Expands to `%`: the interpreter would take `%PATH%` for the variable also between quotes."""


def command_line(interpreter: str, script: str, arguments: Sequence[str]) -> str:
    """Return the whole command line.

    Args:
        interpreter: path of cmd.exe.
        script: path of the batch file.
        arguments: the program's.

    Raises:
        ValueError: an argument with a line break, which no batch file can be given.
    """
    words = " ".join(map(_quoted, (script, *arguments)))
    # Extensions on for the percent signs, delayed expansion off for exclamation marks; no AutoRun.
    return f'"{interpreter}" /e:ON /v:OFF /d /s /c "{words}"'


def _quoted(text: str) -> str:
    if re.search(r"[\0\r\n]", text):
        raise ValueError("an argument of a batch file can't have a line break")
    # Within quotes a doubled quote is one for both readers. Backslashes before it are halved by the program.
    text = re.sub(r'(\\*)"', r'\1\1""', text)
    text = re.sub(r"(\\+)$", r"\1\1", text)
    return f'"{text.replace("%", _NOTHING_BUT_A_PERCENT)}"'
