"""The menus of the Profiles window: of a row in the list, of the commands to copy, and what else there is."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QMenu

from codemie_tray.text.language import _
from codemie_tray.text.plain_text import plain
from codemie_tray.windows.parts.basics import for_qt
from codemie_tray.windows.profiles.control.moving import Moving
from codemie_tray.windows.profiles.control.profile_actions import ProfileActions
from codemie_tray.windows.profiles.control.transfer import Transfer
from codemie_tray.windows.profiles.control.window_state import WindowState
from codemie_tray.windows.profiles.window import ProfilesWindow
from codemie_tray.windows.pure.run_command import Command, commands_for

_LONGEST_SHOWN = 120


class Menus:
    """Fills the menus when they open; used on Qt's thread.

    Args:
        window: the widgets.
        state: what they show.
        actions: what the rows do.
        moving: moves profiles.
        transfer: exports and imports them.
    """

    def __init__(
        self,
        window: ProfilesWindow,
        state: WindowState,
        actions: ProfileActions,
        moving: Moving,
        transfer: Transfer,
    ) -> None:
        self._window, self._state = window, state
        self._actions, self._moving, self._transfer = actions, moving, transfer
        self._commands, self._more, self._row = QMenu(window), QMenu(window), QMenu(window)
        self._commands.aboutToShow.connect(lambda: self._fill_commands(self._commands))
        self._more.aboutToShow.connect(lambda: self._fill_more(self._more))
        window.copy_command.setMenu(self._commands)
        window.more.setMenu(self._more)
        window.list.menu_asked.connect(self._open_row)

    def copy(self, command: str) -> None:
        """Copy a command, and show which."""
        QGuiApplication.clipboard().setText(for_qt(command))
        text = _("Copied: {text}").format(text=plain(command, _LONGEST_SHOWN))
        self._window.toast.say(text)

    def _open_row(self, at: QPoint) -> None:
        menu, window = self._row, self._window
        menu.clear()
        if window.switch.isVisibleTo(window):
            _add(
                menu,
                _("S&witch to this profile"),
                self._actions.switch,
                "Ctrl+Return",
                window.switch.isEnabled(),
            )
        _add(menu, _("&Duplicate"), self._actions.duplicate, "Ctrl+D", window.duplicate.isEnabled())
        _add(menu, _("De&lete"), self._actions.delete, "Del", window.delete.isEnabled())
        menu.addSeparator()
        self._fill(menu)
        menu.popup(at)

    def _fill_more(self, menu: QMenu) -> None:
        menu.clear()
        self._fill(menu)

    def _fill(self, menu: QMenu) -> None:
        moving, exists = self._moving, self._state.profile is not None
        _add(menu, _("Move &up"), partial(moving.step, -1), "Alt+Up", moving.can_step(-1))
        _add(menu, _("Move dow&n"), partial(moving.step, 1), "Alt+Down", moving.can_step(1))
        menu.addSeparator()
        self._fill_commands(menu.addMenu(_("Copy &command")))
        menu.addSeparator()
        _add(menu, _("&Export…"), self._transfer.export, "Ctrl+E", exists)
        _add(menu, _("&Import…"), self._transfer.import_, "", self._state.can_add)

    def _fill_commands(self, menu: QMenu) -> None:
        menu.clear()
        name = self._state.selected
        if name is None:
            return
        starting, setting = commands_for(name, windows=sys.platform == "win32")
        for command in starting:
            self._add_command(menu, command)
        menu.addSeparator()
        for command in setting:
            self._add_command(menu, command)

    def _add_command(self, menu: QMenu, command: Command) -> None:
        action = _add(menu, command.caption, partial(self.copy, command.text))
        action.setToolTip(plain(command.text, _LONGEST_SHOWN))
        menu.setToolTipsVisible(True)


def _add(
    menu: QMenu, caption: str, does: Callable[[], object], keys: str = "", enabled: bool = True
) -> QAction:
    action = menu.addAction(caption)
    action.triggered.connect(lambda _checked: does())
    action.setEnabled(enabled)
    if keys:
        # The window and the list handle these keys; with them here as well, Qt would call them ambiguous.
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.setShortcut(QKeySequence(keys))
        action.setShortcutVisibleInContextMenu(True)
    return action
