"""`codemie-tray completion SHELL`: a script for the shell, made by shtab from the parser itself."""

from __future__ import annotations

import shtab

from codemie_tray import PROGRAM
from codemie_tray.commands.output import print_line
from codemie_tray.commands.parser import NAMES_FUNCTION, build_parser
from codemie_tray.text.exit_codes import ExitCode

PREAMBLE = {
    "bash": f"""\
{NAMES_FUNCTION}() {{
  local IFS=$'\\n'
  compgen -W "$({PROGRAM} profiles --names 2>/dev/null)" -- "$1"
}}""",
    "zsh": f"""\
{NAMES_FUNCTION}() {{
  local -a names
  names=("${{(@f)$({PROGRAM} profiles --names 2>/dev/null)}}")
  compadd -a names
}}""",
    "fish": f"""\
function {NAMES_FUNCTION}
  {PROGRAM} profiles --names 2>/dev/null
end""",
}


def run(shell: str) -> ExitCode:
    """Print the script."""
    script: str = shtab.complete(build_parser(), shell, preamble=PREAMBLE[shell])
    print_line(script)
    return ExitCode.OK
