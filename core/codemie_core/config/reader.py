"""Reads the live configuration of a home, or provides an empty one where there is none yet.

Reading takes no lock. The CLI writes the file in place, so a reader may see half of it. A file that does not
parse is read again for `TORN_PATIENCE_SECONDS` before it is reported as corrupt, and for
`CHANGE_PATIENCE_SECONDS` before a change of it is given up.
"""

from __future__ import annotations

import errno
import os
import stat
import time
from dataclasses import dataclass, replace

from codemie_core.config.history.restore import SKELETON
from codemie_core.config.model.config import Config, parse_config
from codemie_core.config.model.layout import CLASSIC, CLI, Layout, live_layout
from codemie_core.config.model.limits import SIZE_LIMIT_BYTES, TOO_LARGE_ADVICE, size_text
from codemie_core.errors import ConfigCorrupt, ConfigMissing, ConfigTooLarge, ConfigUnreadable
from codemie_core.files.atomic_file import HeldFile, has_content, read_whole
from codemie_core.files.private.folder import make_private_folder
from codemie_core.home import Home

TORN_PATIENCE_SECONDS = 0.4
"""How long a file that does not parse is read again: another program may be in the middle of writing it."""
CHANGE_PATIENCE_SECONDS = 3.0
"""The same for a change, which should be made once the other program has finished. A mere reader does not
wait so long: the menu follows within a second, and a shell's prompt waits for us."""
AT_REST_SECONDS = 10.0
"""A file last written longer ago than this is not being written, so it is read only once."""

_TORN_PAUSE_SECONDS = 0.003
_MAY_BE_WRITTEN = (
    "If another program is still writing it, try again in a moment. Otherwise, fix it in an editor, or list "
    "earlier versions: codemie-tray history list"
)


@dataclass(frozen=True, slots=True)
class Read:
    """The file as read once."""

    config: Config
    data: bytes
    status: os.stat_result | None
    """None if there is no file yet."""
    target: str
    """The real file, links resolved."""
    broken: bool = False
    """Whether `data` is not a configuration; `config` is then an empty one."""


class ConfigReader:
    """Reads the configuration of one home."""

    def __init__(self, home: Home) -> None:
        self._home = home

    @property
    def layout(self) -> Layout:
        """The layout in effect in this home, found by looking at the folder."""
        return live_layout(self._home)

    def read(self, *, to_change: bool = False) -> Read:
        """Read the configuration.

        Args:
            to_change: wait longer for a program that is writing it.

        Raises:
            ConfigMissing: there is none yet.
            ConfigUnreadable: it can't be read.
            ConfigCorrupt: it is not a configuration, even after `TORN_PATIENCE_SECONDS`; if `to_change`,
                `CHANGE_PATIENCE_SECONDS`.
        """
        deadline = time.monotonic() + (CHANGE_PATIENCE_SECONDS if to_change else TORN_PATIENCE_SECONDS)
        while True:
            layout = self.layout
            path = self._home.join(layout.config_name)
            try:
                data, status = read_whole(path, limit_bytes=SIZE_LIMIT_BYTES)
                mode = stat.S_IMODE(status.st_mode) if os.name == "posix" else None
                config = parse_config(data, path=path, layout=layout, mode=mode)
                return Read(config, data, status, _real(path))
            except FileNotFoundError:
                if os.path.islink(path):
                    raise ConfigUnreadable(
                        path,
                        f"is a link to {_target(path)}, which does not exist",
                        advice="Put the file back, or remove the link.",
                    ) from None
                raise ConfigMissing(
                    path,
                    "there is no configuration yet",
                    advice="Run `codemie-tray profile add` or `codemie setup` to create the first profile.",
                ) from None
            except ConfigCorrupt as error:
                if _at_rest(path):
                    raise
                if time.monotonic() >= deadline:
                    error.advice = _MAY_BE_WRITTEN
                    raise
                time.sleep(_TORN_PAUSE_SECONDS)
            except OSError as error:
                raise _unreadable(path, error) from error

    def read_to_change(self) -> Read:
        """Read the configuration, and wait longer for a program that is writing it."""
        return self.read(to_change=True)

    def read_or_begin(self) -> Read:
        """Read the file to change it, or return the empty one that a first profile is added to."""
        try:
            return self.read_to_change()
        except ConfigMissing:
            self._check_nothing_is_there()
            make_private_folder(self._home.path)
            return self._stand_in(self.layout)

    def read_or_stand_in(self, layout: Layout) -> Read:
        """Read the file, or return the empty one that a version of `layout` is restored to."""
        try:
            return self.read()
        except ConfigMissing:
            self._check_nothing_is_there()
            # Traces of the CLI in the home decide; without any, it is the file of the version's layout.
            return self._stand_in(layout if self.layout is CLASSIC else self.layout)
        except ConfigCorrupt as error:
            empty = self._stand_in(self.layout)
            target = os.path.realpath(error.path, strict=True)
            try:
                data, status = read_whole(target, limit_bytes=SIZE_LIMIT_BYTES)
            except OSError as failed:
                raise _unreadable(error.path, failed) from failed
            mode = stat.S_IMODE(status.st_mode) if os.name == "posix" else None
            return Read(replace(empty.config, mode=mode), data, status, target, broken=True)

    def _check_nothing_is_there(self) -> None:
        """Refuse to create a file beside one that is inaccessible, which `live_layout` takes for missing."""
        for layout in (CLI, CLASSIC):
            path = self._home.join(layout.config_name)
            try:
                os.lstat(path)
            except FileNotFoundError:
                continue
            except OSError as error:
                raise _unreadable(path, error) from error

    def _stand_in(self, layout: Layout) -> Read:
        path = self._home.join(layout.config_name)
        # With `version` 2, the CLI's migration keeps the content of the file; without, it empties it.
        data = SKELETON.encode("ascii")
        return Read(parse_config(data, path=path, layout=layout), data, None, path)


