"""Opens another program's file for reading without getting in its way.

For files that programs create, such as sessions: if the file is a link, it is not followed. (The folder may
be one, because people move their sessions to a larger disk.)

On Windows, Python's own `open` keeps others from renaming or deleting the file while it is open (it does not
pass FILE_SHARE_DELETE), but the CLI replaces its session files by renaming.
"""

from __future__ import annotations

import errno
import io
import os
import stat
import sys

from codemie_core.files.atomic_file import read_all

if sys.platform == "win32":
    import msvcrt

    from codemie_core.system.windows_handle import GENERIC_READ, OPEN_EXISTING, SHARE_ALL, open_handle

    def _open_descriptor(path: str) -> int:
        if os.path.islink(path):
            raise _link(path)
        handle = open_handle(path, access=GENERIC_READ, share=SHARE_ALL, creation=OPEN_EXISTING)
        return msvcrt.open_osfhandle(handle, os.O_RDONLY)

else:

    def _open_descriptor(path: str) -> int:
        # Opening a pipe must not block us, and a terminal must not become ours.
        flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY | os.O_NOFOLLOW
        try:
            return os.open(path, flags)
        except OSError as error:
            if error.errno in (errno.ELOOP, errno.EMLINK) and os.path.islink(path):
                raise _link(path) from None
            raise


def _link(path: str) -> OSError:
    return OSError(errno.ELOOP, "is a link, and was not followed", path)


def open_shared(path: str) -> io.FileIO:
    """Open a regular file, unbuffered.

    Raises:
        OSError: from the system; `EISDIR` or `EINVAL` if it is not a regular file, `ELOOP` for a link.
    """
    file = io.FileIO(_open_descriptor(path), "rb")
    mode = os.fstat(file.fileno()).st_mode
    if not stat.S_ISREG(mode):
        file.close()
        number = errno.EISDIR if stat.S_ISDIR(mode) else errno.EINVAL
        raise OSError(number, os.strerror(number), path)
    return file


def read_shared(path: str, *, limit_bytes: int) -> tuple[bytes, os.stat_result]:
    """Read a whole file, and return the stat of exactly the file that was read.

    Raises:
        OSError: as `open_shared`; `EFBIG` over `limit_bytes`.
    """
    with open_shared(path) as file:
        return read_all(os.dup(file.fileno()), path, limit_bytes=limit_bytes)
