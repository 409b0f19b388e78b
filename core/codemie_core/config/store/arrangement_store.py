"""Reads and writes the user's own order of the profiles, and the notes about them, in our settings.

Each change is made to what the file says at that moment, under the home's lock: two windows that move
different profiles at once both get their way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from codemie_core.config.model import arrangement as arranging
from codemie_core.config.model.arrangement import Arrangement
from codemie_core.config.settings import Settings, SettingsStore
from codemie_core.errors import NoteInvalid, ProfileNotFound
from codemie_core.home import Home

_FIELDS = ("profile_order", "profile_notes")


class ArrangementStore:
    """The order and the notes of one home's profiles.

    Args:
        home: which home.
    """

    def __init__(self, home: Home) -> None:
        self._settings = SettingsStore(home)
        self.path = self._settings.path

    def load(self) -> Arrangement:
        """Read both. Never raises: where the file can't be used, there is no order and no note."""
        return of_settings(self._settings.load().settings)

    def move(self, present: Sequence[str], name: str, anchor: str, *, after: bool) -> Arrangement:
        """Move one profile next to another; returns the arrangement that was written.

        Args:
            present: all profiles, in the configuration's order.
            name: the profile to move.
            anchor: another profile.
            after: directly after it; otherwise directly before it.

        Raises:
            ProfileNotFound: one of the two is not among `present`.
            SettingInvalid, StoreError: the settings can't be changed; nothing was.
        """
        for one in (name, anchor):
            if one not in present:
                raise ProfileNotFound(one, f"There is no profile named {one!r}.")
        return self._change(lambda now: arranging.moved(now, present, name, anchor, after=after))

    def set_note(self, present: Sequence[str], name: str, typed: str) -> Arrangement:
        """Set the note on a profile, or remove it with an empty text.

        Raises:
            NoteInvalid: it is too long, or contains a token, which would not be encrypted.
            SettingInvalid, StoreError: the settings can't be changed; nothing was.
        """
        note = checked_note(name, typed)
        return self._change(lambda now: arranging.with_note(now, present, name, note))

    def rename(self, names: Mapping[str, str]) -> Arrangement:
        """Give the places and notes of renamed profiles, new names by old ones, to their new names.

        Raises:
            SettingInvalid, StoreError: the settings can't be changed; nothing was.
        """
        return self._change(lambda now: arranging.renamed(now, names))

    def forget(self, names: Iterable[str]) -> Arrangement:
        """Remove what earlier profiles of these names have left.

        Raises:
            SettingInvalid, StoreError: the settings can't be changed; nothing was.
        """
        return self._change(lambda now: arranging.without(now, names))

    def replace(self, before: Arrangement, after: Arrangement) -> bool:
        """Replace one arrangement by another; returns False if it is no longer `before`.

        Raises:
            SettingInvalid, StoreError: the settings can't be changed; nothing was.
        """
        found: list[bool] = []

        def change(now: Arrangement) -> Arrangement:
            found.append(now == before)
            return after if now == before else now

        self._change(change)
        return found[-1]

    def _change(self, change: Callable[[Arrangement], Arrangement]) -> Arrangement:
        def edit(settings: Settings) -> Mapping[str, object]:
            now = of_settings(settings)
            new = change(now)
            return {
                field: value
                for field, value, old in (
                    ("profile_order", new.order, now.order),
                    ("profile_notes", new.notes, now.notes),
                )
                if value != old
            }

        return of_settings(self._settings.edit(*_FIELDS, edit=edit))


def of_settings(settings: Settings) -> Arrangement:
    """Return what settings say about the list of profiles."""
    return Arrangement(settings.profile_order, settings.profile_notes)


def checked_note(name: str, typed: str) -> str:
    """Return a typed note on a profile as it is kept.

    Raises:
        NoteInvalid: it is too long, or contains a token, which would not be encrypted.
    """
    from codemie_core.config.secret_detection.shapes.spans import holds_secret  # only for a typed note

    try:
        note = arranging.as_note(typed)
    except ValueError as error:
        raise NoteInvalid(name, str(error)) from None
    if holds_secret(note):
        raise NoteInvalid(name, "The note contains a token, and notes are not encrypted.")
    return note
