"""Shows texts in widgets, and shows them again when another language is chosen."""

from __future__ import annotations

from collections.abc import Callable
from weakref import WeakKeyDictionary

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QObject, QTranslator, Signal
from shiboken6 import isValid

from codemie_tray.text.language import Message
from codemie_tray.text.language.choice import choose, chosen

_shown: WeakKeyDictionary[QObject, dict[str, Message]] = WeakKeyDictionary()
"""Each widget's messages, by the name of the method that shows one. Used on Qt's thread only."""


def show(show_text: Callable[[str], object], text: str) -> None:
    """Show a text now, and if it is a message, again after another language was chosen.

    Args:
        show_text: a method of a Qt object, such as `setText`.
        text: the text.
    """
    if not isinstance(text, Message):
        show_text(text)
        _messages_of(show_text).pop(_name_of(show_text), None)
        return
    show_text(text.now)
    _messages_of(show_text)[_name_of(show_text)] = text


def now(text: str) -> str:
    """Return a message in the present language; any other text as it is."""
    return text.now if isinstance(text, Message) else text


def _messages_of(show_text: Callable[[str], object]) -> dict[str, Message]:
    shown: QObject = show_text.__self__  # type: ignore[attr-defined]
    return _shown.setdefault(shown, {})


def _name_of(show_text: Callable[[str], object]) -> str:
    return str(show_text.__name__)


def _show_again() -> None:
    for shown, messages in list(_shown.items()):
        if isValid(shown):
            for name, text in messages.items():
                getattr(shown, name)(text.now)


class ShownLanguage(QObject):
    """The language of this process's windows.

    Args:
        application: Qt's application.
    """

    changed = Signal()
    """Another language was chosen, and the texts that stay the same are already shown in it."""

    def __init__(self, application: QCoreApplication) -> None:
        super().__init__(application)
        self._application = application
        self._of_qt = QTranslator(self)

    def choose(self, setting: str) -> None:
        """Show everything in a language: a code, or `system`."""
        if choose(setting):
            self._follow()
            _show_again()
            self.changed.emit()

    def _follow(self) -> None:
        """Use Qt's own texts in the same language: the menu of a text field, the dialog of a file."""
        self._application.removeTranslator(self._of_qt)
        QLocale.setDefault(QLocale(chosen()))
        folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        if self._of_qt.load(f"qtbase_{chosen()}", folder):
            self._application.installTranslator(self._of_qt)
