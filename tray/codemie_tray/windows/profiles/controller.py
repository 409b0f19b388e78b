"""What the Profiles window does: files come in as values, a click goes out as one change."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QMessageBox

from codemie_core import CodeMieError, ConfigLoader, Home, Profile, ProfileNotFound
from codemie_core.config.layout import CLI, live_layout
from codemie_tray.desktop.open import open_path
from codemie_tray.text.plain_text import names as listed
from codemie_tray.text.plain_text import plain
from codemie_tray.windows.data.changes import Done, NewToken, ProfileChanges
from codemie_tray.windows.data.read import Loaded, Nothing, Shown, Unreadable, read_home
from codemie_tray.windows.data.undo import Undo
from codemie_tray.windows.one_window import Request
from codemie_tray.windows.parts.basics import when_clicked
from codemie_tray.windows.parts.live import Live
from codemie_tray.windows.parts.work import Work
from codemie_tray.windows.profiles.add_sheet import AddSheet
from codemie_tray.windows.profiles.window import ProfilesWindow
from codemie_tray.windows.pure.form import Form, form_of
from codemie_tray.windows.pure.merge import Conflict, merge, resolved
from codemie_tray.windows.pure.problems import has_errors
from codemie_tray.windows.pure.rows import SEARCH_FROM, Row, found, next_to, rows_of
from codemie_tray.windows.pure.run_command import run_command
from codemie_tray.windows.start import ADD

_BUSY_AFTER_MS = 300
"""A change that takes longer says so."""


class ProfilesController(QObject):
    """Wires the window to a home.

    Args:
        home: which home.
        window: its widgets.
        work: runs core calls.
        live: tells when files changed.
    """

    def __init__(self, home: Home, window: ProfilesWindow, work: Work, live: Live) -> None:
        super().__init__(window)
        self._home, self._window, self._work, self._live = home, window, work, live
        self._reader = ConfigLoader(home)
        self._changes = ProfileChanges(home)
        self._shown: Shown | None = None
        self._rows: tuple[Row, ...] = ()
        self._selected: str | None = None
        self._sheet: AddSheet | None = None
        self._page = ""
        self._changing = False
        self._look_waits = False
        self._busy = QTimer(self, singleShot=True, interval=_BUSY_AFTER_MS)
        self._busy.timeout.connect(self._say_busy)
        self._connect()

    def _connect(self) -> None:
        window = self._window
        for pressed, act in (
            (window.add, self.add),
            (window.switch, self.switch),
            (window.duplicate, self.duplicate),
            (window.delete, self.delete),
            (window.copy_command, self.copy_command),
            (window.revert, self.revert),
            (window.save, self.save),
        ):
            when_clicked(pressed, act)
        window.search.textChanged.connect(self._show_rows)
        window.list.selectionModel().currentChanged.connect(self._choose)
        window.form.edited.connect(self._show_buttons)
        window.form.remove_token_asked.connect(self.remove_token)
        window.form.open_file_asked.connect(self.open_file)
        window.conflicts.decided.connect(lambda decided: self._decide(*decided))
        window.close_asked.connect(self.close)
        self._live.changed.connect(self.look)
        self._live.raise_requested.connect(self._come_to_front)
        shortcuts: dict[str | QKeySequence.StandardKey, Callable[[], object]] = {
            QKeySequence.StandardKey.New: self.add,
            QKeySequence.StandardKey.Save: self.save,
            "Ctrl+D": self.duplicate,
            "Ctrl+Shift+C": self.copy_command,
            QKeySequence.StandardKey.Undo: self._window.toast.undo,
            "F2": window.form.focus_name,
            QKeySequence.StandardKey.Find: self._focus_search,
            "Ctrl+Return": self.switch,
            "Ctrl+W": self.close,
            "Escape": self.close,
            **{f"Ctrl+{at}": partial(self._switch_to, at - 1) for at in range(1, 10)},
        }
        for keys, does in shortcuts.items():
            window.shortcut(keys, does)
        window.list.installEventFilter(_Keys(window.list, self.delete))

    def start(self, page: str) -> None:
        """Read the home and show it; open a page of the window once that is done."""
        self._page = page
        self._live.start()
        self.look()

    # ---- files -> window ---------------------------------------------------------------------------

    def look(self) -> None:
        """Read the home again."""
        if not self._look_waits:
            self._look_waits = True
            self._work.do(self._read, self._show, self._tell)

    def _read(self) -> Shown:
        self._look_waits = False
        return read_home(self._home, self._reader)

    def _show(self, shown: Shown) -> None:
        self._shown = shown
        if isinstance(shown, Loaded) and shown.config.profiles:
            self._show_loaded(shown)
        else:
            self._show_blank(shown)
        if self._page == ADD or (self._page == "start" and self._is_empty):
            self._page = ""
            self.add()
        elif self._page:
            self._page = ""

    @property
    def _is_empty(self) -> bool:
        shown = self._shown
        return isinstance(shown, Nothing) or (isinstance(shown, Loaded) and not shown.config.profiles)

    def _show_loaded(self, shown: Loaded) -> None:
        window = self._window
        old, self._rows = self._rows, rows_of(shown.config.profiles, shown.config.active)
        window.pages.setCurrentWidget(window.splitter)
        window.search.setVisible(len(self._rows) >= SEARCH_FROM or bool(window.search.text()))
        profile = self._profile()
        if profile is None and self._selected is not None and window.form.is_dirty:
            self._show_rows()
            self._tell_removed(self._selected)
        elif profile is None:
            after = next_to(old, self._selected) if self._selected else shown.config.active
            known = [row.name for row in self._rows]
            self._select(after if after in known else known[0])
        elif window.form.is_dirty:
            self._rebase(profile, shown)
        else:
            if window.conflicts.is_open:
                window.conflicts.ask("", ())
            window.form.show_profile(profile, shown)
        self._show_notice(shown)
        self._show_rows()
        self._show_buttons()

    def _show_notice(self, shown: Loaded) -> None:
        notice = self._window.notice
        if shown.read_only:
            notice.say(shown.read_only)
        elif shown.lost and shown.offered:
            choices = [(f"&Restore the version of {shown.offered.when}", self.restore)]
            notice.say(f"Another program removed {listed(shown.lost)}.", choices)
        elif not self._is_telling:
            notice.clear()

    def _show_blank(self, shown: Shown) -> None:
        window = self._window
        self._rows, self._selected = (), None
        window.pages.setCurrentWidget(window.blank)
        if isinstance(shown, Unreadable):
            choices: list[tuple[str, Callable[[], object]]] = []
            if shown.offered:
                choices.append((f"&Restore the version of {shown.offered.when}", self.restore))
            if shown.editable:
                choices.append(("&Open the file", self.open_file))
            window.blank.say("Your profiles can't be read", shown.sentence, shown.advice, choices)
            return
        choices = [("&Add a profile", self.add)]
        if not isinstance(shown, Unreadable) and shown.offered:
            choices.append((f"&Restore the version of {shown.offered.when}", self.restore))
        if isinstance(shown, Loaded) and shown.read_only:
            choices = []
        what = "A profile says which provider and model your AI CLI uses."
        window.blank.say(
            "No profile yet", what, shown.read_only if isinstance(shown, Loaded) else "", choices
        )

    def _rebase(self, profile: Profile, shown: Loaded) -> None:
        """Bring what another program wrote together with what is typed."""
        form, base = self._window.form, self._window.form.saved
        theirs = form_of(profile)
        if base is None or self._changing:
            return
        if theirs == base:
            form.rebase(profile, shown, form.form())
            return
        merged = merge(base, theirs, form.form())
        form.rebase(profile, shown, merged.form)
        if merged.conflicts:
            self._window.conflicts.ask(profile.name, merged.conflicts)

    def _decide(self, conflicts: tuple[Conflict, ...], theirs: frozenset[str]) -> None:
        profile = self._profile()
        form = self._window.form
        if profile is None or not isinstance(self._shown, Loaded):
            return
        if any(conflict.field == "provider" and conflict.field in theirs for conflict in conflicts):
            form.show_profile(profile, self._shown)
        else:
            form.set_form(resolved(form.form(), conflicts, theirs))
        form.show_problems()
        self._show_buttons()

    def _tell_removed(self, name: str) -> None:
        self._is_telling = True
        self._window.notice.say(
            f"Another program removed or renamed {plain(name)} while you were typing.",
            [("Add it &again", self._add_again), ("&Discard my changes", self._discard)],
        )

    _is_telling = False
    """Whether the notice is about something that a person did or has to decide."""

    def _show_rows(self) -> None:
        rows = found(self._rows, self._window.search.text())
        self._window.list.show_rows(rows, self._selected)

    def _show_buttons(self) -> None:
        window, shown = self._window, self._shown
        editable = isinstance(shown, Loaded) and not shown.read_only
        profile = self._profile()
        row = next((row for row in self._rows if row.name == self._selected), None)
        dirty = window.form.is_dirty
        window.heading.setText(row.label if row else plain(self._selected or ""))
        window.chip.setVisible(bool(row and row.active))
        window.switch.setVisible(bool(row and not row.active))
        window.switch.setEnabled(bool(editable and row and row.usable))
        window.add.setEnabled(editable)
        window.duplicate.setEnabled(bool(editable and row and row.usable))
        window.delete.setEnabled(bool(editable and row))
        window.copy_command.setEnabled(bool(row and row.usable))
        window.revert.setEnabled(dirty and not self._changing)
        blocked = self._changing or window.conflicts.is_open or profile is None
        window.save.setEnabled(dirty and editable and not blocked and not has_errors(window.form.problems()))
        if not self._changing:
            window.state.setText("Not saved yet" if dirty else "")
        window.state.setVisible(bool(window.state.text()))

    # ---- choosing ----------------------------------------------------------------------------------

    def _profile(self) -> Profile | None:
        if not isinstance(self._shown, Loaded):
            return None
        return next((one for one in self._shown.config.profiles if one.name == self._selected), None)

    def _choose(self, index: QModelIndex, _before: QModelIndex) -> None:
        name = self._window.list.name_at(index)
        if name is None or name == self._selected:
            return
        self._after_saving(lambda: self._select(name), otherwise=self._show_rows)

    def _select(self, name: str) -> None:
        self._selected = name
        self._is_telling = False
        profile = self._profile()
        if profile is not None and isinstance(self._shown, Loaded):
            self._window.conflicts.ask("", ())
            self._window.form.show_profile(profile, self._shown)
            self._window.form.verticalScrollBar().setValue(0)
            self._show_notice(self._shown)
        self._show_rows()
        self._show_buttons()

    def _focus_search(self) -> None:
        if self._window.search.isVisible():
            self._window.search.setFocus()
            self._window.search.selectAll()

    def _come_to_front(self, request: Request) -> None:
        if request.activation_token:
            os.environ["XDG_ACTIVATION_TOKEN"] = request.activation_token  # where Qt looks for it
        self._window.bring_to_front()
        if request.page == ADD and self._sheet is None:
            self.add()

    # ---- what a person does ------------------------------------------------------------------------

    def save(self) -> None:
        """Save what is typed."""
        if self._window.save.isEnabled():
            self._save(lambda: None)
        else:
            self._window.form.show_problems()

    def _save(self, then: Callable[[], object]) -> None:
        form = self._window.form
        before, after, token = form.saved, form.form(), form.token()
        if before is None or self._shown is None:
            return
        if has_errors(form.problems()) or self._window.conflicts.is_open:
            form.show_problems()
            return

        def saved(done: Done) -> None:
            form.token_field.clear()
            # What is saved is what the form shows; the look that follows brings all else.
            form.saved = after
            self._selected = done.profile
            self._is_telling = False
            then()

        self._change(lambda: self._changes.save(before, after, token), saved)

    def revert(self) -> None:
        """Show what is saved, in place of what is typed."""
        profile = self._profile()
        if profile is not None and isinstance(self._shown, Loaded):
            self._window.conflicts.ask("", ())
            self._window.form.show_profile(profile, self._shown)
            self._show_buttons()

    def switch(self) -> None:
        """Make the chosen profile the active one."""
        name = self._selected
        if (
            name is not None
            and self._window.switch.isEnabled()
            and self._window.switch.isVisibleTo(self._window)
        ):
            self._after_saving(lambda: self._change(lambda: self._changes.switch(self._selected or name)))

    def _switch_to(self, at: int) -> None:
        if at < len(self._rows) and self._rows[at].usable:
            name = self._rows[at].name

            def switch() -> None:
                self._select(name)
                self._change(lambda: self._changes.switch(name))

            self._after_saving(switch)

    def duplicate(self) -> None:
        """Copy the chosen profile, and show the copy."""
        if self._window.duplicate.isEnabled():
            self._after_saving(
                lambda: self._change(lambda: self._changes.duplicate(self._selected or ""), self._go_to)
            )

    def delete(self) -> None:
        """Delete the chosen profile at once; Undo brings it back."""
        name = self._selected
        if name is None or not self._window.delete.isEnabled():
            return
        if self._window.form.is_dirty:
            self.revert()
        self._change(lambda: self._changes.delete(name))

    def remove_token(self) -> None:
        """Take the chosen profile's token away; Undo brings it back."""
        name = self._selected
        if name is not None:
            self._after_saving(lambda: self._change(lambda: self._changes.remove_token(name)))

    def restore(self) -> None:
        """Bring back the version that is offered."""
        offered = self._shown.offered if self._shown else None
        if offered:
            self._change(lambda: self._changes.restore(offered.version))

    def copy_command(self) -> None:
        """Put the command that starts the CLI with the chosen profile on the clipboard."""
        if self._selected is not None:
            command = run_command(self._selected, windows=sys.platform == "win32")
            QGuiApplication.clipboard().setText(command)
            self._window.toast.say(f"Copied: {plain(command, 120)}")

    def open_file(self) -> None:
        """Open the configuration in the person's editor."""
        path = self._home.join(live_layout(self._home).config_name)
        self._work.do(lambda: open_path(path), lambda _: None, self._tell)

    def add(self) -> None:
        """Open the sheet that adds a profile."""
        shown = self._shown
        if self._sheet is not None or shown is None or isinstance(shown, Unreadable):
            return
        if not (isinstance(shown, Loaded) and shown.read_only):
            self._after_saving(lambda: self._open_sheet(shown))

    def _open_sheet(self, shown: Loaded | Nothing) -> None:
        layout = shown.config.layout if isinstance(shown, Loaded) else live_layout(self._home)
        self._sheet = AddSheet(
            self._window,
            shown.config.profiles if isinstance(shown, Loaded) else (),
            config_name=layout.config_name,
            read_by_cli=layout is CLI,
            store_problem=shown.store_problem if isinstance(shown, Loaded) else "",
            add=self._add,
        )
        self._sheet.finished.connect(self._drop_sheet)
        self._sheet.open()

    def _drop_sheet(self) -> None:
        if self._sheet is not None:
            self._sheet.deleteLater()
            self._sheet = None

    def _add(self, form: Form, token: NewToken | None, use: bool) -> None:
        def added(done: Done) -> None:
            if self._sheet is not None:
                self._sheet.accept()
            self._go_to(done)

        def failed(error: CodeMieError) -> None:
            if self._sheet is not None:
                self._sheet.tell(_sentence(error))

        self._change(lambda: self._changes.add(form, token, use=use), added, failed)

    def _add_again(self) -> None:
        form = self._window.form
        token = form.token()
        values = form.form()
        self._is_telling = False
        self._change(lambda: self._changes.add(values, token, use=False), self._go_to)

    def _discard(self) -> None:
        self._is_telling = False
        self._window.notice.clear()
        self._window.form.saved = None
        self._selected = None
        self.look()

    def _go_to(self, done: Done) -> None:
        """Show the profile that a change made, once the files are read again."""
        self._window.form.saved = None
        self._selected = done.profile
        self._window.search.clear()

    def close(self) -> None:
        """Close the window; asks first where something is not saved, and lets a change end."""

        def end() -> None:
            if self._work.busy and self._changing:
                self._work.idle.connect(end)
                return
            self._window.may_close = True
            self._window.close()

        self._after_saving(end)

    # ---- carrying out ------------------------------------------------------------------------------

    def _after_saving(
        self, act: Callable[[], object], *, otherwise: Callable[[], object] | None = None
    ) -> None:
        """Do something that would lose what is typed, once that is saved or given up."""
        window = self._window
        if not window.form.is_dirty:
            act()
            return
        ask = QMessageBox(window)
        ask.setIcon(QMessageBox.Icon.Question)
        ask.setWindowTitle(window.windowTitle())
        ask.setText(f"Save the changes to {plain(self._selected or '')} first?")
        save = ask.addButton("&Save", QMessageBox.ButtonRole.AcceptRole)
        dont = ask.addButton("&Don't save", QMessageBox.ButtonRole.DestructiveRole)
        ask.addButton("Cancel", QMessageBox.ButtonRole.RejectRole)
        save.setEnabled(not has_errors(window.form.problems()) and not window.conflicts.is_open)
        ask.setDefaultButton(save)
        ask.exec()
        if ask.clickedButton() is save:
            self._save(act)
        elif ask.clickedButton() is dont:
            self.revert()
            act()
        elif otherwise:
            otherwise()

    def _change(
        self,
        job: Callable[[], Done],
        then: Callable[[Done], object] = lambda _: None,
        failed: Callable[[CodeMieError], object] | None = None,
    ) -> None:
        self._changing = True
        self._busy.start()
        self._show_buttons()

        def ended() -> None:
            self._changing = False
            self._busy.stop()
            self._window.state.setText("")

        def done(result: Done) -> None:
            ended()
            then(result)
            undo = result.undo
            self._window.toast.say(result.sentence, (lambda: self._undo(undo)) if undo else None)
            self.look()

        def not_done(error: CodeMieError) -> None:
            ended()
            (failed or self._tell)(error)
            self.look()

        self._work.do(job, done, not_done)

    def _say_busy(self) -> None:
        self._window.state.setText("Saving…")
        self._window.state.show()

    def _undo(self, undo: Undo) -> None:
        self._change(
            lambda: self._changes.undo(undo), lambda done: self._go_to(done) if done.profile else None
        )

    def _tell(self, error: CodeMieError) -> None:
        self._is_telling = True
        if isinstance(error, ProfileNotFound):
            return  # the look that follows says that it was removed
        choices: list[tuple[str, Callable[[], object]]] = [("&Close", self._stop_telling)]
        if self._window.form.is_dirty:
            choices.insert(0, ("Try &again", self._try_again))
        self._window.notice.say(_sentence(error), choices)
        self._show_buttons()

    def _try_again(self) -> None:
        self._stop_telling()
        self.save()

    def _stop_telling(self) -> None:
        self._is_telling = False
        self._window.notice.clear()


class _Keys(QObject):
    """Lets Del in the list delete."""

    def __init__(self, parent: QObject, delete: Callable[[], object]) -> None:
        super().__init__(parent)
        self._delete = delete

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name
        """Take the key."""
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        if event.key() != Qt.Key.Key_Delete:
            return False
        self._delete()
        return True


def _sentence(error: CodeMieError) -> str:
    """Return what went wrong and what helps, for a notice."""
    text = str(error)
    text = text if text.endswith((".", "!", "?")) else f"{text}."
    return f"{text} {error.advice}".strip()
