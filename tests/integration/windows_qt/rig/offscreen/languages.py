"""Shows the windows in one language after the other, without a screen, and prints what is wrong with each.

    python -m tests.integration.windows_qt.rig.offscreen.languages CATALOGUES PICTURES LANGUAGE...

The windows stay open while the language changes. PICTURES is a folder, or `-` for none. The scale is Qt's own
`QT_SCALE_FACTOR`; at 2 the windows are as narrow as they can be.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections import Counter
from dataclasses import replace
from functools import partial

from PySide6.QtGui import QTextLayout
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QDialog,
    QLabel,
    QLineEdit,
    QScrollArea,
    QTableWidget,
    QWidget,
)
from tests.integration.windows_qt.rig.offscreen.parts import SCHEMES, Offscreen, cut, offscreen

from codemie_tray.text.language import _, catalogue
from codemie_tray.windows.parts.application import Process
from codemie_tray.windows.parts.live import Live
from codemie_tray.windows.parts.one_window import OneWindow
from codemie_tray.windows.parts.window.keys_sheet import KeysSheet
from codemie_tray.windows.profiles.add.add_sheet import AddSheet
from codemie_tray.windows.profiles.control.keyring_offer import KeyringOffer
from codemie_tray.windows.profiles.control.window_state import WindowState
from codemie_tray.windows.profiles.controller import ProfilesController
from codemie_tray.windows.profiles.window import ProfilesWindow
from codemie_tray.windows.settings.controller import SettingsController
from codemie_tray.windows.settings.dialogs.recovery import RecoveryDialog
from codemie_tray.windows.settings.window import SettingsWindow
from codemie_tray.windows.usage.controller import UsageController
from codemie_tray.windows.usage.window import UsageWindow

PAGES = ("general", "logs", "credentials", "history", "about")
Found = dict[str, list[str]]


def texts_of(shown: QWidget) -> list[str]:
    """Return every text that a person reads or hears in a visible part of a window."""
    found = [shown.windowTitle()]
    for widget in [shown, *shown.findChildren(QWidget)]:
        if not widget.isVisibleTo(shown):
            continue
        found += [widget.accessibleName(), widget.accessibleDescription(), widget.toolTip()]
        if isinstance(widget, QLabel | QAbstractButton):
            found.append(widget.text())
        if isinstance(widget, QLineEdit):
            found.append(widget.placeholderText())
        if isinstance(widget, QComboBox):
            found += [widget.itemText(at) for at in range(widget.count())]
        if isinstance(widget, QTableWidget):
            items = [widget.horizontalHeaderItem(at) for at in range(widget.columnCount())]
            found += [item.text() for item in items if item is not None]
    return [text for text in found if text]


def doubles(shown: QWidget) -> list[str]:
    """Return the letters that two visible, enabled texts of a window have as their mnemonic."""
    texts: list[QLabel | QAbstractButton] = [
        *shown.findChildren(QLabel),
        *shown.findChildren(QAbstractButton),
    ]
    letters = Counter(
        match[1].lower()
        for text in texts
        if text.isVisibleTo(shown) and (match := re.search(r"(?<!&)&(\w)", text.text()))
    )
    return [letter for letter, count in letters.items() if count > 1]


def too_wide(shown: QWidget) -> list[str]:
    """Return what does not fit into a visible part of a window that scrolls only downwards."""
    return [
        f"{area.objectName() or type(area).__name__}: {inside.width()} in {area.viewport().width()}"
        for area in shown.findChildren(QScrollArea)
        if (inside := area.widget()) is not None
        and area.isVisibleTo(shown)
        and inside.width() > area.viewport().width()
    ]


def boxes(texts: list[str]) -> list[str]:
    """Return the texts with a character that no font has, which would be shown as a box."""
    return [text for text in texts if _has_box(text)]


def _has_box(text: str) -> bool:
    layout = QTextLayout(text.replace("\n", " "))
    layout.beginLayout()
    line = layout.createLine()
    layout.endLayout()
    return any(0 in run.glyphIndexes() for run in line.glyphRuns())


class Look:
    """Looks at every part of every window.

    Args:
        screen: Qt without a screen.
        folder: where pictures go; `-` for nowhere.
    """

    def __init__(self, screen: Offscreen, folder: str) -> None:
        self._screen, self._folder = screen, folder
        self.cut: Found = {}
        self.doubles: Found = {}
        self.boxes: Found = {}
        self.texts: dict[str, list[str]] = {}

    def at(self, shown: QWidget, name: str) -> None:
        """Look at one part in both schemes."""
        for scheme, colours in SCHEMES.items():
            self._screen.process.theme.use(colours)
            self._screen.settle()
            if self._folder != "-":
                shown.grab().save(os.path.join(self._folder, f"{name}-{scheme}.png"))
            if found := [*cut(shown), *too_wide(shown)]:
                self.cut[f"{name}-{scheme}"] = found
        if found := doubles(shown):
            self.doubles[name] = found
        self.texts[name] = texts_of(shown)
        if found := boxes(self.texts[name]):
            self.boxes[name] = found


def another(screen: Offscreen, kind: str) -> Process:
    """Return what another window in the same process is built on."""
    home = screen.process.home
    return replace(screen.process, live=Live(home, OneWindow(home, kind), screen.application))


def settings_window(screen: Offscreen, width: int) -> tuple[SettingsWindow, SettingsController]:
    """Show the Settings window with a notice and a toast."""
    window = SettingsWindow(screen.process.theme)
    controller = SettingsController(window, screen.process)
    window.resize(width, 620)
    window.show()
    controller.start("general")
    return window, controller


def profiles_window(screen: Offscreen, width: int) -> tuple[ProfilesWindow, ProfilesController]:
    """Show the Profiles window with a problem, as when it was typed."""
    of = another(screen, "profiles")
    window = ProfilesWindow(of.theme)
    controller = ProfilesController(of.home, window, of.work, of.live)
    of.language.changed.connect(controller.translate)
    window.resize(width, 640)
    window.show()
    controller.start("")
    screen.settle(lambda: window.list.model_of_rows.rowCount() > 0)
    window.list.setCurrentIndex(window.list.model_of_rows.index(1))
    return window, controller


def look_at_all(look: Look, screen: Offscreen, windows: tuple[QWidget, ...], language: str) -> None:
    """Look at every window, page and dialog in the present language."""
    settings, profiles, usage = windows
    assert isinstance(settings, SettingsWindow)
    assert isinstance(profiles, ProfilesWindow)
    assert isinstance(usage, UsageWindow)
    text = _("{file} is read-only. To allow changes, run: {command}")
    settings.notice.say(text.format(file="settings.json", command="chmod u+w settings.json"))
    settings.toast.say(_("Restored. The previous version is in the history."), lambda: None)
    for at, page in enumerate(PAGES):
        settings.list.setCurrentRow(at)
        screen.settle()
        look.at(settings, f"{language}-settings-{page}")
    dialogs: list[tuple[QDialog, str]] = [
        (RecoveryDialog(settings, replaces=True), "recovery"),
        (add_sheet(profiles), "add"),
    ]
    for dialog, name in dialogs:
        dialog.show()
        screen.settle()
        look.at(dialog, f"{language}-{name}")
        dialog.reject()
    profiles.form.show_problems()
    profiles.toast.say(_("Deleted {name}.").format(name="old"), lambda: None)
    look.at(profiles, f"{language}-profiles")
    offer = KeyringOffer(screen.process.home, profiles, WindowState())
    offer.show("KDE Wallet")
    profiles.toast.drop()
    look.at(profiles, f"{language}-keyring-offer")
    profiles.notice.clear()
    for window, kind in ((profiles, "profiles"), (settings, "settings"), (usage, "usage")):
        window.show_keys()
        screen.settle()
        (sheet,) = window.findChildren(KeysSheet)
        look.at(sheet, f"{language}-keys-{kind}")
        sheet.accept()
        screen.settle()
    usage.toast.say(_("Copied the table as comma-separated values."))
    look.at(usage, f"{language}-usage")


def add_sheet(parent: QWidget) -> AddSheet:
    """Return the sheet that adds a profile, with a provider chosen."""
    sheet = AddSheet(
        parent,
        (),
        config_name="config.json",
        read_by_cli=True,
        store_problem="",
        add=lambda _form, _token, _use: None,
    )
    sheet._choose_first()
    return sheet


def main() -> int:
    """Show the windows, and choose every language in turn."""
    folder, pictures, languages = sys.argv[1], sys.argv[2], sys.argv[3:]
    catalogue.load = partial(catalogue.load, folder=folder)
    narrow = os.environ.get("QT_SCALE_FACTOR") == "2"
    with offscreen("settings") as screen:
        settings, _of_settings = settings_window(screen, 640 if narrow else 860)
        profiles, _of_profiles = profiles_window(screen, 640 if narrow else 920)
        usage = UsageWindow(screen.process.theme)
        of_usage = UsageController(usage, another(screen, "usage"))
        usage.resize(760 if narrow else 920, 600)
        usage.show()
        of_usage.start()
        screen.settle()
        look = Look(screen, pictures)
        for language in languages:
            screen.process.language.choose(language)
            screen.settle()
            look_at_all(look, screen, (settings, profiles, usage), language)
        seen = {"cut": look.cut, "doubles": look.doubles, "boxes": look.boxes, "texts": look.texts}
        print(json.dumps(seen))
        sys.stdout.flush()
        os._exit(0)  # the threads of three windows need not end in order


if __name__ == "__main__":
    sys.exit(main())
