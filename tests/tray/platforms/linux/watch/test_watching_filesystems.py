"""File systems that don't report changes are polled: all but those known to be local."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest
from tests.tray.platforms.linux.namespaces import MOUNTS, options_for, run_apart

if sys.platform != "linux":
    pytest.skip("the mount table is Linux's", allow_module_level=True)

from codemie_tray.background.watch.backends.filesystems import (
    kind_of,
    needs_polling,
    parse_mount,
    reports_changes,
)

MOUNTED = [
    parse_mount(line)
    for line in (
        "22 1 254:0 / / rw,relatime - ext4 /dev/vda rw",
        "60 22 0:50 / /mnt/my\\040share rw shared:3 - nfs4 server:/x rw",
        "61 22 0:51 / /mnt/my\\040share/local rw - tmpfs tmpfs rw",
        "62 22 0:52 / /home/ada rw,relatime master:1 shared:4 - fuse.gocryptfs /vault rw,user_id=1000",
        "63 22 0:53 / /home/bob rw - ext4 /dev/vdb rw",
        "64 63 0:54 / /home/bob rw - virtiofs host rw",
    )
]


def test_the_nearest_mount_counts_and_the_later_of_two_at_the_same_point() -> None:
    for path, kind in (
        ("/home/eve/.codemie", "ext4"),
        ("/mnt/my share/.codemie", "nfs4"),
        ("/mnt/my share/local", "tmpfs"),
        ("/mnt/my shared", "ext4"),
        ("/home/ada/.codemie", "fuse.gocryptfs"),
        ("/home/ada", "fuse.gocryptfs"),
        ("/home/adalbert", "ext4"),
        ("/home/bob/.codemie", "virtiofs"),
    ):
        assert kind_of(path, MOUNTED) == kind, path


POLLED = """
    nfs nfs4 cifs smb3 smbfs 9p afs coda ceph glusterfs lustre gpfs beegfs orangefs pvfs2 ocfs2 gfs2 virtiofs
    vboxsf vmhgfs prl_fs fuse fuseblk fuse.sshfs fuse.rclone fuse.davfs fuse.s3fs fuse.ceph-fuse
    fuse.vmhgfs-fuse fuse.glusterfs fuse.gvfsd-fuse fuse.portal davfs ncpfs autofs acfs moosefs tmpfsx new
"""
LOCAL = "ext4 ext3 xfs btrfs zfs f2fs bcachefs vfat exfat ntfs3 tmpfs overlay"


@pytest.mark.parametrize("kind", POLLED.split())
def test_file_systems_that_others_can_write_are_polled(kind: str) -> None:
    assert not reports_changes(kind)


@pytest.mark.parametrize("kind", LOCAL.split())
def test_local_file_systems_are_watched(kind: str) -> None:
    assert reports_changes(kind)


def test_the_real_mount_table_is_parsed(tmp_path: Path) -> None:
    with open("/proc/self/mountinfo", encoding="utf-8") as file:
        assert all(parse_mount(line).point.startswith("/") for line in file)
    where = os.stat(tmp_path).st_dev
    with open("/proc/self/mountinfo", encoding="utf-8") as file:
        numbers = {parse_mount(line).point: re.findall(r"\d+:\d+", line)[0] for line in file}
    assert f"{os.major(where)}:{os.minor(where)}" in numbers.values() or not needs_polling([str(tmp_path)])


_IN_USER_SPACE = """
import ctypes, os, sys
from codemie_tray.background.watch.backends.filesystems import needs_polling
place = sys.argv[1]
assert not needs_polling([place])
libc = ctypes.CDLL(None, use_errno=True)
for kind in (b"fuse", b"fuse.sshfs"):
    server = os.open("/dev/fuse", os.O_RDWR)  # a mount is one from here on; nobody is asked for a file
    options = f"fd={server},rootmode=40000,user_id=0,group_id=0".encode()
    if libc.mount(b"x", os.fsencode(place), kind, 0, options):
        print("refused:", os.strerror(ctypes.get_errno()))
        sys.exit()
    assert needs_polling([os.path.join(place, ".codemie")]), kind
    assert not needs_polling([os.path.dirname(place)])
    libc.umount2(os.fsencode(place), 2)
    os.close(server)
print("polled")
"""


def test_a_real_file_system_in_user_space_is_polled(tmp_path: Path) -> None:
    place = tmp_path / "a place"
    place.mkdir()
    said = run_apart(_IN_USER_SPACE, str(place), options=options_for(MOUNTS))
    if said.startswith("refused") or not os.path.exists("/dev/fuse"):
        pytest.skip(f"no file systems in user space here: {said.strip()}")
    assert said == "polled\n"
