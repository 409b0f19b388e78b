"""What the Profiles window shows now, shared by its parts."""

from __future__ import annotations

from dataclasses import dataclass

from codemie_core import Profile
from codemie_tray.windows.data.read import Loaded, Nothing, Shown
from codemie_tray.windows.pure.rows import Row


@dataclass(slots=True)
class WindowState:
    """Used on Qt's thread only."""

    shown: Shown | None = None
    """The home as last read; None if not read yet."""
    rows: tuple[Row, ...] = ()
    """All profiles, including those hidden by the search."""
    selected: str | None = None
    """Name of the selected profile, which may no longer exist."""
    changing: bool = False
    """A change is being written."""
    moves: int = 0
    """Moves of profiles that are shown, but not written yet."""
    notice_kept: bool = False
    """The notice waits for the user: reading the files must not clear it."""

    @property
    def loaded(self) -> Loaded | None:
        """The configuration; None if there is none that can be shown."""
        return self.shown if isinstance(self.shown, Loaded) else None

    @property
    def profile(self) -> Profile | None:
        """The selected profile as saved; None if no profile is selected, or it was removed."""
        profiles = self.loaded.config.profiles if self.loaded else ()
        return next((profile for profile in profiles if profile.name == self.selected), None)

    @property
    def row(self) -> Row | None:
        """The selected profile's row."""
        return next((row for row in self.rows if row.name == self.selected), None)

    @property
    def editable(self) -> bool:
        """Whether the configuration may be changed."""
        return self.loaded is not None and not self.loaded.read_only

    @property
    def can_add(self) -> bool:
        """Whether a profile may be added: also to a home that has no configuration yet."""
        return self.editable or isinstance(self.shown, Nothing)

    @property
    def has_no_profile(self) -> bool:
        """Whether this is a home for a first profile."""
        if self.loaded is not None:
            return not self.loaded.config.profiles
        return isinstance(self.shown, Nothing)
