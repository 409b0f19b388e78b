"""Shows a home in the window: the list, the form or a blank page, and which buttons are enabled."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from codemie_core import Profile
from codemie_tray.text.language import _
from codemie_tray.text.plain_text import names as listed
from codemie_tray.text.plain_text import plain
from codemie_tray.windows.data.read import Loaded, Offered, Shown, Unreadable
from codemie_tray.windows.parts.basics.translated import show
from codemie_tray.windows.parts.notices import Choice
from codemie_tray.windows.profiles.control.window_state import WindowState
from codemie_tray.windows.profiles.window import ProfilesWindow
from codemie_tray.windows.pure.fields.form import form_of
from codemie_tray.windows.pure.fields.merge import Conflict, merge, resolved
from codemie_tray.windows.pure.fields.problems import has_errors
from codemie_tray.windows.pure.rows import SEARCH_FROM, found, next_to, rows_of


class Presenter(QObject):
    """Fills the widgets from the state, and keeps unsaved input.

    Args:
        window: the widgets.
        state: what they show.
    """

    restore_asked = Signal()
    open_file_asked = Signal()
    add_asked = Signal()
    add_again_asked = Signal()
    """Another program removed the profile in the form, and it should be added again."""
    discard_asked = Signal()
    """The same, but unsaved input should be dropped."""

    def __init__(self, window: ProfilesWindow, state: WindowState) -> None:
        super().__init__(window)
        self._window, self._state = window, state

    def show(self, shown: Shown) -> None:
        """Show a home that was read."""
        loaded = self._state.loaded
        if self._state.moves and loaded is not None and isinstance(shown, Loaded):
            shown = replace(shown, arrangement=loaded.arrangement)  # it was read before they were written
        self._state.shown = shown
        if isinstance(shown, Loaded) and shown.config.profiles:
            self._show_loaded(shown)
        else:
            self._show_blank(shown)

    def select(self, name: str) -> None:
        """Show another profile; discards unsaved input."""
        state = self._state
        state.selected = name
        state.notice_kept = False
        self.show_saved()
        if state.profile is not None and state.loaded is not None:
            self._window.form.verticalScrollBar().setValue(0)
            self._show_notice(state.loaded)
        self.show_rows()
        self._window.list.show_selected()

    def show_saved(self) -> None:
        """Show the saved state; discards unsaved input."""
        profile, loaded = self._state.profile, self._state.loaded
        if profile is not None and loaded is not None:
            self._window.conflicts.ask("", ())
            self._window.form.show_profile(profile, loaded)
        self.show_buttons()

    def expect(self, name: str | None) -> None:
        """Show another profile as soon as the files are read again; discards unsaved input."""
        self._window.form.saved = None
        self._state.selected = name
        self._window.search.clear()

    def decide(self, conflicts: tuple[Conflict, ...], theirs: frozenset[str]) -> None:
        """Use another program's text in some fields, and the typed text in the others."""
        profile, loaded, form = self._state.profile, self._state.loaded, self._window.form
        if profile is None or loaded is None:
            return
        if any(conflict.field == "provider" and conflict.field in theirs for conflict in conflicts):
            form.show_profile(profile, loaded)
        else:
            form.set_form(resolved(form.form(), conflicts, theirs))
        form.show_problems()
        self.show_buttons()

    def show_rows(self) -> None:
        """Show the profiles that match the search."""
        rows = found(self._state.rows, self._window.search.text())
        self._window.list.show_rows(rows, self._state.selected)

    def show_arranged(self, loaded: Loaded) -> None:
        """Show another order of the same profiles, and the selected one in it."""
        state = self._state
        state.shown = loaded
        state.rows = loaded.arrangement.sorted(state.rows)
        self.show_rows()
        self._window.list.show_selected()

    def show_buttons(self) -> None:
        """Show the heading, and which buttons are enabled."""
        window, state, row = self._window, self._state, self._state.row
        usable = state.editable and row is not None and row.usable
        dirty = window.form.is_dirty
        window.heading.setText(row.label if row else plain(state.selected or ""))
        window.chip.setVisible(bool(row and row.active))
        if window.switch.hasFocus() and row and row.active:
            window.list.setFocus()  # otherwise the focus would move to the name and select all of it
        window.switch.setVisible(bool(row and not row.active))
        window.switch.setEnabled(usable)
        window.add.setEnabled(state.editable)
        window.duplicate.setEnabled(usable)
        window.delete.setEnabled(state.editable and row is not None)
        window.copy_command.setEnabled(bool(row and row.usable))
        window.revert.setEnabled(dirty and not state.changing)
        blocked = state.changing or window.conflicts.is_open or state.profile is None
        valid = not has_errors(window.form.problems())
        window.save.setEnabled(dirty and state.editable and not blocked and valid)
        if not state.changing:
            show(window.state.setText, _("Not saved yet") if dirty else "")
        window.state.setVisible(bool(window.state.text()))

    def _show_loaded(self, loaded: Loaded) -> None:
        window, state = self._window, self._state
        rows = rows_of(loaded.config.profiles, loaded.config.active, loaded.arrangement)
        before, state.rows = state.rows, rows
        window.pages.setCurrentWidget(window.splitter)
        window.search.setVisible(len(state.rows) >= SEARCH_FROM or bool(window.search.text()))
        profile = state.profile
        if profile is None and state.selected is not None and window.form.is_dirty:
            self._say_removed(state.selected)
        elif profile is None:
            after = next_to(before, state.selected) if state.selected else loaded.config.active
            known = [row.name for row in state.rows]
            self.select(after if after in known else known[0])
        elif window.form.is_dirty:
            self._rebase(profile, loaded)
        else:
            if window.conflicts.is_open:
                window.conflicts.ask("", ())
            window.form.show_profile(profile, loaded)
        self._show_notice(loaded)
        self.show_rows()
        self.show_buttons()

    def _rebase(self, profile: Profile, loaded: Loaded) -> None:
        """Merge what another program wrote with unsaved input."""
        form, base = self._window.form, self._window.form.saved
        if base is None or self._state.changing:
            return
        theirs = form_of(profile, loaded.arrangement.note_on(profile.name))
        if theirs == base:
            form.rebase(profile, loaded, form.form())
            return
        merged = merge(base, theirs, form.form())
        form.rebase(profile, loaded, merged.form)
        if merged.conflicts:
            self._window.conflicts.ask(profile.name, merged.conflicts)

    def _show_notice(self, loaded: Loaded) -> None:
        notice = self._window.notice
        if loaded.read_only:
            notice.say(loaded.read_only)
        elif loaded.settings_problem and not self._state.notice_kept:
            notice.say(loaded.settings_problem)
        elif loaded.lost and loaded.offered and not self._state.notice_kept:
            text = _("Another program removed {names}.").format(names=listed(loaded.lost))
            notice.say(text, [self._restoring(loaded.offered)])
        elif not self._state.notice_kept:
            notice.clear()

    def _say_removed(self, name: str) -> None:
        self._state.notice_kept = True
        self._window.notice.say(
            _("Another program removed or renamed {name} while you were typing.").format(name=plain(name)),
            [
                (_("Add it &again"), self.add_again_asked.emit),
                (_("&Discard my changes"), self.discard_asked.emit),
            ],
        )

    def _show_blank(self, shown: Shown) -> None:
        window, state = self._window, self._state
        state.rows, state.selected = (), None
        window.pages.setCurrentWidget(window.blank)
        choices: list[Choice] = []
        if isinstance(shown, Unreadable):
            if shown.offered:
                choices.append(self._restoring(shown.offered))
            if shown.editable:
                choices.append((_("&Open the file"), self.open_file_asked.emit))
            window.blank.say(_("Your profiles can't be read"), shown.sentence, shown.advice, choices)
            return
        read_only = shown.read_only if isinstance(shown, Loaded) else ""
        if not read_only:
            choices.append((_("&Add a profile"), self.add_asked.emit))
            if shown.offered:
                choices.append(self._restoring(shown.offered))
        what = _("A profile says which provider and model your AI CLI uses.")
        window.blank.say(_("No profile yet"), what, read_only, choices)

    def _restoring(self, offered: Offered) -> Choice:
        return _("&Restore the version of {time}").format(time=offered.when), self.restore_asked.emit
