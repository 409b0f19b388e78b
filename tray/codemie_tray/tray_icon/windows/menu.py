"""The menu of the tray icon on Windows: opened by both buttons, replaced only if it changed and is closed.

pystray's own opens only on the right button, and destroys a menu that may be open, on whatever thread calls
it.
"""
# ruff: noqa: E402 - on other systems mypy leaves out what follows the assertion, these imports too

from __future__ import annotations

import sys

assert sys.platform == "win32"  # noqa: S101

import ctypes
from ctypes import wintypes
from typing import Any

from codemie_tray.tray_icon.pystray import base as pystray_base
from codemie_tray.tray_icon.windows import api as windows_api

from pystray import _win32  # isort: skip - after pystray_base, so that pystray picks no backend
from pystray._util import win32  # isort: skip

_TPM_RIGHTBUTTON = 0x0002
"""Rows are chosen by both buttons, too."""


class PopupMenu(_win32.Icon):  # type: ignore[misc]  # pystray has no types
    """pystray's icon with our own menu. Used only on the thread that serves the icon's window."""

    def __init__(self, *arguments: object, **named: object) -> None:
        super().__init__(*arguments, **named)
        self._menu_handle: tuple[int, list[Any]] | None = None
        self._menu_is_open = False
        self._menu_is_old = False
        self._stopping = False

    def _on_notify(self, _wparam: int, lparam: int) -> None:
        """Open the menu on both buttons; pystray's own opens only on the right one."""
        if lparam in (win32.WM_LBUTTONUP, win32.WM_RBUTTONUP):
            self._open_menu()

    def _on_stop(self, wparam: int, lparam: int) -> None:
        """End the window's loop; first close the menu, if it is open.

        The menu has its own loop, and WM_QUIT must not reach it: Wine's consumes it and continues.
        """
        self._stopping = True
        if self._menu_is_open:
            windows_api.end_menu()
        else:
            super()._on_stop(wparam, lparam)

    def _open_menu(self) -> None:
        # A click may arrive between the request to stop and the end: WM_QUIT waits until nothing else does.
        if self._menu_handle is None or self._menu_is_open or self._stopping:
            return
        menu, rows = self._menu_handle
        x, y = self._place_of_menu()
        self._menu_is_open = True
        try:
            # Without this, a click elsewhere would not close the menu.
            win32.SetForegroundWindow(self._hwnd)
            chosen = win32.TrackPopupMenuEx(
                menu,
                win32.TPM_RETURNCMD
                | win32.TPM_BOTTOMALIGN
                | _TPM_RIGHTBUTTON
                | (win32.TPM_RIGHTALIGN if windows_api.menus_open_leftwards() else win32.TPM_LEFTALIGN),
                x,
                y,
                self._menu_hwnd,
                None,
            )
            # TrackPopupMenu's documentation requires it, or the next click may only close the last menu.
            win32.PostMessage(self._hwnd, windows_api.WM_NULL, 0, 0)
        finally:
            self._menu_is_open = False
        if chosen > 0:
            rows[chosen - 1](self)
        if self._stopping:
            super()._on_stop(0, 0)
        elif self._menu_is_old:
            self._update_menu()

    def _place_of_menu(self) -> tuple[int, int]:
        """Return where the pointer is, or the icon's middle if the keyboard opened the menu."""
        point = wintypes.POINT()
        win32.GetCursorPos(ctypes.byref(point))
        icon = windows_api.icon_rectangle(self._hwnd)
        if icon is None:
            return point.x, point.y
        left, top, right, bottom = icon
        if left <= point.x < right and top <= point.y < bottom:
            return point.x, point.y
        return (left + right) // 2, (top + bottom) // 2

    def _update_menu(self) -> None:
        self._menu_is_old = self._menu_is_open
        if self._menu_is_old:
            return
        before = self._menu_handle
        rows: list[Any] = []
        menu = self._create_menu(self.menu, rows)
        self._menu_handle = (menu, rows) if menu else None
        if before:
            win32.DestroyMenu(before[0])

    def _create_menu_item(self, descriptor: Any, callbacks: list[Any]) -> Any:
        item = super()._create_menu_item(descriptor, callbacks)
        if descriptor is not pystray_base.Menu.SEPARATOR:
            # An ampersand marks the next letter as a key; ours is a literal character.
            item.dwTypeData = descriptor.text.replace("&", "&&")
        return item

    def _handler(self, callback: Any) -> Any:
        # Replaces pystray's, which rebuilds the whole menu after every click.
        return callback
