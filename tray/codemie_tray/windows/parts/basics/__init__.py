"""Labels, buttons and areas in the windows' own styles, with texts that follow the chosen language."""

from codemie_tray.windows.parts.basics.path_label import PathLabel
from codemie_tray.windows.parts.basics.widgets import (
    area,
    button,
    escaped,
    for_qt,
    label,
    when_clicked,
    without_mnemonic,
)

__all__ = ["PathLabel", "area", "button", "escaped", "for_qt", "label", "when_clicked", "without_mnemonic"]
