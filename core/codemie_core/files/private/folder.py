"""Folders that only their owner may enter, made durably with whatever is missing above them."""

from __future__ import annotations

import contextlib
import os

from codemie_core.errors import StoreError, store_error
from codemie_core.files.atomic_file import sync_folder


def make_private_folder(path: str) -> None:
    """Make `path` (mode 0700), and its parents where they are missing, also 0700.

    Raises:
        StoreError: the system refused; `StoreDenied` or `StoreFull` where that is the reason.
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
            os.lstat(path)  # a name that can't be is refused before half of it is made
        for folder in reversed(missing):
            _make_one(folder)
    except OSError as error:
        raise store_error(path, error) from error


def _make_one(folder: str) -> None:
    try:
        os.mkdir(folder, 0o700)
        with contextlib.suppress(PermissionError):  # one may write into folders that one may not read
            sync_folder(os.path.dirname(folder))  # a file in it is only as durable as the folder's own name
    except FileExistsError:
        if not os.path.isdir(folder):
            what = "is a link that does not point to a folder" if os.path.islink(folder) else "is in the way"
            raise StoreError(folder, f"{what}: a folder belongs there") from None
