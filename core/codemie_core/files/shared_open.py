"""Open another program's file for reading without being in its way.

On Windows Python's own `open` keeps others from renaming or deleting the file while it is open (it does not
pass FILE_SHARE_DELETE), and the CLI replaces its session files by rename.
"""

from __future__ import annotations

import errno
import io
import os
import stat
import sys

if sys.platform == "win32":
    import ctypes
    import msvcrt

    _GENERIC_READ = 0x80000000
    _SHARE_ALL = 0x1 | 0x2 | 0x4  # read, write, delete
    _OPEN_EXISTING = 3
    _INVALID_HANDLE = ctypes.c_void_p(-1).value

    def _open_descriptor(path: str) -> int:
        create = ctypes.WinDLL("kernel32", use_last_error=True).CreateFileW
        create.restype = ctypes.c_void_p
        create.argtypes = [
            *(ctypes.c_wchar_p, ctypes.c_uint32, ctypes.c_uint32, ctypes.c_void_p),
            *(ctypes.c_uint32, ctypes.c_uint32, ctypes.c_void_p),
        ]
        handle = create(path, _GENERIC_READ, _SHARE_ALL, None, _OPEN_EXISTING, 0, None)
        if handle == _INVALID_HANDLE or handle is None:
            raise ctypes.WinError(ctypes.get_last_error())
        return msvcrt.open_osfhandle(handle, os.O_RDONLY)

else:

    def _open_descriptor(path: str) -> int:
        # O_NONBLOCK: a pipe in the place of the file must not hang us.
        return os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)


def open_shared(path: str) -> io.FileIO:
    """Open a regular file, unbuffered.

    Raises:
        OSError: as the system says; `EISDIR` or `EINVAL` for what is no regular file.
    """
    file = io.FileIO(_open_descriptor(path), "rb")
    mode = os.fstat(file.fileno()).st_mode
    if not stat.S_ISREG(mode):
        file.close()
        number = errno.EISDIR if stat.S_ISDIR(mode) else errno.EINVAL
        raise OSError(number, os.strerror(number), path)
    return file
