"""Opens a file or folder with `CreateFileW`: Python's `open` does not let others delete the file.

The constants are from the headers of the Windows SDK.
"""

from __future__ import annotations

import sys

SHARE_READ, SHARE_WRITE, SHARE_DELETE = 0x1, 0x2, 0x4
SHARE_ALL = SHARE_READ | SHARE_WRITE | SHARE_DELETE
"""Share everything."""
CREATE_NEW, OPEN_EXISTING, OPEN_ALWAYS = 1, 3, 4
GENERIC_READ, GENERIC_WRITE = 0x80000000, 0x40000000

if sys.platform == "win32":
    import ctypes

    _INVALID_HANDLE = ctypes.c_void_p(-1).value

    def open_handle(path: str, *, access: int, share: int, creation: int, flags: int = 0) -> int:
        """Return a handle, which the caller closes. The arguments are those of `CreateFileW`.

        Raises:
            OSError: with the error number of Windows.
        """
        create = ctypes.WinDLL("kernel32", use_last_error=True).CreateFileW
        create.restype = ctypes.c_void_p
        create.argtypes = [
            *(ctypes.c_wchar_p, ctypes.c_uint32, ctypes.c_uint32, ctypes.c_void_p),
            *(ctypes.c_uint32, ctypes.c_uint32, ctypes.c_void_p),
        ]
        handle: int | None = create(path, access, share, None, creation, flags, None)
        if handle is None or handle == _INVALID_HANDLE:
            raise ctypes.WinError(ctypes.get_last_error())
        return handle
