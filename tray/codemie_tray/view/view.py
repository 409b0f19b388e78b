"""All that a user can see of the tray at one moment, as a value."""

from __future__ import annotations

from dataclasses import dataclass

from codemie_tray.view.menu import Menu


@dataclass(frozen=True, slots=True)
class IconDesign:
    """What the icon shows; `tray_icon/picture/drawing.py` turns it into pixels."""

    initial: str
    """One character (a grapheme) of the active profile, or empty: no profile is active."""
    colour: str
    """Background as `#rrggbb`."""
    attention: bool = False
    """A badge: something is wrong, and the menu says what."""


@dataclass(frozen=True, slots=True)
class View:
    """Icon, tooltip and menu: what a backend shows."""

    icon: IconDesign
    tooltip_title: str
    """First line of the tooltip, and the name that a screen reader says."""
    tooltip_text: str
    """Second line; may be empty."""
    menu: Menu
