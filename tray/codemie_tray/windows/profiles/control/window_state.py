"""What the Profiles window shows now; its parts share one of these."""

from __future__ import annotations

from dataclasses import dataclass

from codemie_core import Profile
from codemie_tray.windows.data.read import Loaded, Nothing, Shown
from codemie_tray.windows.pure.rows import Row


@dataclass(slots=True)
class WindowState:
    """Used on Qt's thread only."""

    shown: Shown | None = None
    """The home as it was read last; None: not yet."""
    rows: tuple[Row, ...] = ()
    """All profiles, those that the search hides as well."""
    selected: str | None = None
    """Name of the chosen profile. It need not exist any more."""
    changing: bool = False
    """A change is being written."""
    notice_kept: bool = False
    """The notice waits for the person: a look at the files must not clear it."""

    @property
    def loaded(self) -> Loaded | None:
        """The configuration; None: there is none that can be shown."""
        return self.shown if isinstance(self.shown, Loaded) else None

    @property
    def profile(self) -> Profile | None:
        """The chosen profile as it is saved; None: no profile is chosen, or it was removed."""
        profiles = self.loaded.config.profiles if self.loaded else ()
        return next((profile for profile in profiles if profile.name == self.selected), None)

    @property
    def row(self) -> Row | None:
        """The chosen profile's row."""
        return next((row for row in self.rows if row.name == self.selected), None)

    @property
    def editable(self) -> bool:
        """Whether the configuration may be changed."""
        return self.loaded is not None and not self.loaded.read_only

    @property
    def has_no_profile(self) -> bool:
        """Whether this is a home for a first profile."""
        if self.loaded is not None:
            return not self.loaded.config.profiles
        return isinstance(self.shown, Nothing)
