"""The functions of Windows that pystray calls, faked; pystray's own code and ours run as they are."""

from __future__ import annotations

import ctypes
import queue
from types import ModuleType
from typing import Any

from ctypes import wintypes  # isort: skip


class _Record(ctypes.Structure):
    """A structure whose fields are kept as they were given."""

    def __init__(self, **fields: Any) -> None:
        super().__init__()
        self.given = fields


class NotifyIconData(ctypes.Structure):
    """Only the fields whose lengths Windows limits; the rest is kept as given."""

    _fields_ = (
        ("szTip", wintypes.WCHAR * 128),
        ("szInfo", wintypes.WCHAR * 256),
        ("szInfoTitle", wintypes.WCHAR * 64),
    )

    def __init__(self, **fields: Any) -> None:
        own = {name for name, _ in self._fields_}
        super().__init__(**{name: value for name, value in fields.items() if name in own})


class FakeWin32(ModuleType):
    """Stands in for `pystray._util.win32`."""

    WM_USER = 0x400
    WM_STOP, WM_NOTIFY, WM_DISPLAYCHANGE, WM_TASKBARCREATED = 0x40A, 0x40B, 0x7E, 0xC000
    WM_NCCREATE, WM_CREATE, WM_LBUTTONUP, WM_RBUTTONUP = 0x81, 0x1, 0x202, 0x205
    NIM_ADD, NIM_MODIFY, NIM_DELETE = 0, 1, 2
    MENUITEMINFO, WNDCLASSEX, NOTIFYICONDATAW = _Record, _Record, NotifyIconData
    HWND = 77

    def __init__(self) -> None:
        super().__init__("pystray._util.win32")
        self.messages: queue.SimpleQueue[tuple[int, int]] = queue.SimpleQueue()
        self.shell: list[tuple[int, NotifyIconData]] = []
        """What Shell_NotifyIcon got."""
        self.menus: dict[int, list[Any]] = {}
        """Those that are not destroyed."""
        self.opened: list[int] = []
        self.during_menu: list[Any] = []
        """Called while a menu is open."""
        self.dispatch: Any = None
        self._current = (0, 0)
        self._next_menu = 1

    def __getattr__(self, name: str) -> Any:
        if name.isupper() or name.startswith("TPM_"):
            return 0  # a flag nobody looks at here
        return lambda *_: 1

    def WNDPROC(self, function: Any) -> Any:  # noqa: N802
        self.dispatch = function
        return function

    def CreateWindowEx(self, *_: Any) -> int:  # noqa: N802
        return self.HWND

    def PostMessage(self, _window: int, message: int, _wparam: int, lparam: int) -> None:  # noqa: N802
        self.messages.put((message, lparam))

    def PostQuitMessage(self, _code: int) -> None:  # noqa: N802
        self.messages.put((0, 0))

    def GetMessage(self, *_: Any) -> int:  # noqa: N802
        self._current = self.messages.get(timeout=10)
        return self._current[0]

    def DispatchMessage(self, _message: Any) -> None:  # noqa: N802
        self.dispatch(self.HWND, self._current[0], 0, self._current[1])

    def Shell_NotifyIcon(self, code: int, data: NotifyIconData) -> None:  # noqa: N802
        self.shell.append((code, data))

    def CreatePopupMenu(self) -> int:  # noqa: N802
        self._next_menu += 1
        self.menus[self._next_menu] = []
        return self._next_menu

    def InsertMenuItem(self, menu: int, _at: int, _by_position: bool, item: Any) -> None:  # noqa: N802
        self.menus[menu].append(item._obj.given)

    def DestroyMenu(self, menu: int) -> None:  # noqa: N802
        del self.menus[menu]

    def TrackPopupMenuEx(self, menu: int, *_: Any) -> int:  # noqa: N802
        """Open the menu: deliver what was posted, as its own loop does, and choose the first row."""
        self.opened.append(menu)
        for call in self.during_menu:
            call()
        while not self.messages.empty():
            message, lparam = self.messages.get()
            self.dispatch(self.HWND, message, 0, lparam)
        chosen: int = self.menus[menu][0]["wID"]  # fails if the menu was destroyed meanwhile
        return chosen