def is_unchanged(read: Read) -> bool:
    """Whether the file holds what was read."""
    # Compare the content, too: on older kernels, time stamps are too coarse to distinguish two writes.
    return has_content(read.target, read.data)


def is_intact(config: Config, written: HeldFile) -> bool:
    """Whether the file is exactly as we wrote it.

    Args:
        config: what we wrote.
        written: holds the file in which we wrote it, so that it need not be opened again.
    """
    return written.has_content_at(config.path, config.document.text.encode("utf-8"))


def _real(path: str) -> str:
    """Return the file that is replaced; links above it may stay in its path."""
    # Not `islink`, for which a path that can't be examined is none. Strict: otherwise an inaccessible link
    # would count as the end. Either way, the link would be replaced.
    return os.path.realpath(path, strict=True) if stat.S_ISLNK(os.lstat(path).st_mode) else path


def _target(path: str) -> str:
    """Return the target of a path, or the path itself if that can't be resolved."""
    try:
        return os.path.realpath(path)
    except OSError:
        return path


def _at_rest(path: str) -> bool:
    try:
        return time.time() - os.stat(path).st_mtime > AT_REST_SECONDS
    except OSError:
        return False


def _unreadable(path: str, error: OSError) -> ConfigUnreadable:
    """Return the error for an unreadable file, with its real path and advice."""
    if error.errno == errno.EFBIG:
        return _too_large(path)
    target = _target(path)
    leads = f"links to {target}, which " if os.path.islink(path) and error.errno != errno.ELOOP else ""
    if error.errno == errno.EISDIR:
        return ConfigUnreadable(path, f"{leads}is a folder, not a file", advice="Move the folder away.")
    if error.errno == errno.ELOOP:
        return ConfigUnreadable(
            path, "is a link that loops back to itself", advice="Remove the link, or point it at the file."
        )
    if error.errno == errno.EINVAL:
        return ConfigUnreadable(path, f"{leads}is not a file", advice="Move it away.")
    if error.errno == errno.ENOTDIR:
        home = os.path.dirname(path)
        return ConfigUnreadable(
            path,
            f"can't be read: {home} is not a folder",
            advice="Give the home's folder, with --home or in CODEMIE_HOME.",
        )
    reason = os.strerror(error.errno) if error.errno else str(error)
    advice = ""
    if error.errno in (errno.EACCES, errno.EPERM):
        advice = f"To allow reading: chmod u+r '{target}'"
    return ConfigUnreadable(path, f"{leads}can't be read: {reason}", advice=advice)


def _too_large(path: str) -> ConfigTooLarge:
    try:
        size = f" is {size_text(os.stat(path).st_size)}"
    except OSError:
        size = " is too large"
    return ConfigTooLarge(
        path,
        f"{size.strip()}; CodeMie Tray reads up to {size_text(SIZE_LIMIT_BYTES)}",
        advice=TOO_LARGE_ADVICE,
    )
