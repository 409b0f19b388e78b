"""`codemie-tray env [--profile P] --shell SHELL`: a profile as variables, to be read by a shell.

The tokens reach the shell through a pipe, and are not shown on a terminal.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from codemie_core import ConfigLoader, Home
from codemie_core.profiles.folder import working_folder
from codemie_core.profiles.tokens.handover.handover import Request, check
from codemie_core.profiles.tokens.handover.shell_environment import shell_variables
from codemie_core.profiles.tokens.home_trust import check_trusted
from codemie_core.system.process.core_dumps import forbid_core_dumps
from codemie_tray import PROGRAM
from codemie_tray.commands.console.output import print_error, print_line, write_bytes
from codemie_tray.commands.launch.quoting import lines_for
from codemie_tray.commands.launch.run import profile_to_use
from codemie_tray.text.exit_codes import ExitCode

_HIDDEN = "(hidden)"
_HOW = {
    "fish": "codemie-tray env --shell fish | source",
    "powershell": "codemie-tray env --shell powershell | Out-String | Invoke-Expression",
}


def run(
    home: Home,
    profile_name: str | None,
    shell: str,
    *,
    allow_addresses: Sequence[str] = (),
    with_project: bool = False,
) -> ExitCode:
    """Print the lines for a shell to run.

    Args:
        home: the home.
        profile_name: the profile; None for the one in effect here.
        shell: the shell.
        allow_addresses: addresses that the profile's credentials may be sent to from now on.
        with_project: accept harmless settings of the working folder's project.
    """
    check_trusted(home)
    config = ConfigLoader(home).load_and_keep()
    profile = profile_to_use(home, config, profile_name)
    request = Request(profile, [shell], working_folder(), with_project, allow_addresses)
    for note in check(home, request):
        print_error(f"{PROGRAM} env: {note}")
    forbid_core_dumps()
    found = shell_variables(config, home, request, os.environ)
    if sys.stdout is not None and sys.stdout.isatty():
        values = {name: _HIDDEN if name in found.secret else value for name, value in found.values.items()}
        for line in lines_for(shell, values, found.unset):
            print_line(line)
        print_error(f"Tokens are hidden on a terminal. For your shell: {_how(shell)}")
        return ExitCode.OK
    text = "".join(f"{line}\n" for line in lines_for(shell, found.values, found.unset))
    write_bytes(os.fsencode(text))
    return ExitCode.OK


def _how(shell: str) -> str:
    return _HOW.get(shell, f'eval "$({PROGRAM} env --shell {shell})"')
