"""What a person with no profile yet is told: a text file in the folder where the profile belongs."""

from __future__ import annotations

from codemie_core import Home, StoreError
from codemie_core.lock import make_private_folder

FILE_NAME = "first-profile.txt"

HELP = """\
Your first profile
==================

Save this as config.json in this folder, with your own values:

{
  "version": 2,
  "activeProfile": "work",
  "profiles": {
    "work": {
      "provider": "anthropic",
      "model": "claude-4-5-sonnet",
      "authToken": "your token"
    }
  }
}

CodeMie Tray shows the profile as soon as the file is saved. The CLI's own
"codemie setup" writes a profile as well.
"""


def write_help(home: Home) -> str:
    """Put the file into the home, which is made where missing; one that is there stays. Returns its path.

    Raises:
        StoreError: it can't be written.
    """
    make_private_folder(home.path)
    path = home.join(FILE_NAME)
    try:
        with open(path, "x", encoding="utf-8") as file:
            file.write(HELP)
    except FileExistsError:
        pass
    except OSError as error:
        raise StoreError(path, f"can't be written: {error.strerror}") from error
    return path
