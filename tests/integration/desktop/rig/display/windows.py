"""The windows of an X screen, with their kinds and places. The rig's only import of Xlib."""

from __future__ import annotations

from dataclasses import dataclass

from Xlib import X
from Xlib.display import Display
from Xlib.error import BadWindow
from Xlib.xobject.drawable import Window as XWindow

_MENU_KINDS = {"MENU", "POPUP_MENU", "DROPDOWN_MENU", "COMBO"}


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle on the screen, in pixels from its top left."""

    x: int
    y: int
    width: int
    height: int

    @property
    def centre(self) -> tuple[int, int]:
        """Its centre."""
        return self.x + self.width // 2, self.y + self.height // 2

    @property
    def box(self) -> tuple[int, int, int, int]:
        """Left, top, right, bottom, as Pillow wants them."""
        return self.x, self.y, self.x + self.width, self.y + self.height

    def contains(self, other: Area) -> bool:
        """Return whether another rectangle is entirely inside this one."""
        (left, top, right, bottom), (x, y, x_end, y_end) = self.box, other.box
        return left <= x and top <= y and x_end <= right and y_end <= bottom

    def overlaps(self, other: Area) -> bool:
        """Return whether both have a pixel in common."""
        (left, top, right, bottom), (x, y, x_end, y_end) = self.box, other.box
        return left < x_end and x < right and top < y_end and y < bottom

    def top(self, height: int) -> Area:
        """Return the upper `height` pixels."""
        return Area(self.x, self.y, self.width, height)

    def without_top(self, height: int) -> Area:
        """Return the rest without the upper part."""
        return Area(self.x, self.y + height, self.width, self.height - height)


@dataclass(frozen=True, slots=True)
class Window:
    """A mapped window."""

    kind: str
    """`DOCK`, `POPUP_MENU`, `NOTIFICATION`, `NORMAL`...: the window manager's word, or empty."""
    name: str
    """Its class."""
    area: Area
    """Without the room for a shadow."""

    @property
    def is_menu(self) -> bool:
        """Return whether this is an open menu."""
        return self.kind in _MENU_KINDS


def windows(display_name: str) -> list[Window]:
    """Return the mapped windows, lowest first; those inside a frame of the window manager too."""
    display = Display(display_name)
    try:
        return _below(display, display.screen().root)
    finally:
        display.close()


def paint_root(display_name: str, colour: tuple[int, int, int]) -> None:
    """Fill the bare desktop with one colour."""
    display = Display(display_name)
    try:
        screen = display.screen()
        pixel = screen.default_colormap.alloc_color(*(257 * part for part in colour)).pixel
        screen.root.change_attributes(background_pixel=pixel)
        screen.root.clear_area()
        display.sync()
    finally:
        display.close()


def _below(display: Display, parent: XWindow, depth: int = 2) -> list[Window]:
    found = []
    for child in parent.query_tree().children:
        try:
            if child.get_attributes().map_state == X.IsViewable:
                window = _described(display, child)
                if window.area.width > 1 and (window.kind or window.name):
                    found.append(window)
                elif depth:
                    found.extend(_below(display, child, depth - 1))
        except BadWindow:
            continue  # it disappeared in the meantime
    return found


def _described(display: Display, window: XWindow) -> Window:
    kinds = window.get_full_property(display.intern_atom("_NET_WM_WINDOW_TYPE"), X.AnyPropertyType)
    kind = display.get_atom_name(kinds.value[0]) if kinds and len(kinds.value) else ""
    shape = window.get_geometry()
    place = window.translate_coords(shape.root, 0, 0)
    # The room that GTK leaves around a menu for its shadow, through which the menu below it is seen.
    room = window.get_full_property(display.intern_atom("_GTK_FRAME_EXTENTS"), X.AnyPropertyType)
    left, right, top, bottom = room.value if room and len(room.value) == 4 else (0, 0, 0, 0)
    name = window.get_wm_class()
    return Window(
        kind=kind.removeprefix("_NET_WM_WINDOW_TYPE_"),
        name=name[1] if name else "",
        area=Area(left - place.x, top - place.y, shape.width - left - right, shape.height - top - bottom),
    )
