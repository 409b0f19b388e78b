"""The list of profiles: select one, or move it with the mouse or with Alt and the arrow keys."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QListView

from codemie_tray.text.language import _
from codemie_tray.windows.look.theme import Theme
from codemie_tray.windows.parts.basics.translated import show
from codemie_tray.windows.profiles.profile_list.painter import RowPainter
from codemie_tray.windows.profiles.profile_list.rows import Rows
from codemie_tray.windows.pure.rows import Row

_STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


class ProfileList(QListView):
    """Shows rows, one of them selected."""

    dropped = Signal(str, str, bool)
    """A profile was dragged next to another one: carries both names, and whether it goes below the other."""
    step_asked = Signal(int)
    """The selected profile should move by so many rows."""
    delete_asked = Signal()
    menu_asked = Signal(QPoint)
    """The menu of the selected profile should open at this point of the screen."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.model_of_rows = Rows(self)
        self.setModel(self.model_of_rows)
        self.setItemDelegate(RowPainter(theme, self))
        show(self.setAccessibleName, _("Profiles"))
        show(self.setAccessibleDescription, _("Alt and an arrow key move the selected profile."))
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setDropIndicatorShown(True)
        theme.changed.connect(self.viewport().update)

    def show_rows(self, rows: tuple[Row, ...], chosen: str | None) -> None:
        """Show rows and select one, without reporting that the selection changed."""
        blocked = self.selectionModel().blockSignals(True)
        # Qt then measures one row instead of thousands.
        self.setUniformItemSizes(not any(row.note for row in rows))
        scrolled = self.verticalScrollBar().value()
        self.model_of_rows.set_rows(rows)
        names = [row.name for row in rows]
        if chosen in names:
            self.setCurrentIndex(self.model_of_rows.index(names.index(chosen)))
        else:
            self.setCurrentIndex(QModelIndex())
        self.verticalScrollBar().setValue(scrolled)
        self.selectionModel().blockSignals(blocked)
        self.viewport().update()

    def name_at(self, index: QModelIndex) -> str | None:
        """Return the profile at an index; None if it is not a row."""
        rows = self.model_of_rows.rows
        return rows[index.row()].name if index.isValid() and index.row() < len(rows) else None

    def show_selected(self) -> None:
        """Scroll to the selected row."""
        self.scrollTo(self.currentIndex())

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Move the selected profile with Alt and an arrow key; Del deletes it."""
        key = Qt.Key(event.key())
        if key in _STEPS and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.step_asked.emit(_STEPS[key])
        elif key == Qt.Key.Key_Delete:
            self.delete_asked.emit()
        else:
            super().keyPressEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802  Qt's name
        """Move the dragged profile to where it was dropped."""
        name = self.name_at(self.currentIndex())
        if event.source() is not self or name is None:
            event.ignore()
            return
        anchor, below = self._beside(event.position().toPoint())
        # As a copy: after a move, Qt would also remove the dragged row.
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self.stopAutoScroll()
        self.setState(QAbstractItemView.State.NoState)
        self.viewport().update()
        if anchor is not None and anchor != name:
            self.dropped.emit(name, anchor, below)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802  Qt's name
        """Ask for the menu of the profile that was clicked, or of the selected one."""
        if event.reason() == QContextMenuEvent.Reason.Mouse:
            if self.indexAt(event.pos()) == self.currentIndex() and self.currentIndex().isValid():
                self.menu_asked.emit(event.globalPos())
        elif self.currentIndex().isValid():
            self.menu_asked.emit(self.viewport().mapToGlobal(self.visualRect(self.currentIndex()).center()))

    def _beside(self, point: QPoint) -> tuple[str | None, bool]:
        """Return the profile next to a point, and whether the point is in its lower half."""
        index = self.indexAt(point)
        if not index.isValid():
            last = self.model_of_rows.index(self.model_of_rows.rowCount() - 1)
            return self.name_at(last), True
        return self.name_at(index), point.y() > self.visualRect(index).center().y()
