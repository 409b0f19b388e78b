"""Modes and owners: correct at creation, whatever the umask, as reported by the system itself."""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
import struct
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.other_users import AS_NOBODY, NOBODY, ROOT, as_root, folder_for_anybody, run_as_nobody

from codemie_core import ConfigLoader, Home, StoreDenied
from codemie_core.files.json.value import JsonInput

if sys.platform == "win32":
    pytest.skip("POSIX modes", allow_module_level=True)


PLAIN = '{"activeProfile": "a", "profiles": {"a": {}, "b": {}}}'
TOKENED = '{"activeProfile": "a", "profiles": {"a": {"authToken": "sk-1"}, "b": {}}}'
UMASKS = (0o000, 0o022, 0o077)


@pytest.fixture
def path(home: Home) -> Path:
    return Path(home.join("config.json"))


@pytest.fixture
def loader(home: Home) -> ConfigLoader:
    return ConfigLoader(home, settle_seconds=0)


def mode_of(path: str | Path) -> int:
    return stat.S_IMODE(os.stat(path).st_mode)


def program_of(home: Home, code: str) -> str:
    """Return a program that runs code with a `loader`."""
    return (
        "from codemie_core import *\n"
        f"loader = ConfigLoader(Home({home.path!r}), settle_seconds=0)\n"
        f"try:\n    {code}\nexcept CodeMieError as error:\n    print(type(error).__name__, error)\n"
    )


def run(home: Home, code: str, *before: str, umask: int) -> None:
    """Run code with a `loader` in a separate process."""
    subprocess.run(
        [*before, sys.executable, "-c", program_of(home, code)],
        check=True,
        timeout=60,
        umask=umask,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONDONTWRITEBYTECODE": "1"},
    )


def printed_as_nobody(home: Home, code: str) -> str:
    """Run code with a `loader` as nobody, and return what it prints."""
    ran = run_as_nobody(program_of(home, code))
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


CREATION = re.compile(
    r"(?:openat\((?:AT_FDCWD|\d+)<(?P<within>[^>]*)>, |mkdir(?:at)?\((?:AT_FDCWD<[^>]*>, )?)"
    r'"(?P<path>[^"]+)", (?P<rest>.*)\) += '
)
"""A call as `strace -y` prints it, with the path of a folder's descriptor."""


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
@pytest.mark.parametrize("umask", UMASKS, ids=oct)
@pytest.mark.parametrize("fields", ["{}", "{'authToken': 'sk-1'}"], ids=["no secret", "a secret"])
def test_every_file_is_created_with_its_final_mode(tmp_path: Path, umask: int, fields: str) -> None:
    new = Home(str(tmp_path / "fresh"))
    log = tmp_path / "strace"
    calls = "trace=openat,open,creat,mkdir,mkdirat,chmod,fchmod,fchmodat,?fchmodat2"
    run(new, f"loader.save_profile('a', {fields})", "strace", "-fy", "-e", calls, "-o", str(log), umask=umask)
    lines = [line for line in log.read_text().splitlines() if str(tmp_path) in line or "fchmod" in line]
    assert not [line for line in lines if "chmod" in line], "a mode was changed after the creation"
    made: dict[str, str] = {}
    for line in lines:
        found = CREATION.search(line)
        if found and ("O_CREAT" in line or "mkdir" in line) and "ENOENT" not in line:
            made[os.path.join(found["within"] or "", found["path"])] = found["rest"].split(", ")[-1]
    config = "0600" if "sk-" in fields else "0644"
    temporary = [path for path in made if path.endswith(".tmp")]
    kept = [path for path in temporary if os.path.dirname(path) == new.history]
    written = [path for path in temporary if path not in kept]
    assert (len(kept), len(written)) == (1, 1)
    assert made == {
        new.path: "0700",
        new.tray: "0700",
        new.history: "0700",
        new.lock: "0600",
        kept[0]: "0600",
        written[0]: config,
    }
    assert mode_of(new.join("config.json")) == int(config, 8) & ~umask
    assert mode_of(new.path) == mode_of(new.tray) == 0o700
    assert mode_of(new.lock) == 0o600


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
def test_strace_detects_a_mode_set_afterwards(tmp_path: Path) -> None:
    log = tmp_path / "strace"
    code = f"import os; open({str(tmp_path / 'x')!r}, 'w').close(); os.chmod({str(tmp_path / 'x')!r}, 0o600)"
    subprocess.run(
        ["strace", "-f", "-e", "trace=openat,chmod,fchmodat", "-o", str(log), sys.executable, "-c", code],
        check=True,
        timeout=60,
    )
    assert [line for line in log.read_text().splitlines() if "chmod" in line and str(tmp_path) in line]


