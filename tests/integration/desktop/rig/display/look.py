"""How a desktop looks: pinned, so that today's pictures can be compared with next year's."""

from __future__ import annotations

import os
from dataclasses import dataclass

FONT = "DejaVu Sans"
ICONS = "Adwaita"


@dataclass(frozen=True, slots=True)
class Look:
    """What a user may have chosen."""

    dark: bool = False
    scale: int = 1
    """Pixels per logical pixel: 2 on a HiDPI screen."""
    width: int = 1024
    """Of the screen, in logical pixels."""
    height: int = 640
    """Of the screen, in logical pixels."""

    @property
    def wallpaper(self) -> tuple[int, int, int]:
        """Colour of the bare desktop: neither a panel's nor a menu's."""
        return (38, 50, 62) if self.dark else (120, 144, 168)

    @property
    def environ(self) -> dict[str, str]:
        """What the toolkits read from the environment."""
        found = {"GTK_THEME": "Adwaita:dark" if self.dark else "Adwaita", "QT_STYLE_OVERRIDE": "Fusion"}
        if self.scale != 1:
            # The screen stays at 96 dots per inch: GDK and Qt multiply fonts by the scale themselves.
            found |= {"GDK_SCALE": str(self.scale), "QT_SCALE_FACTOR": str(self.scale)}
            found["XCURSOR_SIZE"] = str(24 * self.scale)
        return found

    def write_gtk_settings(self, config_home: str) -> None:
        """Set GTK's theme, icons and font in a configuration folder."""
        folder = os.path.join(config_home, "gtk-3.0")
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, "settings.ini"), "w", encoding="utf-8") as file:
            file.write(
                "[Settings]\n"
                "gtk-theme-name=Adwaita\n"
                f"gtk-application-prefer-dark-theme={int(self.dark)}\n"
                f"gtk-icon-theme-name={ICONS}\n"
                f"gtk-font-name={FONT} 10\n"
                f"gtk-cursor-theme-name={ICONS}\n"
                "gtk-enable-animations=0\n"
                "gtk-cursor-blink=0\n"
            )
