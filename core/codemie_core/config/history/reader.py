"""Reads the versions in the history; needs no lock."""

from __future__ import annotations

from codemie_core.config.history.folder import HistoryFolder
from codemie_core.config.history.losses import Contents, Fingerprints
from codemie_core.config.history.outline import LARGE_BYTES, Outline, outline_from, outline_of
from codemie_core.config.history.version import Origin, Version
from codemie_core.config.model.config import Config, parse_config
from codemie_core.config.model.layout import Layout
from codemie_core.config.model.limits import SIZE_LIMIT_BYTES, size_text
from codemie_core.errors import ConfigCorrupt, ConfigTooLarge, VersionNotFound
from codemie_core.home import Home

_REMEMBERED = 200


class HistoryReader:
    """The versions of one home, for reading.

    Args:
        home: which home.
    """

    def __init__(self, home: Home) -> None:
        self.folder = home.history
        self._files = HistoryFolder(home.history)
        self._contents: dict[tuple[str, str], Contents] = {}

    def entries(self) -> list[Version]:
        """Return the versions, newest first; none if the folder can't be read."""
        return self._files.listing()[0]

    def newest(self) -> Version | None:
        """Return the newest version without examining all of them."""
        return self._files.newest()

    def path_of(self, entry: Version) -> str:
        """Return the path of a version's file."""
        return self._files.path_of(entry)

    def find(self, start_of_id: str) -> Version:
        """Return the only version whose id starts with this text.

        Raises:
            VersionNotFound: none does, or more than one.
        """
        start = start_of_id.lower()
        found = [entry for entry in self.entries() if entry.digest.startswith(start)] if start else []
        if not found:
            raise VersionNotFound(
                start_of_id,
                f"The history has no version {start_of_id!r}.",
                advice="Run `codemie-tray history list` to see all versions.",
            )
        if len(found) > 1 and start != found[0].digest:
            digests = ", ".join(sorted(entry.digest for entry in found))
            raise VersionNotFound(
                start_of_id,
                f"More than one version begins with {start_of_id!r}.",
                advice=f"Choose one: {digests}",
            )
        return found[0]

    def read(self, entry: Version) -> bytes:
        """Return the bytes of a version.

        Raises:
            VersionNotFound: it is gone or damaged.
        """
        data = self._files.read(entry)
        if data is None:
            raise VersionNotFound(
                entry.id,
                f"Version {entry.id} is gone or damaged.",
                advice="Run `codemie-tray history list` to see the others.",
            )
        return data

    def version(self, entry: Version) -> Config:
        """Return a version as a configuration.

        Raises:
            VersionNotFound: it is gone, was not a configuration, or is too large.
        """
        path = self._files.path_of(entry)
        if entry.size_bytes > SIZE_LIMIT_BYTES:
            raise VersionNotFound(
                entry.id,
                f"Version {entry.id} is too large ({size_text(entry.size_bytes)}); its text is in {path}.",
            )
        try:
            return parse_config(self.read(entry), path=path, layout=entry.layout)
        except ConfigTooLarge as error:
            raise VersionNotFound(
                entry.id, f"Version {entry.id} is too large: it {error.reason}. Its text is in {path}."
            ) from None
        except ConfigCorrupt:
            raise VersionNotFound(
                entry.id, f"Version {entry.id} is not a valid configuration; its text is in {path}."
            ) from None

    def active(self, entry: Version) -> str | None:
        """Return a version's active profile; None if it has none or can't be read."""
        if entry.origin is Origin.BROKEN:
            return None
        try:
            return self.outline(entry).active
        except VersionNotFound:
            return None

    def outline(self, entry: Version) -> Outline:
        """Return the profiles of a kept version. Raises as `version`.

        A large version is neither decoded nor checked against its digest; restoring it does both.
        """
        data = self.large(entry)
        outline = None if data is None else outline_of(data)
        return outline or outline_from(self.version(entry))

    def large(self, entry: Version) -> bytes | None:
        """Return the unchecked bytes of a large version; None if it is not large, or is gone."""
        if not LARGE_BYTES <= entry.size_bytes <= SIZE_LIMIT_BYTES:
            return None
        return self._files.read_unchecked(entry)

    def holds_as_newest(self, data: bytes, layout: Layout) -> Version | None:
        """Return the newest version if it equals this state byte for byte, else None."""
        newest = self._files.newest()
        if newest is None or newest.layout is not layout or newest.origin is Origin.BROKEN:
            return None
        return newest if self._files.read(newest) == data else None

    def contents(self, entry: Version) -> Contents:
        """Return what `loss_of` compares; empty if the version can't be read. Reads each version once."""
        if entry.key not in self._contents:
            if len(self._contents) > _REMEMBERED:
                self._contents.clear()
            try:
                names = self.outline(entry).profiles
            except VersionNotFound:
                return {}
            self._contents[entry.key] = Fingerprints(names, lambda: self.outline(entry))
        return self._contents[entry.key]
