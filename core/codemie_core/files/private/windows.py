"""Windows: the folders are checked first; then the file itself is opened, never what it links to."""

from __future__ import annotations

import contextlib
import os
import stat
import sys
from collections.abc import Iterator

from codemie_core.errors import StoreUnsafe, as_posix_says
from codemie_core.files.private.refusal import is_link, kept_if_ours, refuse_unless_ours

if sys.platform == "win32":
    import msvcrt

    from codemie_core.system import windows_handle as windows

    _OPEN_THE_LINK_ITSELF = 0x00200000

    @contextlib.contextmanager
    def opened_own_folder(path: str, *, levels: int, to_list: bool = False) -> Iterator[int | None]:  # noqa: ARG001
        """Check a folder of ours. There is no descriptor to open files by, so this yields None."""
        for _ in range(levels):
            status = os.lstat(path)
            if is_link(status):
                raise StoreUnsafe(path, "is a link, and was not followed; remove it")
            if not stat.S_ISDIR(status.st_mode):
                raise StoreUnsafe(path, "is in the way; a folder is needed here")
            path = os.path.dirname(path)
        yield None

    def checked_name(path: str, folder: int | None, *, second_name: bool) -> os.stat_result | None:  # noqa: ARG001
        """Return the stat of a file of ours, or None if it doesn't exist; raises as `refuse_unless_ours`."""
        try:
            status = os.lstat(path)
        except FileNotFoundError:
            return None
        refuse_unless_ours(path, status, second_name=second_name)
        return status

    def open_ours(path: str, flags: int, mode: int, levels: int, *, second_name: bool) -> int:  # noqa: ARG001
        """Open a file of ours; see `file.open_private`."""
        with opened_own_folder(os.path.dirname(path), levels=levels) as folder:
            checked_name(path, folder, second_name=second_name)
            writes = flags & (os.O_WRONLY | os.O_RDWR)
            access = windows.GENERIC_READ if not flags & os.O_WRONLY else 0
            access |= windows.GENERIC_WRITE if writes else 0
            new = windows.CREATE_NEW if flags & os.O_EXCL else windows.OPEN_ALWAYS
            try:
                handle = windows.open_handle(
                    path,
                    access=access,
                    # A reader lets others delete the file. A writer does not: a lock file must keep its name.
                    share=windows.SHARE_READ | windows.SHARE_WRITE | (0 if writes else windows.SHARE_DELETE),
                    creation=new if flags & os.O_CREAT else windows.OPEN_EXISTING,
                    flags=_OPEN_THE_LINK_ITSELF,
                )
            except OSError as error:
                raise as_posix_says(path, error) from None
            fd = msvcrt.open_osfhandle(handle, flags & (os.O_APPEND | os.O_WRONLY | os.O_RDWR))
            return kept_if_ours(fd, path, second_name=second_name)
