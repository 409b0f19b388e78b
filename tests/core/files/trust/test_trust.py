"""Who else can change a path: tested on real files, owners, groups, access lists and links."""

from __future__ import annotations

import os
import shutil
import stat
import struct
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.other_users import NOBODY, ROOT, as_root, as_user

from codemie_core import Home
from codemie_core.errors import HomeUntrusted
from codemie_core.files.trust import Fault, distrusts, reachable_by_others
from codemie_core.profiles.tokens.home_trust import (
    SAFE_HOME_VARIABLE,
    check_not_another_users,
    check_trusted,
    owner_of_another,
    worst_distrust,
)

if sys.platform == "win32":
    pytest.skip(
        "owners and permission bits; for access lists: test_trust_windows.py", allow_module_level=True
    )

SOMEBODY = 47110815
"""A user and a group that no system has."""
CONFIG = '{"activeProfile": "a", "profiles": {"a": {"apiKey": "sk-1"}}}'


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that every user can reach, in the one folder that everyone can write."""
    folder = Path(tempfile.mkdtemp(dir="/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def trusted(place: Path) -> Home:
    folder = place / "person" / ".codemie"
    folder.mkdir(parents=True)
    for one in (folder.parent, folder):
        one.chmod(0o755)
    (folder / "config.json").write_text(CONFIG)
    (folder / "config.json").chmod(0o600)
    return Home(str(folder))


def found(path: str | Path) -> list[tuple[str, Fault, str]]:
    return [(one.path, one.fault, one.who) for one in distrusts(str(path))]


def test_a_home_that_only_its_owner_can_write_is_trusted(trusted: Home) -> None:
    assert found(trusted.path) == []
    assert worst_distrust(trusted, {}) is None
    check_trusted(trusted, {})


@pytest.mark.parametrize("mode", [0o777, 0o757, 0o722, 0o1777])
def test_a_home_that_others_can_write_is_not_trusted(trusted: Home, mode: int) -> None:
    os.chmod(trusted.path, mode)
    assert found(trusted.path) == [(trusted.path, Fault.WRITABLE, "every user of this machine")]
    with pytest.raises(HomeUntrusted) as refused:
        check_trusted(trusted, {})
    assert refused.value.path == trusted.path
    assert f"{trusted.path} can be changed by every user of this machine (mode {mode:04o})" in str(
        refused.value
    )
    assert refused.value.advice.splitlines() == [
        f"To fix it: chmod go-w {trusted.path}",
        f"To trust it anyway, set {SAFE_HOME_VARIABLE}={trusted.path}",
    ]
    subprocess.run(["sh", "-c", refused.value.advice.splitlines()[0].partition(": ")[2]], check=True)
    check_trusted(trusted, {})


@pytest.mark.parametrize("name", ["config.json", ".credentials", "tray"])
def test_writable_files_in_the_home_count_too(trusted: Home, name: str) -> None:
    path = Path(trusted.join(name))
    if name == "tray":
        path.mkdir()
    else:
        path.touch()
    path.chmod(0o666 | stat.S_IMODE(path.stat().st_mode))
    with pytest.raises(HomeUntrusted) as refused:
        check_trusted(trusted, {})
    assert refused.value.path == str(path)
    path.chmod(0o700)
    check_trusted(trusted, {})


def test_a_writable_parent_folder_counts_unless_it_is_sticky(trusted: Home) -> None:
    above = os.path.dirname(trusted.path)
    Path(above).chmod(0o777)
    assert found(trusted.path) == [(above, Fault.WRITABLE, "every user of this machine")]
    with pytest.raises(HomeUntrusted) as refused:
        check_trusted(trusted, {})
    assert refused.value.path == above
    # A system folder may be writable by all; a user's own may not.
    command = f"chmod {'+t' if ROOT else 'go-w'} {above}"
    assert refused.value.advice.splitlines()[0] == f"To fix it: {command}"
    Path(above).chmod(0o1777)
    assert found(trusted.path) == []


def test_a_home_that_does_not_exist_yet_is_judged_by_its_parents(place: Path) -> None:
    home = Home(str(place / "a" / ".codemie"))
    assert worst_distrust(home, {}) is None
    (place / "a").mkdir()
    (place / "a").chmod(0o777)
    distrust = worst_distrust(home, {})
    assert distrust is not None
    assert distrust.path == str(place / "a")


def test_a_link_is_followed_and_its_target_judged(trusted: Home, place: Path) -> None:
    dotfiles = place / "dotfiles" / "deep"
    dotfiles.mkdir(parents=True)
    for one in (dotfiles, dotfiles.parent):
        one.chmod(0o755)
    real = dotfiles / "real.json"
    real.write_text(CONFIG)
    real.chmod(0o600)
    link = Path(trusted.join("config.json"))
    link.unlink()
    link.symlink_to(os.path.relpath(real, link.parent))
    check_trusted(trusted, {})
    for weak, mode, good in ((real, 0o666, 0o600), (dotfiles, 0o777, 0o755), (dotfiles.parent, 0o777, 0o755)):
        weak.chmod(mode)
        with pytest.raises(HomeUntrusted) as refused:
            check_trusted(trusted, {})
        assert refused.value.path == str(weak)
        weak.chmod(good)
    check_trusted(trusted, {})


def test_chained_and_circular_links_terminate(place: Path) -> None:
    (place / "end").mkdir(mode=0o755)
    (place / "second").symlink_to(place / "end")
    (place / "first").symlink_to("./second/../second")
    assert found(place / "first" / ".codemie") == []
    (place / "end").chmod(0o777)
    assert [one[0] for one in found(place / "first")] == [str(place / "end")]
    (place / "circle").symlink_to("circle")
    assert found(place / "circle") == []


@as_root
def test_a_home_link_or_folder_of_another_user_is_not_trusted(trusted: Home, place: Path) -> None:
    link = place / "link"
    link.symlink_to(trusted.path)
    assert found(link) == []
    os.chown(link, NOBODY, NOBODY, follow_symlinks=False)
    assert found(link) == [(str(link), Fault.OWNER, "nobody")]
    os.chown(os.path.dirname(trusted.path), NOBODY, NOBODY)
    assert (os.path.dirname(trusted.path), Fault.OWNER, "nobody") in found(trusted.path)


@as_root
def test_everyone_trusts_files_of_root_but_root_does_not_trust_theirs(trusted: Home) -> None:
    config = trusted.join("config.json")
    os.chmod(config, 0o644)
    assert as_user(NOBODY, lambda: str(found(config))) == "[]"
    for path in (trusted.path, config):
        os.chown(path, NOBODY, NOBODY)
    assert as_user(NOBODY, lambda: str(found(config))) == "[]"
    assert [(path, who) for path, _, who in found(config)] == [(trusted.path, "nobody"), (config, "nobody")]
    assert [path for path, *_ in eval(as_user(1234, lambda: str([one[:1] for one in found(config)])))] == [  # noqa: S307
        trusted.path,
        config,
    ]


@as_root
def test_root_is_told_to_run_as_the_owner_of_a_home(trusted: Home) -> None:
    assert owner_of_another(trusted) == ""
    check_not_another_users(trusted, {})
    os.chown(trusted.path, NOBODY, NOBODY)
    assert owner_of_another(trusted) == "nobody"
    for check in (check_not_another_users, check_trusted):
        with pytest.raises(HomeUntrusted, match="belongs to nobody, and you are root") as refused:
            check(trusted, {})
        assert "sudo -u nobody codemie-tray" in refused.value.advice
    missing = Home(os.path.join(trusted.path, "deeper", ".codemie"))
    assert owner_of_another(missing) == "nobody"  # it would be made there
    assert as_user(NOBODY, lambda: owner_of_another(trusted)) == ""


@as_root
def test_a_group_may_write_if_the_owner_is_its_only_member(trusted: Home, tmp_path: Path) -> None:
    """The per-user groups of Debian, Fedora and Ubuntu, with umask 002."""
    os.chown(trusted.path, 4001, 4001)
    os.chown(trusted.join("config.json"), 4001, 4001)
    os.chown(os.path.dirname(trusted.path), 0, 0)
    Path(trusted.path).chmod(0o775)
    users, groups = "ann:x:4001:4001::/:/bin/sh\n", "ann:x:4001:\n"
    cases = {
        "alone": (users, groups, True),
        "also listed as a member": (users, "ann:x:4001:ann\n", True),
        "with bob": (users, "ann:x:4001:bob\n", False),
        "bob has it as his own": (users + "bob:x:4002:4001::/:/bin/sh\n", groups, False),
        "nobody knows the group": (users, "", False),
    }
    program = (
        "import os, sys; from codemie_core.files.trust import distrusts\n"
        "distrusts(sys.argv[1])  # imports what this user may not\n"
        "os.setgroups([]); os.setgid(4001); os.setuid(4001)\n"
        "print([one.who for one in distrusts(sys.argv[1])])"
    )
    seen = {}
    for name, (passwd, group, _) in cases.items():
        (tmp_path / "passwd").write_text("root:x:0:0::/root:/bin/sh\n" + passwd)
        (tmp_path / "group").write_text("root:x:0:\n" + group)
        script = (
            'mount --bind "$1/passwd" /etc/passwd && mount --bind "$1/group" /etc/group && shift && exec "$@"'
        )
        done = subprocess.run(
            [
                "unshare",
                "-m",
                "sh",
                "-c",
                script,
                "sh",
                str(tmp_path),
                sys.executable,
                "-c",
                program,
                trusted.path,
            ],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
        if "mount" in done.stderr or "unshare" in done.stderr:
            pytest.skip(f"no mounts here: {done.stderr}")
        assert done.returncode == 0, done.stderr
        seen[name] = done.stdout.strip()
    expected = {name: "[]" if good else "['the group ann']" for name, (_, _, good) in cases.items()}
    assert seen == {**expected, "nobody knows the group": "['the group 4001']"}


@pytest.mark.skipif(sys.platform != "linux", reason="access lists as extended attributes are Linux's")
@pytest.mark.parametrize(
    ("entries", "who"),
    [
        ([(0x02, 6, SOMEBODY), (0x10, 6, -1)], [f"user {SOMEBODY}"]),
        ([(0x02, 4, SOMEBODY), (0x10, 6, -1)], []),
        ([(0x02, 6, SOMEBODY), (0x10, 4, -1)], []),
        ([(0x08, 6, SOMEBODY), (0x10, 6, -1)], [f"the group {SOMEBODY}"]),
    ],
    ids=["another may write", "another may read", "the mask takes it away", "a group may write"],
)
def test_an_access_list_that_lets_another_user_write_is_detected(
    trusted: Home, entries: list[tuple[int, int, int]], who: list[str]
) -> None:
    path = trusted.join("config.json")
    rows = sorted([(0x01, 6, -1), (0x04, 0, -1), (0x20, 0, -1), *entries])
    data = struct.pack("<I", 2) + b"".join(struct.pack("<HHi", *row) for row in rows)
    if sys.platform == "linux":
        try:
            os.setxattr(path, "system.posix_acl_access", data)
        except OSError as error:
            pytest.skip(f"this file system has no access lists: {error}")
    assert [one.who for one in distrusts(path)] == who


def test_the_user_may_trust_one_home_as_it_is_but_no_other(trusted: Home, place: Path) -> None:
    Path(trusted.path).chmod(0o777)
    check_trusted(trusted, {SAFE_HOME_VARIABLE: trusted.path})
    (place / "link").symlink_to(trusted.path)
    check_trusted(trusted, {SAFE_HOME_VARIABLE: str(place / "link")})
    for other in ("", "*", str(place), os.path.dirname(trusted.path), "person/.codemie", trusted.path + "2"):
        with pytest.raises(HomeUntrusted):
            check_trusted(trusted, {SAFE_HOME_VARIABLE: other})


def test_no_setting_inside_the_home_makes_it_trusted(trusted: Home) -> None:
    Path(trusted.path).chmod(0o777)
    os.mkdir(trusted.tray)
    Path(trusted.join("tray", "settings.json")).write_text(f'{{"safeHome": "{trusted.path}"}}')
    with pytest.raises(HomeUntrusted):
        check_trusted(trusted, {})


def test_one_closed_parent_folder_keeps_others_out(trusted: Home) -> None:
    assert reachable_by_others(trusted.join("config.json"))
    os.chmod(os.path.dirname(trusted.path), 0o700)
    assert not reachable_by_others(trusted.join("config.json"))
