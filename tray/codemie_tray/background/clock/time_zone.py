"""The machine's time zone, which may change while we run."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping

FILE = "/etc/localtime"
"""The zone of users without TZ in their environment (tzset(3)); a link to one of zoneinfo's files."""

_Look = tuple[int, int, int] | None


class TimeZone:
    """Follows the machine's zone; a no-op if TZ names another one, or on Windows.

    Args:
        environ: the environment; default: that of this process.
        file: the machine's zone.
    """

    def __init__(self, environ: Mapping[str, str] | None = None, file: str = FILE) -> None:
        chosen = "TZ" in (os.environ if environ is None else environ)
        self._file = file
        self.watched: tuple[str, ...] = () if chosen or not hasattr(time, "tzset") else (file,)
        """The files whose change may mean another zone."""
        self._seen = self._look()

    def follow(self) -> bool:
        """Use the current zone; return whether it changed."""
        seen = self._look()
        if not self.watched or seen == self._seen:
            return False
        self._seen = seen
        if hasattr(time, "tzset"):
            time.tzset()  # the C library reads the file once, and again on this call
        return True

    def _look(self) -> _Look:
        try:
            status = os.stat(self._file)
        except OSError:
            return None
        return status.st_dev, status.st_ino, status.st_mtime_ns
