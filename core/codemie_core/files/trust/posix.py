"""Owners, permission bits, groups and (Linux) access lists. macOS's own access lists are not checked."""

from __future__ import annotations

import functools
import os
import shlex
import stat
import struct
import sys

from codemie_core.files.trust.rights import EVERYBODY, Access, Right

if sys.platform != "win32":
    import grp
    import pwd

    _ROOT = 0
    _BITS = {Right.READ: 4, Right.WRITE: 2, Right.REPLACE: 2}

    def access_to(path: str, status: os.stat_result, right: Right) -> Access:
        """Return who else owns an entry or has a right to it.

        Args:
            path: the entry; a link is not followed.
            status: its `lstat`.
            right: which right.
        """
        trusted = (os.geteuid(), _ROOT)
        owner = "" if status.st_uid in trusted else _name_of_user(status.st_uid)
        bit = _BITS[right]
        if stat.S_ISLNK(status.st_mode):
            return Access(owner)  # a link has no rights of its own
        if status.st_mode & bit:
            return Access(owner, (EVERYBODY,))
        if not status.st_mode & bit << 3:
            return Access(owner)
        # With an access list, the group's bits are the most that anyone on the list has (acl(5)).
        users, groups = _AccessList.of(path).holders(bit, status.st_gid)
        holders = [_name_of_user(uid) for uid in users if uid not in (status.st_uid, *trusted)]
        alone = (status.st_uid, *trusted)
        holders += [f"the group {_name_of_group(gid)}" for gid in groups if not _only_in(gid, alone)]
        return Access(owner, tuple(dict.fromkeys(holders)))

    def is_ours(status: os.stat_result) -> bool:
        """Whether this user may change an entry's permission bits."""
        return os.geteuid() in (status.st_uid, _ROOT)

    def closing_command(path: str, *, ours: bool, right: Right) -> str:
        """Return the command that removes others' rights to an entry."""
        bits = "go-rwx" if right is Right.READ else "go-w"
        return f"{_sudo(ours)}chmod {bits} {shlex.quote(path)}"

    def is_system_s(status: os.stat_result) -> bool:
        """Whether an entry belongs to the system."""
        return status.st_uid == _ROOT

    def parting_command(path: str) -> str:
        """Return the command that restricts users to their own entries in a folder that all may write."""
        return f"{_sudo(False)}chmod +t {shlex.quote(path)}"

    def owning_command(path: str) -> str:
        """Return the command that makes an entry this user's own."""
        return f"{_sudo(False)}chown -h {shlex.quote(_name_of_user(os.geteuid()).removeprefix('user '))} " + (
            shlex.quote(path)
        )

    def unmapped_owner() -> int | None:
        """Return the user id that stands for root if root is not mapped in this user namespace.

        In a Flatpak or another sandbox, all system folders belong to the overflow user (user_namespaces(7)).
        """
        if sys.platform != "linux":
            return None
        try:
            with open("/proc/self/uid_map", encoding="utf-8") as file:
                ranges = [tuple(map(int, line.split())) for line in file]
            if any(outside == _ROOT for _, outside, _ in ranges):
                return None
            with open("/proc/sys/kernel/overflowuid", encoding="utf-8") as file:
                return int(file.read())
        except (OSError, ValueError):
            return None

    def _sudo(ours: bool) -> str:
        return "" if ours or os.geteuid() == _ROOT else "sudo "

    @functools.lru_cache(maxsize=64)
    def _name_of_user(uid: int) -> str:
        try:
            return pwd.getpwuid(uid).pw_name
        except (KeyError, OverflowError):
            return f"user {uid}"

    @functools.lru_cache(maxsize=64)
    def _name_of_group(gid: int) -> str:
        try:
            return grp.getgrgid(gid).gr_name
        except (KeyError, OverflowError):
            return str(gid)

    @functools.lru_cache(maxsize=64)
    def _only_in(gid: int, users: tuple[int, ...]) -> bool:
        """Whether only these users are in a group, as in the private groups of most Linux systems.

        The rule of Debian's OpenSSH (its user-group-modes.patch). For a group without a name, nobody can say.
        """
        try:
            group = grp.getgrgid(gid)
        except (KeyError, OverflowError):
            return False
        members = {*group.gr_mem, *(entry.pw_name for entry in pwd.getpwall() if entry.pw_gid == gid)}
        return bool(members) and members <= {_name_of_user(uid) for uid in users}

    class _AccessList:
        """An access list (acl(5)); it has no entries if there is none."""

        _USER, _GROUP_OBJ, _GROUP, _MASK = 0x02, 0x04, 0x08, 0x10

        def __init__(self, data: bytes) -> None:
            self._entries = list(struct.iter_unpack("<HHI", data[4:])) if len(data) % 8 == 4 else []
            self._mask = next((bits for tag, bits, _ in self._entries if tag == self._MASK), 7)

        @classmethod
        def of(cls, path: str) -> _AccessList:
            """Read it."""
            if sys.platform == "linux":
                try:
                    return cls(os.getxattr(path, "system.posix_acl_access", follow_symlinks=False))
                except OSError:
                    pass  # none, or a file system without them
            return cls(b"")

        def holders(self, bit: int, group: int) -> tuple[list[int], list[int]]:
            """Return the users and the groups to whom it grants a right.

            Args:
                bit: the right.
                group: the entry's own group, which has the right if there is no list.
            """
            users, groups = [], []
            for tag, bits, who in self._entries:
                if bits & self._mask & bit:
                    if tag == self._USER:
                        users.append(who)
                    elif tag in (self._GROUP, self._GROUP_OBJ):
                        groups.append(group if tag == self._GROUP_OBJ else who)
            return users, groups if self._entries else [group]
