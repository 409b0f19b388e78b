"""The calls to Windows that pystray does not make.

Numbers are from the Windows SDK's headers, names from its documentation.
"""
# ruff: noqa: E402 - on other systems mypy leaves out what follows the assertion, these imports too

from __future__ import annotations

import sys

assert sys.platform == "win32"  # noqa: S101

import contextlib
import ctypes
import winreg
from collections.abc import Callable
from ctypes import wintypes
from typing import Self

WM_NULL = 0x0000
WM_CLOSE = 0x0010
WM_QUERYENDSESSION = 0x0011
WM_ENDSESSION = 0x0016
WM_SETTINGCHANGE = 0x001A
WM_TIMER = 0x0113
WM_POWERBROADCAST = 0x0218
WM_WTSSESSION_CHANGE = 0x02B1
WM_DPICHANGED = 0x02E0

PBT_APMRESUMEAUTOMATIC = 0x12
WTS_CONSOLE_CONNECT, WTS_REMOTE_CONNECT, WTS_SESSION_UNLOCK = 0x1, 0x3, 0x8
NIIF_USER, NIIF_LARGE_ICON, NIIF_RESPECT_QUIET_TIME = 0x4, 0x20, 0x80

_LAST_EVENTS = (2, 5, 6)
"""CTRL_CLOSE_EVENT, CTRL_LOGOFF_EVENT, CTRL_SHUTDOWN_EVENT."""
_SM_CXSMICON = 49
_SM_MENUDROPALIGNMENT = 40
_ICON_RESOURCE_VERSION = 0x00030000
_ICO_HEADER_BYTES = 6 + 16
_PER_MONITOR_AWARE_V2 = -4
_NOTIFY_FOR_THIS_SESSION = 0
_THEME_KEY = r"Software\Microsoft\Windows\CurrentVersion\Themes\Personalize"

_user32 = ctypes.WinDLL("user32", use_last_error=True)
_kernel32 = ctypes.WinDLL("kernel32", use_last_error=True)
_shell32 = ctypes.WinDLL("shell32", use_last_error=True)
_wtsapi32 = ctypes.WinDLL("wtsapi32", use_last_error=True)

_CONSOLE_HANDLER = ctypes.WINFUNCTYPE(wintypes.BOOL, wintypes.DWORD)


class _IconIdentifier(ctypes.Structure):
    """NOTIFYICONIDENTIFIER."""

    _fields_ = (
        ("size", wintypes.DWORD),
        ("window", wintypes.HWND),
        ("number", wintypes.UINT),
        ("guid", ctypes.c_byte * 16),
    )


_user32.SetTimer.argtypes = (wintypes.HWND, ctypes.c_size_t, wintypes.UINT, ctypes.c_void_p)
_user32.SetTimer.restype = ctypes.c_size_t
_user32.KillTimer.argtypes = (wintypes.HWND, ctypes.c_size_t)
_user32.SetWindowTextW.argtypes = (wintypes.HWND, wintypes.LPCWSTR)
_user32.FindWindowW.argtypes = (wintypes.LPCWSTR, wintypes.LPCWSTR)
_user32.FindWindowW.restype = wintypes.HWND
_user32.GetSystemMetrics.argtypes = (ctypes.c_int,)
_user32.CreateIconFromResourceEx.argtypes = (
    ctypes.c_char_p, wintypes.DWORD, wintypes.BOOL, wintypes.DWORD, ctypes.c_int, ctypes.c_int, wintypes.UINT,
)  # fmt: skip
_user32.CreateIconFromResourceEx.restype = wintypes.HICON
_shell32.Shell_NotifyIconGetRect.argtypes = (ctypes.POINTER(_IconIdentifier), ctypes.POINTER(wintypes.RECT))
_shell32.Shell_NotifyIconGetRect.restype = ctypes.c_long
_wtsapi32.WTSRegisterSessionNotification.argtypes = (wintypes.HWND, wintypes.DWORD)
_wtsapi32.WTSUnRegisterSessionNotification.argtypes = (wintypes.HWND,)
_kernel32.SetConsoleCtrlHandler.argtypes = (_CONSOLE_HANDLER, wintypes.BOOL)


