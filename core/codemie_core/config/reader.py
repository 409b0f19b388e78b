"""Reading the live configuration of a home, and standing in for one that is not there yet.

Reading takes no lock. The CLI writes the file in place, so a reader can meet half of it: what does not parse
is read again for `TORN_PATIENCE_SECONDS` before it is called corrupt.
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
from codemie_core.config.model.limits import SIZE_LIMIT_BYTES, megabytes
from codemie_core.errors import ConfigCorrupt, ConfigMissing, ConfigTooLarge, ConfigUnreadable
from codemie_core.files.atomic_file import read_whole
from codemie_core.files.private.folder import make_private_folder
from codemie_core.home import Home

TORN_PATIENCE_SECONDS = 0.4
"""How long a file that does not parse is read again: another program may be in the middle of writing it."""
AT_REST_SECONDS = 10.0
"""A file that was last written longer ago than this is not being written: it is read once."""

_TORN_PAUSE_SECONDS = 0.003


@dataclass(frozen=True, slots=True)
class Read:
    """One look at the file."""

    config: Config
    data: bytes
    status: os.stat_result | None
    """None: there is no file yet."""
    target: str
    """The real file, links resolved."""
    broken: bool = False
    """`data` is no configuration; `config` stands in for it."""


class ConfigReader:
    """Reads the configuration of one home."""

    def __init__(self, home: Home) -> None:
        self._home = home

    @property
    def layout(self) -> Layout:
        """Which layout counts in this home now (looks at the folder)."""
        return live_layout(self._home)

    def read(self) -> Read:
        """Read the configuration.

        Raises:
            ConfigMissing: there is none yet.
            ConfigUnreadable: the system does not let us read it.
            ConfigCorrupt: it is no configuration, also not after `TORN_PATIENCE_SECONDS`.
        """
        deadline = time.monotonic() + TORN_PATIENCE_SECONDS
        while True:
            layout = self.layout
            path = self._home.join(layout.config_name)
            try:
                data, status = read_whole(path, limit_bytes=SIZE_LIMIT_BYTES)
                mode = stat.S_IMODE(status.st_mode) if os.name == "posix" else None
                config = parse_config(data, path=path, layout=layout, mode=mode)
                # Strictly: a step that can't be looked at would be taken for the end, and a link replaced.
                return Read(config, data, status, os.path.realpath(path, strict=True))
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
            except ConfigCorrupt:
                if time.monotonic() >= deadline or _at_rest(path):
                    raise
                time.sleep(_TORN_PAUSE_SECONDS)
            except OSError as error:
                raise _unreadable(path, error) from error

    def read_or_begin(self) -> Read:
        """Read the file, or stand for the one that a first profile will make."""
        try:
            return self.read()
        except ConfigMissing:
            self._check_nothing_is_there()
            make_private_folder(self._home.path)
            return self._stand_in(self.layout)

    def read_or_stand_in(self, layout: Layout) -> Read:
        """Read the file, or stand for the one that a restored version of `layout` will make."""
        try:
            return self.read()
        except ConfigMissing:
            self._check_nothing_is_there()
            # Traces of the CLI in the home decide; without any, the version's own file.
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
        """Refuse to begin a file beside one that can't be looked at: `live_layout` takes that for none."""
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
        # `version` 2: the CLI's own migration carries such a file over; one without it, it empties.
        data = SKELETON.encode("ascii")
        return Read(parse_config(data, path=path, layout=layout), data, None, path)


def is_unchanged(read: Read) -> bool:
    """Whether the file holds what was read."""
    # By content as well: time stamps are too coarse on older kernels to tell two writes apart.
    return _holds(read.target, read.data)


def is_intact(config: Config) -> bool:
    """Whether the file is just as we wrote it."""
    return _holds(config.path, config.document.text.encode("utf-8"))


def _holds(path: str, data: bytes) -> bool:
    try:
        return read_whole(path, limit_bytes=SIZE_LIMIT_BYTES)[0] == data
    except OSError:
        return False


def _target(path: str) -> str:
    """Return where a path leads; the path itself where that can't be found out."""
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
    """Say what is wrong with the file, where it really is, and what helps."""
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
        return ConfigUnreadable(path, f"can't be read: {home} is not a folder", advice="Move it away.")
    reason = os.strerror(error.errno) if error.errno else str(error)
    advice = ""
    if error.errno in (errno.EACCES, errno.EPERM):
        advice = f"To allow reading: chmod u+r '{target}'"
    return ConfigUnreadable(path, f"{leads}can't be read: {reason}", advice=advice)


def _too_large(path: str) -> ConfigTooLarge:
    try:
        size = f" is {megabytes(os.stat(path).st_size)}"
    except OSError:
        size = " is too large"
    return ConfigTooLarge(
        path,
        f"{size.strip()}; CodeMie Tray reads configurations up to {megabytes(SIZE_LIMIT_BYTES)}",
        advice="Move what is not a profile out of it, or move the file away: "
        "`codemie-tray history restore` then brings back the last version.",
    )
