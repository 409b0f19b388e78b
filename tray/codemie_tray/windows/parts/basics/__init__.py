"""Labels, buttons and areas in the windows' own styles, with texts that follow the chosen language."""

from codemie_tray.windows.parts.basics.widgets import (
    area,
    button,
    escaped,
    for_qt,
    label,
    when_clicked,
    without_mnemonic,
)

__all__ = ["area", "button", "escaped", "for_qt", "label", "when_clicked", "without_mnemonic"]
