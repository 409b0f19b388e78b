"""Folders that only their owner may enter, created durably with any missing parents."""

from __future__ import annotations

import contextlib
import os

from codemie_core.errors import StoreError, store_error
from codemie_core.files.atomic_file import sync_folder


def make_private_folder(path: str) -> None:
    """Create `path` and any missing parents, all with mode 0700.

    Raises:
        StoreError: the system refused; `StoreDenied` or `StoreFull` if that is the reason.
    """
    if os.path.isdir(path):
        return
    missing = []
    above, folder = "", os.path.abspath(path)
    while folder != above and not os.path.isdir(folder):
        missing.append(folder)
        above, folder = folder, os.path.dirname(folder)
    try:
        with contextlib.suppress(FileNotFoundError, NotADirectoryError):
            os.lstat(path)  # an impossible name is refused before half of the path is created
        for folder in reversed(missing):
            _make_one(folder)
    except OSError as error:
        raise store_error(path, error) from error


def _make_one(folder: str) -> None:
    try:
        os.mkdir(folder, 0o700)
        with contextlib.suppress(PermissionError):  # a folder may be writable but not readable
            sync_folder(os.path.dirname(folder))  # a file in it is only as durable as the folder's own name
    except FileExistsError:
        if not os.path.isdir(folder):
            what = "is a link that does not point to a folder" if os.path.islink(folder) else "is in the way"
            raise StoreError(folder, f"{what}; a folder is needed here") from None
