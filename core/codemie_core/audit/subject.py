"""What the checks look at: a home and its configuration, the environment, and the working directory."""

from __future__ import annotations

import os
import re
import shlex
import stat
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from codemie_core.config.model.config import Config
from codemie_core.config.model.layout import live_layout
from codemie_core.config.secret_detection.classifier import is_secret
from codemie_core.config.secret_detection.search import secrets_in_text
from codemie_core.config.secret_detection.shapes.spans import holds_secret
from codemie_core.errors import ConfigError
from codemie_core.files.atomic_file import read_whole
from codemie_core.files.trust import Right, access_to, reachable_by_others
from codemie_core.home import Home

LARGEST_SCANNED_BYTES = 1 << 20
"""Larger files are not searched for tokens; no editor's copy of a configuration is that large."""
_ASSIGNMENT = re.compile(r"""["']?([A-Za-z_][\w.-]{0,63})["']?\s*[:=]\s*["']?([^\s"',;]{1,4096})""")


@dataclass(frozen=True, slots=True)
class Subject:
    """Everything the checks may look at. The configuration is read once, for all of them."""

    home: Home
    config: Config | None
    """None if there is no configuration, or it can't be read."""
    config_error: ConfigError | None
    """Why it can't be read."""
    environ: Mapping[str, str] = field(repr=False)
    folder: str
    """The working directory: the CLI reads a configuration and an `.env` there, too."""

    @property
    def config_path(self) -> str:
        """Where the configuration is, or would be."""
        error = self.config_error
        if self.config is not None:
            return self.config.path
        return error.path if error is not None else self.home.join(live_layout(self.home).config_name)


def entries_of(folder: str) -> Iterator[os.DirEntry[str]]:
    """Yield the entries of a folder by name; nothing if it can't be listed."""
    try:
        with os.scandir(folder) as entries:
            yield from sorted(entries, key=lambda entry: entry.name)
    except OSError:
        return


def status_of(path: str) -> os.stat_result | None:
    """Return the `lstat` of an entry; None if it doesn't exist or can't be examined."""
    try:
        return os.lstat(path)
    except (OSError, ValueError):
        return None


def is_file(path: str) -> bool:
    """Whether an entry is a regular file, and not a link to one."""
    status = status_of(path)
    return status is not None and stat.S_ISREG(status.st_mode)


def bytes_of(path: str) -> bytes:
    """Return the content of a small regular file; empty if it is something else, too large, or unreadable.

    Args:
        path: the file; if it is a pipe or a device, this does not block.
    """
    try:
        return read_whole(path, limit_bytes=LARGEST_SCANNED_BYTES)[0]
    except OSError:
        return b""


def holds_token(data: bytes, known: Iterable[str] = ()) -> bool:
    """Whether a file of any format (JSON, `NAME=value`, an editor's swap file) contains a token.

    Args:
        data: its content.
        known: known tokens, found anywhere in the data.
    """
    text = data.decode("utf-8", "replace")
    if any(token in text for token in known if len(token) > 5):
        return True
    try:
        return next(secrets_in_text(text), None) is not None
    except (ValueError, RecursionError):  # not JSON, or no longer JSON
        pairs = _ASSIGNMENT.findall(text)
        return holds_secret(text) or any(is_secret((name,), value) for name, value in pairs)


@dataclass(frozen=True, slots=True)
class Readers:
    """Who else may read a secret."""

    who: str
    """`every user of this machine`, `the group staff`."""
    mode: int | None
    """Permission bits; None on Windows."""
    reachable: bool
    """False if a folder above it still keeps them out."""

    @property
    def bits(self) -> str:
        """The mode in parentheses, with a leading space; empty on Windows."""
        return "" if self.mode is None else f" (mode {self.mode:04o})"


def readers_of(path: str) -> Readers | None:
    """Return who else may read an entry; None if nobody, or if it doesn't exist. Links are not followed."""
    status = status_of(path)
    if status is None or stat.S_ISLNK(status.st_mode):
        return None
    holders = access_to(path, status, Right.READ).holders
    if not holders:
        return None
    mode = stat.S_IMODE(status.st_mode) if os.name == "posix" else None
    return Readers(" and ".join(holders), mode, reachable_by_others(path))


def removing(path: str) -> str:
    """Return the command that removes a file."""
    return f'del "{path}"' if sys.platform == "win32" else f"rm {shlex.quote(path)}"


def editing(path: str) -> str:
    """Return the command that opens a file in the user's editor."""
    return f'notepad "{path}"' if sys.platform == "win32" else f'"${{EDITOR:-vi}}" {shlex.quote(path)}'
