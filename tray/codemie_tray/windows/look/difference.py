"""Colours the lines of a unified difference."""

from __future__ import annotations

from PySide6.QtGui import QColor, QSyntaxHighlighter, QTextCharFormat, QTextDocument

from codemie_tray.windows.look.theme import Theme


class DifferenceColours(QSyntaxHighlighter):
    """Added lines are green, removed ones red; the signs in front say the same without colours.

    Args:
        document: the text.
        theme: the colours.
    """

    def __init__(self, document: QTextDocument, theme: Theme) -> None:
        super().__init__(document)
        self._theme = theme
        theme.changed.connect(self.rehighlight)

    def highlightBlock(self, text: str) -> None:  # noqa: N802  Qt's name
        """Colour one line."""
        colours = self._theme.colours
        colour = ""
        if text.startswith(("+++", "---", "@@")):
            colour = colours.muted
        elif text.startswith("+"):
            colour = colours.good
        elif text.startswith("-"):
            colour = colours.bad
        if colour:
            look = QTextCharFormat()
            look.setForeground(QColor(colour))
            self.setFormat(0, len(text), look)
