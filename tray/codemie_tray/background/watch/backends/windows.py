"""Reports changes in folders on Windows, immediately and without waking up in between.

watchdog's own observer reports a change only after a second without another one: too late for a menu, and
never while someone keeps writing. This one waits in ReadDirectoryChangesW, with one thread per folder.
"""
# ruff: noqa: E402 - on other systems mypy leaves out what follows the assertion, these imports too

from __future__ import annotations

import sys

assert sys.platform == "win32"  # noqa: S101

import ctypes
import logging
import os
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from ctypes import wintypes
from functools import partial

from codemie_core.system.windows_handle import OPEN_EXISTING, SHARE_ALL, open_handle
from codemie_tray.background.watch.backends.backend import Hear, Key, Outcome
from codemie_tray.background.watch.what_to_watch import How

LOG = logging.getLogger(__name__)

_LIST_DIRECTORY = 0x1
_BACKUP_SEMANTICS, _OVERLAPPED = 0x02000000, 0x40000000
_NAMES, _SIZES_AND_WRITES = 0x1 | 0x2, 0x8 | 0x10
_PERMISSIONS = 0x4 | 0x100
_BUFFER_BYTES = 16 * 1024
"""If more changes at once than fits, anything may have changed. Network drives accept at most 64 KiB."""
_ERROR_OPERATION_ABORTED = 995
_RECORD = struct.Struct("<III")
"""FILE_NOTIFY_INFORMATION: offset of the next one, action, bytes of the name that follows."""


class _Overlapped(ctypes.Structure):
    _fields_ = (
        ("internal", ctypes.c_size_t),
        ("internal_high", ctypes.c_size_t),
        ("offset", wintypes.DWORD),
        ("offset_high", wintypes.DWORD),
        ("event", wintypes.HANDLE),
    )


_kernel32 = ctypes.WinDLL("kernel32", use_last_error=True)
_kernel32.CreateEventW.argtypes = (ctypes.c_void_p, wintypes.BOOL, wintypes.BOOL, wintypes.LPCWSTR)
_kernel32.CreateEventW.restype = wintypes.HANDLE
_kernel32.ReadDirectoryChangesW.argtypes = (
    wintypes.HANDLE, ctypes.c_void_p, wintypes.DWORD, wintypes.BOOL, wintypes.DWORD, ctypes.c_void_p,
    ctypes.POINTER(_Overlapped), ctypes.c_void_p,
)  # fmt: skip
_kernel32.GetOverlappedResult.argtypes = (
    wintypes.HANDLE, ctypes.POINTER(_Overlapped), ctypes.POINTER(wintypes.DWORD), wintypes.BOOL,
)  # fmt: skip
_kernel32.CancelIoEx.argtypes = (wintypes.HANDLE, ctypes.POINTER(_Overlapped))
_kernel32.CloseHandle.argtypes = (wintypes.HANDLE,)