def be_aware_of_dpi() -> None:
    """Draw our own pixels on every monitor; a no-op if the program's manifest already says so."""
    # Windows 10 1703 and later; before that, the system's own scaling applies.
    with contextlib.suppress(AttributeError):
        set_context = _user32.SetProcessDpiAwarenessContext
        set_context.argtypes = (ctypes.c_void_p,)
        set_context(_PER_MONITOR_AWARE_V2)


def small_icon_px() -> int:
    """Return the width of an icon in the notification area, at the density of the taskbar's monitor."""
    try:
        taskbar = _user32.FindWindowW("Shell_TrayWnd", None)
        for_window, metrics = _user32.GetDpiForWindow, _user32.GetSystemMetricsForDpi
    except AttributeError:  # before Windows 10 1607
        taskbar = None
    if taskbar:
        for_window.argtypes = (wintypes.HWND,)
        dpi = for_window(taskbar)
        if dpi and (size := metrics(_SM_CXSMICON, dpi)):
            return int(size)
    return int(_user32.GetSystemMetrics(_SM_CXSMICON)) or 16


def icon_from_ico(ico: bytes, size_px: int) -> int:
    """Return a handle to the one image in `ico`; release it with DestroyIcon.

    Raises:
        OSError: Windows does not accept it.
    """
    resource = ico[_ICO_HEADER_BYTES:]
    handle = _user32.CreateIconFromResourceEx(
        resource, len(resource), True, _ICON_RESOURCE_VERSION, size_px, size_px, 0
    )
    if not handle:
        raise ctypes.WinError(ctypes.get_last_error())
    return int(handle)


def taskbar_is_light() -> bool:
    """Return whether the taskbar is light. Windows before 10 1903 has a dark one and no such value."""
    try:
        with winreg.OpenKey(winreg.HKEY_CURRENT_USER, _THEME_KEY) as key:
            return bool(winreg.QueryValueEx(key, "SystemUsesLightTheme")[0])
    except OSError:
        return False


def icon_rectangle(window: int) -> tuple[int, int, int, int] | None:
    """Return left, top, right, bottom of the icon on the screen, or None if Windows does not say."""
    identifier = _IconIdentifier(size=ctypes.sizeof(_IconIdentifier), window=window)
    rectangle = wintypes.RECT()
    if _shell32.Shell_NotifyIconGetRect(ctypes.byref(identifier), ctypes.byref(rectangle)) != 0:
        return None
    return rectangle.left, rectangle.top, rectangle.right, rectangle.bottom


def menus_open_leftwards() -> bool:
    """Return whether the user has menus to the left of the pointer (a setting for handedness)."""
    return bool(_user32.GetSystemMetrics(_SM_MENUDROPALIGNMENT))


def end_menu() -> None:
    """Close the menu that the calling thread has open, as Escape would, including submenus."""
    _user32.EndMenu()


def start_timer(window: int, number: int, milliseconds: int) -> None:
    """Send WM_TIMER to `window`; restarts a running timer."""
    _user32.SetTimer(window, number, milliseconds, None)


def stop_timer(window: int, number: int) -> None:
    """Stop sending it."""
    _user32.KillTimer(window, number)


def set_title(window: int, title: str) -> None:
    """Name a window that is invisible, for an installer that looks for it."""
    _user32.SetWindowTextW(window, title)


def register_for_session_changes(window: int) -> None:
    """Send WM_WTSSESSION_CHANGE to `window`, until it is destroyed."""
    _wtsapi32.WTSRegisterSessionNotification(window, _NOTIFY_FOR_THIS_SESSION)


class ConsoleEvents:
    """Handles Ctrl-C and the end of the console, on a thread of the system; a context manager.

    Python's own handler only sets a flag for its main thread, which waits in the message loop and would
    notice it with the next mouse movement.

    Args:
        stop: called at each event.
        on_last: called before `stop` if Windows ends the process right after both calls: the console's window
            was closed, or the user signs out.
    """

    def __init__(self, stop: Callable[[], None], on_last: Callable[[], None]) -> None:
        def handle(event: int) -> bool:
            if event in _LAST_EVENTS:
                on_last()
            stop()
            return True

        self._handler = _CONSOLE_HANDLER(handle)

    def __enter__(self) -> Self:
        _kernel32.SetConsoleCtrlHandler(self._handler, True)
        return self

    def __exit__(self, *_: object) -> None:
        _kernel32.SetConsoleCtrlHandler(self._handler, False)
