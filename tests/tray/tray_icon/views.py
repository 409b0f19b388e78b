"""Views to show."""

from __future__ import annotations

from codemie_tray.view.actions import Do, SwitchProfile
from codemie_tray.view.menu import SEPARATOR, Item, Menu
from codemie_tray.view.view import IconDesign, View


def a_view(
    active: str = "work",
    *,
    profiles: tuple[str, ...] = ("work", "personal", "proxy"),
    more: tuple[str, ...] = ("spare_1", "spare_2"),
    clean: bool = True,
    attention: bool = False,
    initial: str | None = None,
    tooltip_text: str = "sso · claude-4-5-sonnet",
) -> View:
    """Return a view with everything in it that a menu can have."""

    def radio(name: str) -> Item:
        return Item(name, SwitchProfile(name), checked=name == active, radio=True)

    logs = Item("Logs are clean", enabled=False) if clean else Item("Clean up logs now", enabled=True)
    menu: Menu = (
        *map(radio, profiles),
        Item("More", items=tuple(map(radio, more))),
        SEPARATOR,
        logs,
        Item("Open the CodeMie folder", Do.OPEN_FOLDER),
        SEPARATOR,
        Item("Quit", Do.QUIT),
    )
    icon = IconDesign(active[:1].upper() if initial is None else initial, "#1d6fd1", attention)
    return View(icon, f"CodeMie: {active}", tooltip_text, menu)
