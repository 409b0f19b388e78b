"""Owners and access lists (DACLs) of Windows.

Whoever owns the system anyway counts as the system: SYSTEM, Administrators and TrustedInstaller, as in
Win32-OpenSSH's check of its key files. Run under Wine, which stores lists
as permission bits; not on Windows.
"""

from __future__ import annotations

import sys

if sys.platform == "win32":
    import ctypes
    import functools
    import os
    import stat
    from collections.abc import Iterator
    from ctypes import wintypes

    from codemie_core.files.trust.rights import EVERYBODY, Access, Right

    _SYSTEM = frozenset(
        {
            "S-1-5-18",  # SYSTEM
            "S-1-5-32-544",  # Administrators
            "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464",  # TrustedInstaller
        }
    )
    _OWNERS_OWN = frozenset({"S-1-3-0", "S-1-3-4"})  # CREATOR OWNER, OWNER RIGHTS: the owner is judged anyway
    _EVERYBODY = frozenset({"S-1-1-0", "S-1-5-11", "S-1-5-32-545"})  # Everyone, Authenticated Users, Users
    _TAKE_OVER = 0x10000000 | 0x00040000 | 0x00080000  # GENERIC_ALL, WRITE_DAC, WRITE_OWNER
    _MASKS = {
        Right.READ: 0x10000000 | 0x80000000 | 0x1,  # GENERIC_ALL, GENERIC_READ, FILE_READ_DATA
        # GENERIC_WRITE, DELETE, FILE_DELETE_CHILD, FILE_WRITE_DATA, FILE_APPEND_DATA
        Right.WRITE: _TAKE_OVER | 0x40000000 | 0x00010000 | 0x40 | 0x2 | 0x4,
        Right.REPLACE: _TAKE_OVER | 0x00010000 | 0x40,
    }
    _FILE_OBJECT, _OWNER_AND_LIST = 1, 0x1 | 0x4
    _ALLOWED = 0  # ACCESS_ALLOWED_ACE_TYPE
    _INHERIT_ONLY = 0x8
    _TOKEN_QUERY, _TOKEN_USER = 0x8, 1

    class _AceHeader(ctypes.Structure):
        _fields_ = (("kind", ctypes.c_ubyte), ("flags", ctypes.c_ubyte), ("size", ctypes.c_ushort))

    class _AllowedAce(ctypes.Structure):
        _fields_ = (("header", _AceHeader), ("mask", wintypes.DWORD), ("sid", wintypes.DWORD))

    class _Acl(ctypes.Structure):
        _fields_ = (
            *(("revision", ctypes.c_ubyte), ("padding", ctypes.c_ubyte), ("size", ctypes.c_ushort)),
            *(("count", ctypes.c_ushort), ("more_padding", ctypes.c_ushort)),
        )

    _advapi32 = ctypes.WinDLL("advapi32", use_last_error=True)
    _kernel32 = ctypes.WinDLL("kernel32", use_last_error=True)
    _get_security = _advapi32.GetNamedSecurityInfoW
    _get_security.restype = wintypes.DWORD
    _get_security.argtypes = [wintypes.LPCWSTR, ctypes.c_int, wintypes.DWORD, *([ctypes.c_void_p] * 5)]
    _get_ace = _advapi32.GetAce
    _get_ace.argtypes = [ctypes.c_void_p, wintypes.DWORD, ctypes.c_void_p]
    _sid_text = _advapi32.ConvertSidToStringSidW
    _sid_text.argtypes = [ctypes.c_void_p, ctypes.POINTER(wintypes.LPWSTR)]
    _local_free = _kernel32.LocalFree
    _local_free.argtypes = [ctypes.c_void_p]
    _lookup = _advapi32.LookupAccountSidW
    _lookup.argtypes = [wintypes.LPCWSTR, ctypes.c_void_p, wintypes.LPWSTR, ctypes.c_void_p]
    _lookup.argtypes += [wintypes.LPWSTR, ctypes.c_void_p, ctypes.c_void_p]
    _current_process = _kernel32.GetCurrentProcess
    _current_process.restype = wintypes.HANDLE
    _open_token = _advapi32.OpenProcessToken
    _open_token.argtypes = [wintypes.HANDLE, wintypes.DWORD, ctypes.POINTER(wintypes.HANDLE)]
    _token_information = _advapi32.GetTokenInformation
    _token_information.argtypes = [
        *(wintypes.HANDLE, ctypes.c_int, ctypes.c_void_p, wintypes.DWORD, ctypes.c_void_p)
    ]
    _close = _kernel32.CloseHandle
    _close.argtypes = [wintypes.HANDLE]

    def access_to(path: str, status: os.stat_result, right: Right) -> Access:
        """Return who else owns an entry or has a right to it; a link's own list is not checked.

        What can't be examined counts as safe: opening it will fail.
        """
        if stat.S_ISLNK(status.st_mode):
            return Access()
        owner, lst, descriptor = ctypes.c_void_p(), ctypes.c_void_p(), ctypes.c_void_p()
        failed = _get_security(
            path,
            _FILE_OBJECT,
            _OWNER_AND_LIST,
            *(ctypes.byref(owner), None, ctypes.byref(lst), None, ctypes.byref(descriptor)),
        )
        if failed:
            return Access()
        try:
            trusted = _SYSTEM | _OWNERS_OWN | {_my_sid()}
            foreign = "" if not owner or _text_of(owner) in trusted else _name_of(owner)
            if not lst:  # no list at all: everyone may do anything
                return Access(foreign, (EVERYBODY,))
            names = [_name_of(sid) for sid in _holders(lst, _MASKS[right]) if _text_of(sid) not in trusted]
            return Access(foreign, tuple(dict.fromkeys(names)))
        finally:
            _local_free(descriptor)

    def is_ours(status: os.stat_result) -> bool:  # noqa: ARG001  nothing in it tells the owner
        """Whether this program may fix an entry; it may not, and leaves that to icacls."""
        return False

    def closing_command(path: str, *, ours: bool, right: Right) -> str:  # noqa: ARG001
        """Return the command that restricts an entry to its owner and the system."""
        grants = '/grant:r "%USERNAME%":F SYSTEM:F Administrators:F'
        if os.path.isdir(path):
            grants = '/grant:r "%USERNAME%":(OI)(CI)F SYSTEM:(OI)(CI)F Administrators:(OI)(CI)F'
        return f'icacls "{path}" /inheritance:r {grants}'

    def is_system_s(status: os.stat_result) -> bool:  # noqa: ARG001  nothing in it tells the owner
        """Whether a system folder may be writable by all; REPLACE already asks for less here."""
        return False

    def parting_command(path: str) -> str:
        """Return the command that closes a folder above the path, because there is no sticky bit."""
        return closing_command(path, ours=False, right=Right.REPLACE)

    def owning_command(path: str) -> str:
        """Return the command that makes an entry this user's own."""
        return f'icacls "{path}" /setowner "%USERNAME%"'

    def unmapped_owner() -> int | None:
        """Return None: Windows has no user namespaces."""
        return None

    def _holders(lst: ctypes.c_void_p, mask: int) -> Iterator[ctypes.c_void_p]:
        """Yield who a list grants one of these rights. Denials are not subtracted: they may not matter."""
        count = ctypes.cast(lst, ctypes.POINTER(_Acl)).contents.count
        for index in range(count):
            place = ctypes.c_void_p()
            if not _get_ace(lst, index, ctypes.byref(place)):
                continue
            ace = ctypes.cast(place, ctypes.POINTER(_AllowedAce)).contents
            if ace.header.kind == _ALLOWED and not ace.header.flags & _INHERIT_ONLY and ace.mask & mask:
                yield ctypes.c_void_p(ctypes.addressof(ace) + _AllowedAce.sid.offset)

    def _text_of(sid: ctypes.c_void_p) -> str:
        text = wintypes.LPWSTR()
        if not _sid_text(sid, ctypes.byref(text)):
            return ""
        try:
            return text.value or ""
        finally:
            _local_free(text)

    def _name_of(sid: ctypes.c_void_p) -> str:
        text = _text_of(sid)
        if text in _EVERYBODY:
            return EVERYBODY
        name, domain = ctypes.create_unicode_buffer(256), ctypes.create_unicode_buffer(256)
        sizes = wintypes.DWORD(256), wintypes.DWORD(256)
        kind = ctypes.c_int()
        found = _lookup(
            None, sid, name, ctypes.byref(sizes[0]), domain, ctypes.byref(sizes[1]), ctypes.byref(kind)
        )
        return (f"{domain.value}\\{name.value}" if domain.value else name.value) if found else text

    @functools.cache
    def _my_sid() -> str:
        token = wintypes.HANDLE()
        if not _open_token(_current_process(), _TOKEN_QUERY, ctypes.byref(token)):
            raise ctypes.WinError(ctypes.get_last_error())
        try:
            buffer, size = ctypes.create_string_buffer(256), wintypes.DWORD()
            if not _token_information(token, _TOKEN_USER, buffer, len(buffer), ctypes.byref(size)):
                raise ctypes.WinError(ctypes.get_last_error())
            return _text_of(ctypes.cast(buffer, ctypes.POINTER(ctypes.c_void_p)).contents)
        finally:
            _close(token)
