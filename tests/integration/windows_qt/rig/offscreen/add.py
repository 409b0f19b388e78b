"""Shows the sheet that adds a profile without a screen, filled in for Anthropic; light and dark.

python -m tests.integration.windows_qt.rig.offscreen.add FOLDER
"""

from __future__ import annotations

import json
import sys

from PySide6.QtWidgets import QAbstractButton, QPushButton
from tests.integration.windows_qt.rig.offscreen.parts import cut, offscreen, texts

from codemie_tray.windows.profiles.add.add_sheet import AddSheet
from codemie_tray.windows.profiles.controller import ADD, ProfilesController
from codemie_tray.windows.profiles.window import ProfilesWindow


def main() -> int:
    """Show it, choose a provider, look."""
    folder = sys.argv[1]
    with offscreen("profiles") as screen:
        of = screen.process
        window = ProfilesWindow(of.theme)
        controller = ProfilesController(of.home, window, of.work, of.live)
        window.show()
        controller.start(ADD)
        screen.settle(lambda: bool(window.findChildren(AddSheet)))
        (sheet,) = window.findChildren(AddSheet)
        cards = [card for card in sheet.findChildren(QAbstractButton) if card.accessibleName() == "Anthropic"]
        card = cards[0]
        assert isinstance(card, QPushButton)
        card.setChecked(True)
        screen.settle()
        sheet.go_on()
        screen.settle()
        screen.save_in_both(sheet, f"{folder}/add")
        print(json.dumps({"cut": cut(sheet), "texts": texts(sheet)}))
        sheet.reject()
    return 0


if __name__ == "__main__":
    sys.exit(main())
