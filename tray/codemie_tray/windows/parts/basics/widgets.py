"""Labels, buttons and areas in the windows' own styles."""

from __future__ import annotations

import re
from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from codemie_tray.windows.parts.basics.translated import show


def label(text: str, style: str = "", *, wrap: bool = False) -> QLabel:
    """Return a label that shows `text` literally.

    Args:
        text: what it says.
        style: `heading`, `label`, `hint`, `chip` or `message`.
        wrap: break lines.
    """
    made = QLabel()
    made.setTextFormat(Qt.TextFormat.PlainText)  # a name from a file must not become markup
    made.setObjectName(style)
    made.setWordWrap(wrap)
    show(made.setText, text)
    return made


def button(text: str, clicked: Callable[[], object], style: str = "") -> QPushButton:
    """Return a button.

    Args:
        text: what it says, `&` before its mnemonic.
        clicked: called on a click.
        style: `primary`, `quiet` or `danger`.
    """
    made = QPushButton()
    show(made.setText, text)
    made.setObjectName(style)
    made.setAutoDefault(False)
    when_clicked(made, clicked)
    return made


def area(style: str) -> QWidget:
    """Return a part of a window with a background of its own: `side`, `main` or `foot`."""
    made = QWidget()
    made.setObjectName(style)
    made.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    return made


def when_clicked(pressed: QPushButton, act: Callable[[], object]) -> None:
    """Make a button do something; Qt's own argument, whether it is checked, is not passed on."""
    pressed.clicked.connect(lambda _checked: act())


def for_qt(text: str) -> str:
    """Return a text that Qt can hold: half a surrogate pair, which JSON allows, becomes a question mark."""
    return text.encode("utf-8", "replace").decode("utf-8")


def without_mnemonic(text: str) -> str:
    """Return a caption as it is read aloud: without the `&`, and without a letter in parentheses for it."""
    return re.sub(r"\s?\(&\w\)", "", text).replace("&", "")


def escaped(text: str) -> str:
    """Return a text for a button or a tab, with `&` escaped, which would mark a mnemonic."""
    return text.replace("&", "&&")
