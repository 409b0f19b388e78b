"""Help for people without a profile: a text file in the folder where the first one belongs."""

from __future__ import annotations

import contextlib
import os

from codemie_core import Home, StoreError
from codemie_core.config.model.layout import CLASSIC, CLI, Layout, live_layout
from codemie_core.files.atomic_file import FileVersion, TargetChanged, replace_whole
from codemie_core.files.private.file import read_private
from codemie_core.files.private.folder import make_private_folder

FILE_NAME = "first-profile.txt"
_LIMIT_BYTES = 1 << 20

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
      "{token}": "<your-token>"
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
    """Write the file into the home, which is created if missing. Return its path.

    An existing file stays, unless it is ours and outdated because the CLI has been used since.

    Raises:
        StoreError: it can't be written.
    """
    make_private_folder(home.path)
    path = home.join(FILE_NAME)
    text = help_for(live_layout(home))
    status: os.stat_result | None = None
    try:
        try:
            data, status = read_private(path, limit_bytes=_LIMIT_BYTES, levels=0)
        except FileNotFoundError:
            pass
        else:
            before = data.decode("utf-8", "replace").replace("\r\n", "\n")
            if before == text or before not in (help_for(CLASSIC), help_for(CLI)):
                return path
        expected = None if status is None else FileVersion.of(status)
        with contextlib.suppress(TargetChanged):  # then the user has edited it
            lines = text.replace("\n", os.linesep).encode()
            replace_whole(path, lines, mode=0o644, expected=expected, like=status)
    except OSError as error:
        raise StoreError(path, f"can't be written: {error.strerror}") from error
    return path
