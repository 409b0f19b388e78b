"""What `codemie-tray doctor` says, for the clipboard."""

from __future__ import annotations

import subprocess
import sys

from codemie_core import CodeMieError, Home
from codemie_core.system.process.executables import own_command
from codemie_core.system.process.foreign_environment import foreign_environment
from codemie_tray import PRODUCT, __version__
from codemie_tray.text.language import _

_LONGEST_SECONDS = 120
_NO_WINDOW = 0x08000000 if sys.platform == "win32" else 0
"""CREATE_NO_WINDOW: no console beside the window."""


class NoDiagnosis(CodeMieError):
    """The command could not be run, or did not end."""


def diagnosis(home: Home) -> str:
    """Return the report of `doctor`, which hides secrets.

    Raises:
        NoDiagnosis: there is none.
    """
    command = own_command("codemie_tray", "--home", home.path, "doctor")
    try:
        ended = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_LONGEST_SECONDS,
            creationflags=_NO_WINDOW,
            env=foreign_environment(),
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NoDiagnosis(_("The diagnosis could not be created. Run: codemie-tray doctor")) from error
    text = (ended.stdout + ended.stderr).decode("utf-8", "replace").strip()
    if not text:
        raise NoDiagnosis(_("The diagnosis is empty. Run: codemie-tray doctor"))
    return f"{PRODUCT} {__version__} on {sys.platform}\n\n{text}\n"
