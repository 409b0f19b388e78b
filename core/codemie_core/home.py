"""The home: the folder that the CLI and this product share, and the paths in it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

from codemie_core.errors import HomeUnknown
from codemie_core.system.user_folders import expanded

ENVIRONMENT_VARIABLE = "CODEMIE_HOME"
LOCK_ORDER = ("credentials.lock", "lock")
"""Names of the lock files in `tray/` in the order in which a process takes both. Two processes that took them
in opposite orders would wait for each other until both time out."""
PRIVATE_HOME_VARIABLE = "CODEMIE_TRAY_PRIVATE_HOME"
REAL_HOME_VARIABLE = "CODEMIE_TRAY_HOME"
"""Set for a program started by `run`: the private home, equal to its `CODEMIE_HOME`, and the real home."""
DEFAULT_NAME = ".codemie"


@dataclass(frozen=True, slots=True, init=False)
class Home:
    """Paths below one home. Nothing here touches the disk.

    Args:
        path: the folder; it need not exist.
    """

    path: str
    """Path of the folder, as given."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        object.__setattr__(self, "path", os.fspath(path))

    @classmethod
    def from_environ(cls, environ: Mapping[str, str] | None = None) -> Home:
        """Return `$CODEMIE_HOME`, else `~/.codemie`; within `run`, the home behind the private one.

        Args:
            environ: the environment to read; default: that of this process.

        Raises:
            HomeUnknown: the user's home folder is unknown, or the path is relative to a folder that is gone.
        """
        environ = os.environ if environ is None else environ
        given = environ.get(ENVIRONMENT_VARIABLE)
        if given and given == environ.get(PRIVATE_HOME_VARIABLE):
            given = environ.get(REAL_HOME_VARIABLE)
        chosen = given or os.path.join("~", DEFAULT_NAME)
        try:
            return cls(os.path.abspath(expanded(chosen, environ)))
        except OSError as error:
            raise HomeUnknown(f"{chosen} is relative to a folder that no longer exists") from error

    @property
    def tray(self) -> str:
        """Folder of the files that only this product uses (0700)."""
        return os.path.join(self.path, "tray")

    @property
    def lock(self) -> str:
        """Lock file that every writer of this home takes."""
        return os.path.join(self.tray, "lock")

    @property
    def credentials_lock(self) -> str:
        """Lock file of the credential store; a process that needs both takes it first (`LOCK_ORDER`)."""
        return os.path.join(self.tray, "credentials.lock")

    @property
    def credentials(self) -> str:
        """File of the encrypted secrets (0600)."""
        return os.path.join(self.path, ".credentials")

    @property
    def history(self) -> str:
        """Folder of the history of the configuration (0700)."""
        return os.path.join(self.tray, "history")

    @property
    def logs(self) -> str:
        """Folder of the daily logs of the CLI and of this product."""
        return os.path.join(self.path, "logs")

    @property
    def sessions(self) -> str:
        """Folder of the CLI's session files (cli layout)."""
        return os.path.join(self.path, "sessions")

    def join(self, *parts: str | os.PathLike[str]) -> str:
        """Return a path below the home."""
        return os.path.join(self.path, *parts)