@pytest.mark.parametrize("umask", UMASKS, ids=oct)
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o644, 0o664, 0o666, 0o700])
def test_a_switch_keeps_the_mode_whatever_the_umask(home: Home, path: Path, umask: int, mode: int) -> None:
    for text in (PLAIN, TOKENED):
        path.write_text(text)
        path.chmod(mode)
        before = os.umask(umask)
        try:
            ConfigLoader(home, settle_seconds=0).switch_profile("b")
        finally:
            os.umask(before)
        assert mode_of(path) == mode


@pytest.mark.parametrize(
    "fields",
    [
        {"authToken": "sk-2"},
        {"apiKey": "sk-2"},
        {"awsSecretAccessKey": "x"},
        {"jwtConfig": {"token": "x"}},
        {"ssoConfig": {"cookiesEncrypted": "x"}},
    ],
)
def test_adding_the_first_secret_makes_the_file_private(
    loader: ConfigLoader, path: Path, fields: dict[str, JsonInput]
) -> None:
    path.write_text(PLAIN)
    path.chmod(0o644)
    config = loader.save_profile("b", fields)
    assert mode_of(path) == 0o600
    assert config.mode == 0o600
    assert not config.exposed


def test_a_reference_to_the_store_is_not_a_secret(loader: ConfigLoader, path: Path) -> None:
    path.write_text(PLAIN)
    path.chmod(0o644)
    loader.save_profile("b", {"authToken": "credential:b"})
    assert mode_of(path) == 0o644


def test_loose_permissions_on_an_existing_secret_are_reported(loader: ConfigLoader, path: Path) -> None:
    path.write_text(TOKENED)
    path.chmod(0o644)
    assert loader.load().exposed
    path.chmod(0o600)
    assert not loader.load().exposed
    path.write_text(PLAIN)
    path.chmod(0o644)
    assert not loader.load().exposed


def access_list(*entries: tuple[int, int, int]) -> bytes:
    """An access list as Linux stores it: (tag, permissions, id) each."""
    return struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *entry) for entry in entries)


NOBODY_MAY_READ = access_list(
    (0x01, 6, 0xFFFFFFFF),
    (0x02, 4, NOBODY),
    (0x04, 4, 0xFFFFFFFF),
    (0x10, 4, 0xFFFFFFFF),
    (0x20, 0, 0xFFFFFFFF),
)


def set_attribute(path: Path, name: str, value: bytes) -> None:
    if sys.platform != "linux":
        raise NotImplementedError
    os.setxattr(path, name, value)


def attribute(path: Path, name: str) -> bytes:
    if sys.platform != "linux":
        raise NotImplementedError
    return os.getxattr(path, name)


def set_access_list(path: Path) -> None:
    try:
        set_attribute(path, "system.posix_acl_access", NOBODY_MAY_READ)
    except OSError as error:
        pytest.skip(f"this file system has no access lists: {error}")


@pytest.mark.skipif(sys.platform != "linux", reason="access lists as extended attributes are Linux's")
def test_access_lists_and_attributes_are_kept(loader: ConfigLoader, path: Path) -> None:
    path.write_text(PLAIN)
    path.chmod(0o640)
    set_access_list(path)
    set_attribute(path, "user.note", b"mine")
    loader.switch_profile("b")
    assert attribute(path, "user.note") == b"mine"
    assert attribute(path, "system.posix_acl_access") == NOBODY_MAY_READ


@pytest.mark.skipif(sys.platform != "linux", reason="access lists as extended attributes are Linux's")
@as_root
def test_an_access_list_does_not_open_a_file_that_is_made_private() -> None:
    with folder_for_anybody() as folder:
        path = folder / "config.json"
        path.write_text(PLAIN)
        path.chmod(0o640)
        set_access_list(path)
        read = [*AS_NOBODY, "cat", str(path)]
        assert subprocess.run(read, capture_output=True, check=False).returncode == 0
        ConfigLoader(Home(str(folder)), settle_seconds=0).save_profile("b", {"authToken": "sk-1"})
        assert mode_of(path) == 0o600
        assert subprocess.run(read, capture_output=True, check=False).returncode != 0


