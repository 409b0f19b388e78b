"""The description of a menu: values only, no toolkit.

`menu_builder.py` creates one from the state; `tray_icon/` shows it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from codemie_tray.view.actions import Action


@dataclass(frozen=True, slots=True)
class Separator:
    """A line between groups."""


@dataclass(frozen=True, slots=True)
class Item:
    """One row. With `items` it opens a submenu and has no action of its own."""

    label: str
    """As shown; an underscore or an ampersand in it is a literal character, not a shortcut."""
    action: Action | None = None
    enabled: bool = True
    checked: bool | None = None
    """None if it can't be checked."""
    radio: bool = False
    """One of several, if `checked` is not None."""
    items: Menu = field(default=())


SEPARATOR = Separator()
Menu = tuple[Item | Separator, ...]
