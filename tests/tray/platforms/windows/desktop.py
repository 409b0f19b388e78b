"""A Windows desktop seen from inside a process: real menus, real messages, and the calls to the taskbar."""
# ruff: noqa: E402 - on other systems mypy leaves out what follows the assertion, these imports too

from __future__ import annotations

import sys

assert sys.platform == "win32"

import ctypes
import threading
from collections.abc import Callable
from ctypes import wintypes
from dataclasses import dataclass
from typing import Any

from tests.integration.desktop.rig.processes.waiting import until
from tests.tray.tray_icon.tray_icon_contract import Changes, Row, Stage

from codemie_tray.tray_icon.backend import TrayIconBackend
from codemie_tray.tray_icon.windows.icon import TrayIcon
from codemie_tray.view.actions import Action
from codemie_tray.view.view import View

from pystray._util import win32  # isort: skip


user32 = ctypes.WinDLL("user32", use_last_error=True)
gdi32 = ctypes.WinDLL("gdi32", use_last_error=True)
user32.FindWindowW.restype = wintypes.HWND
user32.FindWindowW.argtypes = (wintypes.LPCWSTR, wintypes.LPCWSTR)
user32.FindWindowExW.restype = wintypes.HWND
user32.FindWindowExW.argtypes = (wintypes.HWND, wintypes.HWND, wintypes.LPCWSTR, wintypes.LPCWSTR)
user32.IsWindowVisible.argtypes = (wintypes.HWND,)
user32.IsWindow.argtypes = (wintypes.HWND,)
user32.SendMessageW.restype = ctypes.c_ssize_t
user32.SendMessageW.argtypes = (wintypes.HWND, wintypes.UINT, wintypes.WPARAM, wintypes.LPARAM)
user32.PostMessageW.argtypes = (wintypes.HWND, wintypes.UINT, wintypes.WPARAM, wintypes.LPARAM)
user32.GetMenuItemCount.argtypes = (wintypes.HMENU,)
user32.GetSubMenu.argtypes = (wintypes.HMENU, ctypes.c_int)
user32.GetSubMenu.restype = wintypes.HMENU
user32.GetMenuStringW.argtypes = (
    wintypes.HMENU, wintypes.UINT, wintypes.LPWSTR, ctypes.c_int, wintypes.UINT,
)  # fmt: skip
user32.GetMenuState.argtypes = (wintypes.HMENU, wintypes.UINT, wintypes.UINT)
user32.IsMenu.argtypes = (wintypes.HMENU,)
user32.GetIconInfo.argtypes = (wintypes.HICON, ctypes.c_void_p)
gdi32.GetObjectW.argtypes = (wintypes.HANDLE, ctypes.c_int, ctypes.c_void_p)
gdi32.GetBitmapBits.argtypes = (wintypes.HBITMAP, wintypes.LONG, ctypes.c_void_p)
gdi32.DeleteObject.argtypes = (wintypes.HANDLE,)

MENU_CLASS = "#32768"
_BY_POSITION = 0x400
_SEPARATOR, _CHECKED, _GREYED, _POPUP = 0x800, 0x8, 0x3, 0x10
_MN_GETHMENU = 0x1E1
_KEY_DOWN, _RETURN, _ESCAPE, _RIGHT, _DOWN = 0x100, 0x0D, 0x1B, 0x27, 0x28


class _IconInfo(ctypes.Structure):
    _fields_ = (
        ("is_icon", wintypes.BOOL),
        ("x", wintypes.DWORD),
        ("y", wintypes.DWORD),
        ("mask", wintypes.HBITMAP),
        ("colour", wintypes.HBITMAP),
    )


class _Bitmap(ctypes.Structure):
    _fields_ = (
        ("type", wintypes.LONG),
        ("width", wintypes.LONG),
        ("height", wintypes.LONG),
        ("row_bytes", wintypes.LONG),
        ("planes", wintypes.WORD),
        ("bits_per_pixel", wintypes.WORD),
        ("bits", ctypes.c_void_p),
    )