@as_root
def test_the_owner_is_kept(loader: ConfigLoader, path: Path) -> None:
    path.write_text(TOKENED)
    os.chown(path, 1234, 5678)
    path.chmod(0o640)
    loader.switch_profile("b")
    assert (path.stat().st_uid, path.stat().st_gid, mode_of(path)) == (1234, 5678, 0o640)


@pytest.fixture
def nobodys() -> Iterator[Home]:
    """A home that nobody (the user of that name) can reach and owns."""
    if not ROOT:
        pytest.skip("needs root to become another user")
    with folder_for_anybody() as place:
        folder = place / "nobodys"
        folder.mkdir()
        (folder / "config.json").write_text(PLAIN)
        (folder / "tray").mkdir()
        for entry in (folder, *folder.iterdir()):
            os.chown(entry, NOBODY, NOBODY)
        yield Home(str(folder))


def test_another_users_file_is_not_taken_over(nobodys: Home) -> None:
    path = Path(nobodys.join("config.json"))
    os.chown(path, 0, 0)
    path.chmod(0o666)
    printed = printed_as_nobody(nobodys, "loader.switch_profile('b')")
    assert printed.startswith(f"StoreDenied {path}: belongs to another user or group (0:0)")
    assert path.read_text() == PLAIN
    assert sorted(os.listdir(nobodys.path)) == ["config.json", "tray"]


def test_an_unwritable_folder_is_reported_and_nothing_changes(nobodys: Home) -> None:
    path = Path(nobodys.join("config.json"))
    Path(nobodys.path).chmod(0o555)
    printed = printed_as_nobody(nobodys, "loader.switch_profile('b')")
    assert printed == f"StoreDenied {path}: can't be written, nothing was changed: Permission denied\n"
    assert path.read_text() == PLAIN


def test_an_unreadable_folder_is_refused_before_anything_changes(nobodys: Home) -> None:
    path = Path(nobodys.join("config.json"))
    Path(nobodys.path).chmod(0o300)
    printed = printed_as_nobody(nobodys, "loader.switch_profile('b')")
    assert printed == f"StoreDenied {path}: can't be written, nothing was changed: Permission denied\n"
    assert path.read_text() == PLAIN
    assert sorted(os.listdir(nobodys.path)) == ["config.json", "tray"]


def test_an_unreadable_file_is_reported_and_kept(nobodys: Home) -> None:
    path = Path(nobodys.join("config.json"))
    path.chmod(0)
    printed = printed_as_nobody(nobodys, "loader.save_profile('b', {})")
    assert printed == f"ConfigUnreadable {path}: can't be read: Permission denied\n"
    path.chmod(0o600)
    assert path.read_text() == PLAIN


def test_a_link_into_an_unwritable_folder_is_reported(nobodys: Home) -> None:
    dotfiles = Path(nobodys.path).parent / "dotfiles"
    dotfiles.mkdir(mode=0o755)
    (dotfiles / "real.json").write_text(PLAIN)
    (dotfiles / "real.json").chmod(0o666)
    path = Path(nobodys.join("config.json"))
    path.unlink()
    path.symlink_to(dotfiles / "real.json")
    printed = printed_as_nobody(nobodys, "loader.switch_profile('b')")
    assert printed.startswith(f"StoreDenied {dotfiles / 'real.json'}: can't be written, nothing was changed")
    assert (dotfiles / "real.json").read_text() == PLAIN
    assert os.listdir(dotfiles) == ["real.json"]


@pytest.mark.skipif(ROOT, reason="root may write everywhere; the tests as nobody cover it")
def test_a_read_only_folder_is_reported(loader: ConfigLoader, home: Home, path: Path) -> None:
    path.write_text(PLAIN)
    Path(home.path).chmod(0o555)
    with pytest.raises(StoreDenied):
        loader.switch_profile("b")


def test_files_written_as_nobody_belong_to_nobody(nobodys: Home) -> None:
    assert printed_as_nobody(nobodys, "loader.save_profile('new', {'apiKey': 'x'})") == ""
    path = Path(nobodys.join("config.json"))
    assert json.loads(path.read_text())["profiles"]["new"] == {"apiKey": "x"}
    assert (path.stat().st_uid, mode_of(path)) == (NOBODY, 0o600)
