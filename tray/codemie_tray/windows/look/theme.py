"""Applies the colours to the running application, and follows the system from light to dark and back."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from codemie_tray.windows.look.palette import DARK, LIGHT, Colours
from codemie_tray.windows.look.style_sheet import style_sheet

FONT_PIXELS = 14
SYSTEM = "system"
_SCHEMES = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}


class Theme(QObject):
    """The look of the application.

    Args:
        application: already created.
    """

    changed = Signal()

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self._application = application
        self.colours = LIGHT
        self._choice = SYSTEM
        application.setStyle("Fusion")
        font = application.font()
        font.setPixelSize(FONT_PIXELS)
        application.setFont(font)
        # Nothing moves or fades, whatever the desktop says: motion makes some people dizzy (WCAG 2.2, 2.3.3).
        for effect in Qt.UIEffect:
            application.setEffectEnabled(effect, False)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._follow)
        self._follow()

    def choose(self, choice: str) -> None:
        """Be `light` or `dark`, or follow the system."""
        if choice != self._choice:
            self._choice = choice
            # The frame that the system draws follows as well, where the system can do that.
            QGuiApplication.styleHints().setColorScheme(_SCHEMES.get(choice, Qt.ColorScheme.Unknown))
            self._follow()

    def _follow(self) -> None:
        system = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
        dark = system if self._choice == SYSTEM else self._choice == "dark"
        self.use(DARK if dark else LIGHT)

    def use(self, colours: Colours) -> None:
        """Show everything in these colours."""
        self.colours = colours
        self._application.setPalette(_palette(self.colours))
        self._application.setStyleSheet(style_sheet(self.colours))
        self.changed.emit()


def _palette(colours: Colours) -> QPalette:
    roles = QPalette.ColorRole
    palette = QPalette()
    for role, colour in (
        (roles.Window, colours.window),
        (roles.Base, colours.field),
        (roles.AlternateBase, colours.card),
        (roles.Text, colours.text),
        (roles.WindowText, colours.text),
        (roles.Button, colours.card),
        (roles.ButtonText, colours.text),
        (roles.PlaceholderText, colours.muted),
        (roles.Highlight, colours.accent),
        (roles.HighlightedText, colours.on_accent),
        (roles.Accent, colours.accent),
        (roles.ToolTipBase, colours.card),
        (roles.ToolTipText, colours.text),
        (roles.Link, colours.accent),
    ):
        palette.setColor(role, QColor(colour))
    for role in (roles.Text, roles.WindowText, roles.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(colours.muted))
    return palette
