"""What a person with no profile yet is told: a text file in the folder where the profile belongs."""

from __future__ import annotations

from codemie_core import Home, StoreError
from codemie_core.config.layout import CLASSIC, CLI, Layout, live_layout
from codemie_core.files.private_folder import make_private_folder

FILE_NAME = "first-profile.txt"

_HELP = """\
Your first profile
==================

Save this as {config} in this folder, with your own values:

{{
  "version": 2,
  "activeProfile": "work",
  "profiles": {{
    "work": {{
      "provider": "anthropic",
      "model": "claude-4-5-sonnet",
      "{token}": "your token"
    }}
  }}
}}

CodeMie Tray shows the profile as soon as the file is saved. The CLI's own
"codemie setup" writes a profile as well.
"""


def help_for(layout: Layout) -> str:
    """Return the text for a home of this layout."""
    return _HELP.format(config=layout.config_name, token=layout.token_field)


def write_help(home: Home) -> str:
    """Put the file into the home, which is made where missing. Returns its path.

    One that is there stays, unless it is ours and says what holds no more: the CLI has been there since.

    Raises:
        StoreError: it can't be written.
    """
    make_private_folder(home.path)
    path = home.join(FILE_NAME)
    text = help_for(live_layout(home))
    try:
        try:
            with open(path, "x", encoding="utf-8") as file:
                file.write(text)
        except FileExistsError:
            with open(path, "r+", encoding="utf-8", errors="replace") as file:
                if file.read(len(text) + 1000) in (help_for(CLASSIC), help_for(CLI)):
                    file.seek(0)
                    file.write(text)
                    file.truncate()
    except OSError as error:
        raise StoreError(path, f"can't be written: {error.strerror}") from error
    return path
