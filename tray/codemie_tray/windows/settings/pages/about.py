"""The About page: which program this is, and what helps if it does not work."""

from __future__ import annotations

import sys

from PySide6.QtCore import qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QWidget

from codemie_tray import PRODUCT, __version__
from codemie_tray.text.language import _
from codemie_tray.text.plain_text import plain, short_path
from codemie_tray.windows.data.settings.change import Change
from codemie_tray.windows.data.settings.diagnosis import diagnosis
from codemie_tray.windows.look.card import Card
from codemie_tray.windows.parts.basics import PathLabel, button, for_qt
from codemie_tray.windows.settings.pages.page import Page, Tools

_VERSION = _(
    "Version {version}, with Python {python} and Qt {qt}.\n"
    "Free software under the GNU Lesser General Public License, version 3 or later."
)
_DIAGNOSIS = _("What the command codemie-tray doctor reports, with secrets hidden; for a bug report.")


_LONGEST_SHOWN = 120
"""Characters of a path in a message."""


class AboutPage(Page):
    """See the module."""

    def __init__(self, tools: Tools) -> None:
        super().__init__(_("About"), tools)
        python = ".".join(map(str, sys.version_info[:3]))
        version = _VERSION.format(version=__version__, python=python, qt=qVersion())
        folders = QWidget()
        line = QHBoxLayout(folders)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(button(_("Open the &log"), lambda: tools.open(tools.home.logs)))
        line.addWidget(button(_("Open the &folder"), lambda: tools.open(tools.home.path)))
        line.addStretch(1)
        where = QWidget()
        line = QHBoxLayout(where)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(PathLabel(short_path(tools.home.path)), 1)
        line.addWidget(button(_("&Copy"), self._copy_path))
        copy = button(_("Copy the &diagnosis"), self._copy)
        for card in (
            Card(PRODUCT, version),
            Card(
                _("Your files"), _("Profiles, settings and logs are in this folder:"), below=(where, folders)
            ),
            Card(_("Diagnosis"), _DIAGNOSIS, copy),
        ):
            self.column.addWidget(card)
        self.column.addStretch(1)

    def look(self) -> None:
        """Nothing here depends on a file."""

    def _copy_path(self) -> None:
        path = self.tools.home.path
        QGuiApplication.clipboard().setText(for_qt(path))
        text = _("Copied: {text}").format(text=plain(path, _LONGEST_SHOWN))
        self.tools.runner.run(lambda: Change(text))

    def _copy(self) -> None:
        home, made = self.tools.home, list[str]()

        def ask() -> Change:
            made.append(diagnosis(home))
            return Change(_("Copied the diagnosis. Read it before you share it."))

        self.tools.runner.run(ask, lambda _change: QGuiApplication.clipboard().setText(made[0]))
