"""Who else may change a path on Windows: access lists as the system gives them back."""
# ruff: noqa: E402 - on other systems mypy leaves out what follows the assertion, these imports too

from __future__ import annotations

import sys

import pytest

if sys.platform != "win32":
    pytest.skip("access lists of Windows", allow_module_level=True)

assert sys.platform == "win32"  # mypy leaves out what follows on other systems

import ctypes
import os
from ctypes import wintypes
from pathlib import Path

from codemie_core import Home
from codemie_core.errors import HomeUntrusted
from codemie_core.files.trust import Fault, Right, access_to, distrusts, distrusts_of_entry
from codemie_core.files.trust.rights import EVERYBODY
from codemie_core.files.trust.windows import _my_sid, closing_command
from codemie_core.profiles.tokens.home_trust import SAFE_HOME_VARIABLE, check_trusted

FULL, MODIFY, READ = "FA", "0x1301bf", "FR"
EVERYONE = "WD"


def set_list(path: str, *entries: tuple[str, str]) -> None:
    """Give a file or folder an access list: this user and the system, and `entries`."""
    rows = [(FULL, _my_sid()), (FULL, "SY"), (FULL, "BA"), *entries]
    text = "D:P" + "".join(f"(A;OICI;{rights};;;{who})" for rights, who in rows)
    advapi32 = ctypes.WinDLL("advapi32", use_last_error=True)
    descriptor = ctypes.c_void_p()
    made = advapi32.ConvertStringSecurityDescriptorToSecurityDescriptorW(
        text, 1, ctypes.byref(descriptor), None
    )
    assert made, ctypes.WinError(ctypes.get_last_error())
    present, defaulted, lst = wintypes.BOOL(), wintypes.BOOL(), ctypes.c_void_p()
    advapi32.GetSecurityDescriptorDacl(
        descriptor, ctypes.byref(present), ctypes.byref(lst), ctypes.byref(defaulted)
    )
    failed = advapi32.SetNamedSecurityInfoW(
        ctypes.c_wchar_p(path), 1, 0x4 | 0x80000000, None, None, lst, None
    )
    assert failed == 0, ctypes.WinError(failed)


@pytest.fixture
def trusted(tmp_path: Path) -> Home:
    folder = tmp_path / ".codemie"
    folder.mkdir()
    set_list(str(folder))
    (folder / "config.json").write_text("{}")
    return Home(str(folder))


def test_the_users_own_home_is_trusted(trusted: Home) -> None:
    assert distrusts_of_entry(trusted.path) == ()
    assert distrusts_of_entry(trusted.join("config.json")) == ()


def test_a_home_that_everyone_can_change_is_not_trusted(trusted: Home) -> None:
    set_list(trusted.path, (MODIFY, EVERYONE))
    (found,) = distrusts_of_entry(trusted.path)
    assert (found.path, found.fault, found.who, found.mode) == (trusted.path, Fault.WRITABLE, EVERYBODY, None)
    assert found.command == closing_command(trusted.path, ours=False, right=Right.WRITE)
    assert found.command.startswith(f'icacls "{trusted.path}" /inheritance:r /grant:r')
    assert found in distrusts(trusted.path)
    with pytest.raises(HomeUntrusted, match="can be changed by every user"):
        check_trusted(trusted, {})
    check_trusted(trusted, {SAFE_HOME_VARIABLE: trusted.path})


def test_permission_to_read_is_separate_from_permission_to_write(trusted: Home) -> None:
    path = trusted.join("config.json")
    status = os.lstat(path)
    # Without the entry, Wine 8 still lets everyone read, through the permission bits it derives from a list.
    set_list(path, (READ, EVERYONE))
    assert access_to(path, status, Right.READ).holders == (EVERYBODY,)
    assert access_to(path, status, Right.WRITE).holders == ()


def test_files_created_in_the_users_folder_belong_to_them(trusted: Home) -> None:
    for path in (trusted.path, trusted.join("config.json"), os.path.expanduser("~")):
        assert access_to(path, os.lstat(path), Right.WRITE).owner == ""


def test_a_path_that_does_not_exist_is_not_a_problem(trusted: Home) -> None:
    assert distrusts_of_entry(trusted.join("nothing")) == ()