class FolderWatch:
    """Watches the files directly in one folder, from its creation until `stop`.

    Args:
        folder: an existing folder.
        on_change: called on a thread of the watch with the changed paths; None if anything may have changed.
        attributes: also report permissions.
        contents: also report writes, not only added and removed files.

    Raises:
        OSError: Windows can't watch it.
    """

    def __init__(
        self,
        folder: str,
        on_change: Callable[[set[str] | None], None],
        *,
        attributes: bool = False,
        contents: bool = True,
    ) -> None:
        self._folder = folder
        self._on_change = on_change
        self._filter = _NAMES | (_SIZES_AND_WRITES if contents else 0) | (_PERMISSIONS if attributes else 0)
        self._buffer = ctypes.create_string_buffer(_BUFFER_BYTES)
        self._overlapped = _Overlapped()
        self._stopping = False
        self._failure: OSError | None = None
        self._watching = threading.Event()
        self._handle = open_handle(
            folder,
            access=_LIST_DIRECTORY,
            share=SHARE_ALL,
            creation=OPEN_EXISTING,
            flags=_BACKUP_SEMANTICS | _OVERLAPPED,
        )
        self._thread = threading.Thread(target=self._run, name=f"watch {folder}", daemon=True)
        self._thread.start()
        # From here on nothing is missed: Windows itself keeps what happens between two calls.
        self._watching.wait()
        if self._failure is not None:
            raise self._failure

    def is_alive(self) -> bool:
        """Return whether it still watches; it ends with its folder, or with the network drive it is on."""
        return self._thread.is_alive()

    def stop(self) -> None:
        """End; no call comes after this, unless that call is the one that ends it."""
        self._stopping = True
        if self._thread.is_alive():
            _kernel32.CancelIoEx(self._handle, None)
            if self._thread is not threading.current_thread():
                self._thread.join()

    def _run(self) -> None:
        self._overlapped.event = _kernel32.CreateEventW(None, True, False, None)
        try:
            while not self._stopping:
                if not self._ask():
                    return
                self._watching.set()
                if self._stopping:
                    _kernel32.CancelIoEx(self._handle, None)
                taken = wintypes.DWORD()
                done = _kernel32.GetOverlappedResult(
                    self._handle, ctypes.byref(self._overlapped), ctypes.byref(taken), True
                )
                error = 0 if done else ctypes.get_last_error()
                if self._stopping or error == _ERROR_OPERATION_ABORTED:
                    return
                # Failed: the folder is gone, which readers must notice, too. Empty: more than fitted.
                names = _names(self._buffer.raw[: taken.value]) if done and taken.value else None
                self._tell(None if names is None else {os.path.join(self._folder, name) for name in names})
                if not done:
                    LOG.debug("%s is no longer watched: error %d", self._folder, error)
                    return
        finally:
            _kernel32.CloseHandle(self._overlapped.event)
            _kernel32.CloseHandle(self._handle)
            self._watching.set()

    def _ask(self) -> bool:
        """Make Windows record changes from now on; return whether it does."""
        asked = _kernel32.ReadDirectoryChangesW(
            self._handle,
            self._buffer,
            _BUFFER_BYTES,
            False,
            self._filter,
            None,
            ctypes.byref(self._overlapped),
            None,
        )
        if not asked:
            if not self._watching.is_set():
                self._failure = ctypes.WinError(ctypes.get_last_error())
            else:
                self._tell(None)
        return bool(asked)

    def _tell(self, paths: set[str] | None) -> None:
        if not self._stopping:
            self._on_change(paths)


def _names(records: bytes) -> Iterator[str]:
    """Yield the names in what ReadDirectoryChangesW wrote."""
    start = 0
    while True:
        step, _action, name_bytes = _RECORD.unpack_from(records, start)
        begin = start + _RECORD.size
        yield records[begin : begin + name_bytes].decode("utf-16-le", "replace")
        if step == 0:
            return
        start += step


class WindowsWatches:
    """See `backend.Watches`."""

    def __init__(self, on_mount: Callable[[], None]) -> None:  # noqa: ARG002 - Windows reports no mounts
        self._watch_of: dict[Key, FolderWatch] = {}
        self._wanted: Mapping[Key, Hear] = {}

    def start(self) -> None:
        """Do nothing: each watch begins by itself."""

    def stop(self) -> None:
        """End."""
        self.update({})

    def update(self, wanted: Mapping[Key, Hear]) -> Outcome:
        """Watch exactly what is wanted. A watch that ended with its folder is started again."""
        self._wanted = wanted
        for key, watch in list(self._watch_of.items()):
            if key not in wanted or not watch.is_alive():
                watch.stop()
                del self._watch_of[key]
        added, refused = set(), None
        for key in wanted.keys() - self._watch_of.keys():
            try:
                self._watch_of[key] = FolderWatch(
                    key.path,
                    partial(self._tell, key),
                    attributes=How.MODES in key.how,
                    contents=How.WRITES in key.how,
                )
            except OSError as error:
                refused = error
            else:
                added.add(key)
        return Outcome(frozenset(added), refused)

    def _tell(self, key: Key, paths: set[str] | None) -> None:
        hear = self._wanted.get(key)
        if hear is None:
            return
        for path in [None] if paths is None else paths:
            hear(None if path is None else os.path.basename(path))
