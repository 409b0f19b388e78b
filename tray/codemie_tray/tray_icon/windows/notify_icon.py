"""The icon in the notification area: added repeatedly until a taskbar accepts it, drawn for its size.

pystray adds it once and does not check whether that worked.
"""
# ruff: noqa: E402 - on other systems mypy leaves out what follows the assertion, these imports too

from __future__ import annotations

import sys

assert sys.platform == "win32"  # noqa: S101

import ctypes
import io
import logging
from typing import Any

from codemie_tray.tray_icon.windows import api as windows_api
from codemie_tray.tray_icon.windows.menu import PopupMenu
from codemie_tray.view.view import IconDesign, View

from pystray._util import win32  # isort: skip - after pystray_base, so that pystray picks no backend

LOG = logging.getLogger(__name__)

TOOLTIP_UNITS, TEXT_UNITS, TITLE_UNITS = 127, 255, 63
"""Lengths of NOTIFYICONDATAW's fields less the NUL, in UTF-16 units; beyond, ctypes raises ValueError."""

_ADD_TIMER = 1
_FIRST_RETRY_MS, _LAST_RETRY_MS = 500, 30_000
"""After a failed add; if there was no taskbar at all, TaskbarCreated ends the wait at once."""


class NotifyIcon(PopupMenu):
    """pystray's icon with its known bugs fixed. Used only on the thread that serves the icon's window."""

    _view: View

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._added = False
        self._retry_ms = _FIRST_RETRY_MS
        self._drawn: tuple[IconDesign, int, bool] | None = None
        self._icon_handle: int | None = None
        self._notified: str | None = None
        """The title of the last notification, until it is withdrawn."""
        self._message_handlers |= {
            windows_api.WM_TIMER: self._on_timer,
            windows_api.WM_SETTINGCHANGE: self._on_looks_changed,
            windows_api.WM_DPICHANGED: self._on_looks_changed,
        }

    def _show(self) -> None:
        """Add the icon, or try again later: at login, the taskbar comes after us, or is slow to answer."""
        self._assert_icon_handle()
        flags = win32.NIF_MESSAGE | win32.NIF_ICON | win32.NIF_TIP
        fields = {
            "uCallbackMessage": win32.WM_NOTIFY,
            "hIcon": self._icon_handle,
            "szTip": cut_to_units(self.title, TOOLTIP_UNITS),
        }
        # An add that timed out may have succeeded nevertheless; in that case, a change of it succeeds.
        self._added = self._tell(win32.NIM_ADD, flags, **fields) or self._tell(
            win32.NIM_MODIFY, flags, **fields
        )
        if self._added:
            self._retry_ms = _FIRST_RETRY_MS
            windows_api.stop_timer(self._hwnd, _ADD_TIMER)
        else:
            windows_api.start_timer(self._hwnd, _ADD_TIMER, self._retry_ms)
            self._retry_ms = min(2 * self._retry_ms, _LAST_RETRY_MS)

    def _hide(self) -> None:
        self._added = False
        windows_api.stop_timer(self._hwnd, _ADD_TIMER)
        super()._hide()

    def _on_timer(self, _wparam: int, _lparam: int) -> None:
        if self.visible and not self._added:
            self._show()

    def _on_taskbarcreated(self, wparam: int, lparam: int) -> None:
        self._retry_ms = _FIRST_RETRY_MS
        super()._on_taskbarcreated(wparam, lparam)

    def _tell(self, code: int, flags: int, **fields: object) -> bool:
        """Send the taskbar a message; return whether it accepted it, which pystray does not check."""
        return bool(
            win32.Shell_NotifyIcon(
                code,
                win32.NOTIFYICONDATAW(
                    cbSize=ctypes.sizeof(win32.NOTIFYICONDATAW), hWnd=self._hwnd, uFlags=flags, **fields
                ),
            )
        )

    def _message(self, code: int, flags: int, **fields: object) -> None:
        self._tell(code, flags, **fields)

    def _assert_icon_handle(self) -> None:
        """Use an icon of the right size for the present taskbar: drawn for it, never scaled."""
        from codemie_tray.tray_icon.picture.drawing import draw

        wanted = (self._view.icon, windows_api.small_icon_px(), windows_api.taskbar_is_light())
        if self._icon_handle and wanted == self._drawn:
            return
        design, size_px, on_light = wanted
        buffer = io.BytesIO()
        # As a bitmap, which every Windows reads at every size.
        draw(design, size_px, on_light=on_light).save(
            buffer, format="ICO", sizes=[(size_px, size_px)], bitmap_format="bmp"
        )
        before, self._icon_handle = self._icon_handle, windows_api.icon_from_ico(buffer.getvalue(), size_px)
        self._drawn = wanted
        if before:
            win32.DestroyIcon(before)

    def _update_icon(self) -> None:
        self._assert_icon_handle()
        self._icon_valid = True
        if self._added:
            self._message(win32.NIM_MODIFY, win32.NIF_ICON, hIcon=self._icon_handle)

    def _update_title(self) -> None:
        if self._added:
            self._message(win32.NIM_MODIFY, win32.NIF_TIP, szTip=cut_to_units(self.title, TOOLTIP_UNITS))

    def _notify(self, message: str, title: str | None = None) -> None:
        self._notified = title
        shown = self._tell(
            win32.NIM_MODIFY,
            win32.NIF_INFO,
            # Without a text, Windows would remove the last notification instead.
            szInfo=cut_to_units(message, TEXT_UNITS) or " ",
            szInfoTitle=cut_to_units(title or self._view.tooltip_title, TITLE_UNITS),
            dwInfoFlags=windows_api.NIIF_USER | windows_api.NIIF_RESPECT_QUIET_TIME,
        )
        if not shown:
            LOG.info("no taskbar shows notifications: %s. %s", title, message)

    def _withdraw(self, title: str) -> None:
        if self._notified == title:
            self._notified = None
            # An empty text removes the notification (NOTIFYICONDATAW, `szInfo`).
            self._message(win32.NIM_MODIFY, win32.NIF_INFO, szInfo="", szInfoTitle="")

    def _on_looks_changed(self, _wparam: int = 0, _lparam: int = 0) -> None:
        """Draw the icon again if the theme, the density or the resolution has changed."""
        if self.visible:
            before = self._drawn
            self._assert_icon_handle()
            if self._drawn != before:
                self._update_icon()

    def _on_display_change(self, wparam: int, lparam: int) -> None:
        # pystray removes the icon and adds it again, which moves it to the end of the row.
        self._on_looks_changed(wparam, lparam)


def cut_to_units(text: str, units: int) -> str:
    """Return `text` cut to this many UTF-16 units, as Windows counts, never inside a character."""
    return text.encode("utf-16-le", "replace")[: units * 2].decode("utf-16-le", "ignore")