@dataclass(frozen=True, slots=True)
class TaskbarMessage:
    """One message to the taskbar."""

    code: int
    flags: int
    icon: int
    tooltip: str
    text: str
    title: str
    thread: int


class Taskbar:
    """Between the tray and the real taskbar: records messages, and can refuse them as a busy one does."""

    def __init__(self) -> None:
        self._real = win32.Shell_NotifyIcon
        self.messages: list[TaskbarMessage] = []
        self.shown = False
        self.refusals = 0
        """How many adds, each with its following change, will still be refused."""

    def __call__(self, code: int, data: Any) -> int:
        message = TaskbarMessage(
            code=code,
            flags=data.uFlags,
            icon=data.hIcon or 0,
            tooltip=data.szTip,
            text=data.szInfo,
            title=data.szInfoTitle,
            thread=threading.get_ident(),
        )
        self.messages.append(message)
        if self.refusals and code in (win32.NIM_ADD, win32.NIM_MODIFY):
            self.refusals -= code == win32.NIM_MODIFY
            return 0
        taken = bool(self._real(code, data))
        if taken:
            self.shown = code != win32.NIM_DELETE
        return taken

    def with_flag(self, flag: int) -> list[TaskbarMessage]:
        """Return the messages that set a field, oldest first."""
        return [message for message in self.messages if message.flags & flag]


class DesktopStage(Stage):
    def __init__(self, taskbar: Taskbar) -> None:
        super().__init__()
        self.taskbar = taskbar
        self._menus_built = 0

    # ---- the tray ------------------------------

    def make(self, view: View, on_action: Callable[[Action], None]) -> TrayIconBackend:
        stage = self

        class Watched(TrayIcon):
            def _create_menu(self, descriptors: Any, callbacks: list[Any]) -> Any:
                stage._menus_built += not callbacks  # and not for a submenu
                return super()._create_menu(descriptors, callbacks)

        self.tray = Watched("codemie-tray", view, on_action)
        return self.tray

    @property
    def menu_handle(self) -> int:
        """The menu that a click would open."""
        assert self.tray._menu_handle is not None
        return self.tray._menu_handle[0]

    @property
    def window(self) -> int:
        """The tray's hidden window."""
        return int(self.tray._hwnd)

    def send(self, message: int, wparam: int = 0, lparam: int = 0) -> int:
        """Send a message like Windows, and return the answer."""
        return int(user32.SendMessageW(self.window, message, wparam, lparam))

    def click(self, button_up: int) -> None:
        """Send a click to the tray, like the taskbar."""
        user32.PostMessageW(self.window, win32.WM_NOTIFY, 0, button_up)

    def close(self) -> None:
        if hasattr(self, "tray"):
            self.tray.stop()
            if self._thread is not None:
                assert self.ended()

    # ---- what is seen ------------------------------

    def is_shown(self) -> bool:
        return self.taskbar.shown

    def picture(self) -> object:
        return pixels(self.taskbar.with_flag(win32.NIF_ICON)[-1].icon)

    def tooltip(self) -> str:
        return self.taskbar.with_flag(win32.NIF_TIP)[-1].tooltip

    def menu(self) -> tuple[Row, ...]:
        return rows(self.menu_handle)

    def notifications(self) -> list[tuple[str, str]]:
        return [(message.title, message.text) for message in self.taskbar.with_flag(win32.NIF_INFO)]

    def changes(self) -> Changes:
        shown = next(
            number for number, message in enumerate(self.taskbar.messages) if message.code == win32.NIM_ADD
        )
        changed = [
            message for message in self.taskbar.messages[shown + 1 :] if message.code == win32.NIM_MODIFY
        ]
        return Changes(
            menu=self._menus_built - 1,
            icon=sum(bool(message.flags & win32.NIF_ICON) for message in changed),
            tooltip=sum(bool(message.flags & win32.NIF_TIP) for message in changed),
        )

    # ---- the hand ------------------------------

    def open_menu(self, button_up: int = win32.WM_LBUTTONUP) -> int:
        """Click, and return the handle of the menu that opens."""
        self.click(button_up)
        return int(until("the menu", self._open_menu_handle))

    def _open_menu_handle(self) -> int | None:
        window = user32.FindWindowW(MENU_CLASS, None)
        return user32.SendMessageW(window, _MN_GETHMENU, 0, 0) or None if window else None

    def open_submenu(self, label: str) -> None:
        """Open a row's submenu in the open menu."""
        opened = self.menu()
        (below,) = (row.rows for row in opened if row.label == label)
        self.press(*_keys_to(below[0].label, opened))
        until("the submenu", lambda: self._open_menu_count() == 2)

    def _open_menu_count(self) -> int:
        count, window = 0, None
        while window := user32.FindWindowExW(None, window, MENU_CLASS, None):
            count += bool(user32.IsWindowVisible(window))
        return count

    def menu_is_open(self) -> bool:
        return bool(self.tray._menu_is_open)

    def press(self, *keys: int) -> None:
        """Press keys in the menu."""
        for key in keys:
            user32.PostMessageW(self.window, _KEY_DOWN, key, 0)

    def close_menu(self) -> None:
        self.press(_ESCAPE)
        until("the menu to close", lambda: not self.menu_is_open())

    def choose(self, label: str, meanwhile: Callable[[], None] = lambda: None) -> None:
        opened = rows(self.open_menu())
        meanwhile()
        if not self.tray._running or not self.menu_is_open():
            return
        self.press(*_keys_to(label, opened), _RETURN)
        until("the menu to close", lambda: not self.menu_is_open())


