"""The history's files, one per version, each written completely and then renamed into place."""

from __future__ import annotations

import os
import re

from codemie_core.config.history.version import Version, version_named
from codemie_core.errors import StoreError, store_error
from codemie_core.files.atomic_file import TargetChanged, replace_whole, sync_folder
from codemie_core.files.private.file import make_own_folder, names_in_own_folder, read_private

_OWN_FOLDERS = 2
"""`tray/` and `history/`: neither may be a link."""
_TEMPORARY = re.compile(r"\..+\.json\.[0-9]+-[0-9a-f]{8}\.tmp")


class HistoryFolder:
    """The folder `<home>/tray/history/`.

    Args:
        path: the folder; it need not exist.
    """

    def __init__(self, path: str) -> None:
        self.path = path

    def names(self) -> list[str]:
        """Return the names of all files; none if the folder can't be read."""
        try:
            return names_in_own_folder(self.path, levels=_OWN_FOLDERS)
        except (OSError, StoreError):
            return []

    def newest(self) -> Version | None:
        """Return the newest version without examining all of them."""
        latest = sorted(self.names(), reverse=True)  # names start with the time
        return next((entry for name in latest if (entry := version_named(name))), None)

    def path_of(self, entry: Version) -> str:
        """Return the path of a version's file."""
        return os.path.join(self.path, entry.file_name)

    def listing(self) -> tuple[list[Version], list[str]]:
        """Return the versions, newest first, and the paths of files left by killed writers."""
        entries: list[Version] = []
        orphans: list[str] = []
        for name in self.names():
            entry = version_named(name)
            if entry is not None:
                entries.append(entry)
            elif _TEMPORARY.fullmatch(name):
                orphans.append(os.path.join(self.path, name))
        entries.sort(key=lambda entry: entry.at_microseconds, reverse=True)
        return entries, orphans

    def read(self, entry: Version) -> bytes | None:
        """Return the bytes of a version; None if it is gone or damaged."""
        data = self.read_unchecked(entry)
        return data if data is not None and entry.holds(data) else None

    def has_content(self, entry: Version, data: bytes) -> bool:
        """Whether the file of a version has exactly these bytes; `entry.digest` is theirs, or a CRC-32."""
        return self.read_unchecked(entry) == data and (entry.has_sha256 or entry.holds(data))

    def read_unchecked(self, entry: Version) -> bytes | None:
        """Return the bytes of a version without checking their digest."""
        try:
            data, _ = read_private(self.path_of(entry), limit_bytes=entry.size_bytes, levels=_OWN_FOLDERS)
        except (OSError, StoreError):
            return None
        return data if len(data) == entry.size_bytes else None

    def write(self, entry: Version, data: bytes, *, durable: bool) -> None:
        """Add a version; raises `StoreError`. The caller holds the home's lock."""
        make_own_folder(self.path, levels=_OWN_FOLDERS)
        try:
            replace_whole(self.path_of(entry), data, mode=0o600, expected=None, durable=durable)
        except TargetChanged as error:
            raise StoreError(self.path, "changed while a version was being saved") from error

    def rename(self, before: Version, entry: Version, *, durable: bool) -> None:
        """Rename a version; raises `StoreError`. The caller holds the home's lock."""
        try:
            os.replace(self.path_of(before), self.path_of(entry))
            if durable:
                sync_folder(self.path)
        except OSError as error:
            raise store_error(self.path, error) from error
