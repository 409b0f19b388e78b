"""Reads the history of the configuration, and restores a version, as `codemie-tray history` does."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import partial

from codemie_core import CodeMieError, Config, ConfigError, ConfigLoader, Home
from codemie_core.credentials import CredentialStore
from codemie_core.profiles.tokens.masking import Mask, masked_difference
from codemie_tray.text.errors import in_words, not_kept
from codemie_tray.text.language import _
from codemie_tray.text.language.core_texts import from_core
from codemie_tray.text.moments import described
from codemie_tray.windows.data.read import why_read_only
from codemie_tray.windows.data.settings.change import UNDONE, Change
from codemie_tray.windows.data.undo import Undo, take_back

NOTHING_WOULD_CHANGE = _("This is the current version; nothing would change.")


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One version, for the list."""

    id: str
    text: str
    """When, how many profiles, by whom."""


@dataclass(frozen=True, slots=True)
class VersionShown:
    """What restoring a version would change."""

    id: str
    lines: tuple[str, ...]
    """Of a unified difference with secrets hidden, or of the version itself, or an explanation."""
    restorable: bool
    why_not: str = ""
    """Why it can't be restored, as a sentence; empty if it can."""


class HistoryChanges:
    """The history of one home; not thread-safe."""

    def __init__(self, home: Home) -> None:
        self._loader = ConfigLoader(home)
        self._store = CredentialStore(home)

    def read(self) -> tuple[VersionRow, ...]:
        """Return the versions, newest first.

        Raises:
            StoreError: the folder can't be read.
        """
        history, now = self._loader.history, time.time()
        return tuple(
            VersionRow(entry.id, described(entry, active=history.active(entry), now_seconds=now))
            for entry in history.entries()
        )

    def look_at(self, version: str) -> VersionShown:
        """Return what restoring a version would change; never raises because of the files."""
        try:
            entry = self._loader.history.find(version)
            config = self._loader.history.version(entry)
        except CodeMieError as error:
            return VersionShown(version, (), False, f"{in_words(error)} {from_core(error.advice)}".strip())
        try:
            present, planned = self._loader.planned_restore(entry)
        except CodeMieError as error:
            text = Mask().text_of(config.document)
            return VersionShown(
                version,
                tuple(text.splitlines()),
                False,
                f"{in_words(error)}. {from_core(error.advice)}".strip(),
            )
        lines = masked_difference(present.document, planned, names=("now", "restored"))
        why_not = why_read_only(present) if lines else ""
        shown = tuple(lines) or (NOTHING_WOULD_CHANGE.now,)
        return VersionShown(version, shown, bool(lines) and not why_not, why_not)

    def restore(self, version: str) -> Change:
        """Restore a version; the present state is kept.

        Raises:
            ConfigError, StoreError: nothing was changed.
        """
        before = self._present()
        after = self._loader.restore(self._loader.history.find(version))
        sentence = _("Restored. The previous version is in the history.")
        if self._loader.trouble:
            sentence = _("Restored. {problem}").format(problem=not_kept(self._loader.trouble))
        return Change(sentence, None if before is None else partial(self._undo, before, after))

    def _undo(self, before: Config, after: Config) -> Change:
        take_back(Undo(before, after), self._loader, self._store)
        return UNDONE

    def _present(self) -> Config | None:
        try:
            return self._loader.load()
        except ConfigError:
            return None  # restoring keeps it in the history as it is
