"""Says at the top of a page what is wrong with the settings file, and offers to open it."""

from __future__ import annotations

from codemie_tray.text.language import _
from codemie_tray.windows.parts.notices import Notice
from codemie_tray.windows.pure.settings.general import SettingsShown
from codemie_tray.windows.settings.pages.page import Tools


class SettingsNotice(Notice):
    """Hidden while the file is fine.

    Args:
        tools: open the file.
    """

    def __init__(self, tools: Tools) -> None:
        super().__init__()
        self._tools = tools

    def say_about(self, shown: SettingsShown) -> None:
        """Say what was read."""
        text = shown.notice
        if shown.problem and not shown.read_only and "JSON" in shown.problem:
            kept = _("If you change a setting here, the broken file is kept under another name.")
            text = f"{text} {kept}"
        if text != self.text:
            choices = [(_("&Open the file"), lambda: self._tools.open(shown.path))] if text else []
            self.say(text, choices)
