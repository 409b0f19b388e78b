"""What `doctor --fix` does: it closes what others can read or change."""

from __future__ import annotations

import errno
import os
import stat
import sys
from collections.abc import Iterable

from codemie_core.audit.finding import Closing, Finding
from codemie_core.errors import StoreError, store_error


def closings(findings: Iterable[Finding]) -> tuple[Closing, ...]:
    """Return what to close: each path once, the outermost first."""
    bits: dict[str, int] = {}
    for finding in findings:
        if isinstance(finding.repair, Closing):
            bits[finding.repair.path] = bits.get(finding.repair.path, 0) | finding.repair.bits
    return tuple(Closing(path, taken) for path, taken in sorted(bits.items()))


def close(closing: Closing) -> None:
    """Remove the bits from a file or folder; what has become a link is not followed.

    Raises:
        StoreError: the system refused, or it is no longer a file or folder of this user.
    """
    if sys.platform == "win32":
        return  # nothing asks for this on Windows
    flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_NOCTTY
    try:
        fd = os.open(closing.path, flags)
        try:
            status = os.fstat(fd)
            if not (stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode)):
                raise OSError(errno.EINVAL, "not a file or a folder")
            if stat.S_ISREG(status.st_mode) and status.st_nlink > 1:
                raise StoreError(closing.path, "has another hard link; nothing was changed")
            os.fchmod(fd, stat.S_IMODE(status.st_mode) & ~closing.bits)
        finally:
            os.close(fd)
    except OSError as error:
        raise store_error(closing.path, error) from error