def _keys_to(label: str, opened: tuple[Row, ...]) -> list[int]:
    """Return the keys that lead from a newly opened menu to one of its rows, or of its submenu."""
    keys: list[int] = []
    for row in opened:
        if not row.label:
            continue  # keys pass over separators
        keys.append(_DOWN)
        if row.label == label:
            return keys
        inner = [each.label for each in row.rows]
        if label in inner:
            return [*keys, _RIGHT, *[_DOWN] * inner.index(label)]
    raise AssertionError(f"no row {label}")


def rows(menu: int) -> tuple[Row, ...]:
    """Read a menu from its handle."""
    found = []
    for place in range(user32.GetMenuItemCount(menu)):
        state = user32.GetMenuState(menu, place, _BY_POSITION)
        below = user32.GetSubMenu(menu, place)
        if state & _SEPARATOR and not below:
            found.append(Row(""))
            continue
        buffer = ctypes.create_unicode_buffer(400)
        user32.GetMenuStringW(menu, place, buffer, 400, _BY_POSITION)
        label = buffer.value.replace("&&", "\0").replace("&", "").replace("\0", "&")
        found.append(
            Row(
                label, not state & _GREYED, bool(state & _CHECKED) and not below, rows(below) if below else ()
            )
        )
    return tuple(found)


def pixels(icon: int) -> tuple[int, bytes]:
    """Return an icon's width and its pixels, blue, green, red, alpha."""
    info, bitmap = _IconInfo(), _Bitmap()
    assert user32.GetIconInfo(icon, ctypes.byref(info)), ctypes.WinError(ctypes.get_last_error())
    gdi32.GetObjectW(info.colour, ctypes.sizeof(bitmap), ctypes.byref(bitmap))
    buffer = ctypes.create_string_buffer(bitmap.row_bytes * bitmap.height)
    gdi32.GetBitmapBits(info.colour, len(buffer), buffer)
    gdi32.DeleteObject(info.colour)
    gdi32.DeleteObject(info.mask)
    return bitmap.width, buffer.raw
