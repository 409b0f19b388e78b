"""Ends a private home: moves files that the program left to the real home, and removes the rest.

This happens when the program ends. If everything was killed, the next start cleans up.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import shutil
import stat
import sys
from collections.abc import Iterator

from codemie_core.config.model.layout import CLASSIC, CLI
from codemie_core.errors import CodeMieError, StoreError
from codemie_core.files.lock import StoreLock, lock_open_file, unlock
from codemie_core.files.private.file import open_private, read_private
from codemie_core.profiles.tokens.handover.private_home import (
    COPIED,
    INNER,
    LOCK,
    OWNER,
    PREFIX,
    Place,
    PrivateHome,
)
from codemie_core.system.process.identity import identity_of

_LOCKED_BYTE = 1 << 30
_LIMIT_BYTES = 1 << 20
_NOT_BROUGHT_BACK = (CLI.config_name, CLASSIC.config_name, COPIED, ".update-lock")


def sweep(candidates: tuple[Place, ...]) -> int:
    """End the private homes left by programs that have ended; return how many there were.

    Never raises because of their contents: a home that can't be removed stays for the next sweep, without its
    secrets if they could be removed.
    """
    ended = 0
    for place in candidates:
        if not os.path.isdir(place.path):
            continue
        with (
            contextlib.suppress(CodeMieError, OSError),
            StoreLock(os.path.join(place.path, LOCK), timeout_seconds=1),
        ):
            for name in sorted(os.listdir(place.path)):
                folder = os.path.join(place.path, name)
                if name.startswith(PREFIX) and not _is_needed(folder):
                    ended += end_private_home(folder)
    return ended


def end_private_home(folder: str) -> bool:
    """Move a private home's files to the real home and remove it; return whether it was removed."""
    inner = os.path.join(folder, INNER)
    for name in (CLI.config_name, CLASSIC.config_name):
        with contextlib.suppress(OSError):
            path = os.path.join(inner, name)
            if sys.platform == "win32":
                os.chmod(path, stat.S_IWRITE)  # Windows can't remove a read-only file
            os.unlink(path)
    real, linked = _owner(folder)
    try:
        if real and os.path.isdir(real) and os.path.isdir(inner):
            suffix = os.path.basename(folder)
            for name in os.listdir(inner):
                if name not in _NOT_BROUGHT_BACK:
                    _bring_back(os.path.join(inner, name), os.path.join(real, name), suffix, name in linked)
    except OSError:
        return False  # for example, a full disk: the next sweep handles what is left
    _remove(folder)
    return not os.path.lexists(folder)


def discard(private: PrivateHome | None) -> None:
    """End a private home that this process created but will not hand over, if there is one."""
    if private is not None:
        # Windows can't remove open files; until the folder is removed, the recorded process id protects it.
        os.close(private.lock_fd)
        end_private_home(private.folder)


def wait_until_free(folder: str) -> None:
    """Block until no process holds a private home (POSIX)."""
    if sys.platform != "win32":
        import fcntl

        fd = open_private(os.path.join(folder, LOCK), os.O_RDWR)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX)
        finally:
            os.close(fd)


def _is_needed(folder: str) -> bool:
    path = os.path.join(folder, LOCK)
    try:
        fd = open_private(path, os.O_RDWR)
    except FileNotFoundError:
        return False  # its creator was killed
    except (OSError, StoreError):
        return True
    try:
        lock_open_file(fd, path, timeout_seconds=0, at=_LOCKED_BYTE)
        unlock(fd, at=_LOCKED_BYTE)
    except CodeMieError:
        return True
    finally:
        os.close(fd)
    # A program may close the inherited descriptor and keep running.
    return any(identity_of(pid) == identity for pid, identity in _processes(folder))


def _read(folder: str) -> dict[str, object]:
    try:
        data, _ = read_private(os.path.join(folder, OWNER), limit_bytes=_LIMIT_BYTES)
        content = json.loads(data.decode("utf-8", "surrogatepass"))
    except (OSError, StoreError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _owner(folder: str) -> tuple[str, frozenset[str]]:
    content = _read(folder)
    linked = content.get("linked")
    return str(content.get("home") or ""), frozenset(linked if isinstance(linked, list) else ())


def _processes(folder: str) -> Iterator[tuple[int, str]]:
    found = _read(folder).get("processes")
    for pid, identity in found.items() if isinstance(found, dict) else ():
        with contextlib.suppress(ValueError):
            yield int(pid), str(identity)


def _bring_back(source: str, target: str, suffix: str, was_linked: bool) -> None:
    status = os.lstat(source)
    if _is_link(status):
        return
    if stat.S_ISDIR(status.st_mode):
        if os.path.lexists(target) and not os.path.isdir(target):
            target = f"{target}.{suffix}"
        with contextlib.suppress(FileExistsError):
            os.mkdir(target, stat.S_IMODE(status.st_mode))
        for name in os.listdir(source):
            _bring_back(os.path.join(source, name), os.path.join(target, name), suffix, False)
    elif stat.S_ISREG(status.st_mode):
        if os.path.exists(target) and os.path.samefile(source, target):
            return
        if os.path.isdir(target) or (os.path.lexists(target) and not was_linked):
            target = f"{target}.{suffix}"  # one was created under this name in the meantime; keep both
        _move(source, os.path.realpath(target) if was_linked else target)


def _is_link(status: os.stat_result) -> bool:
    if sys.platform == "win32" and status.st_reparse_tag:
        return True  # a junction
    return stat.S_ISLNK(status.st_mode)


def _move(source: str, target: str) -> None:
    try:
        os.replace(source, target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        # Private homes are in memory, so moving to a disk means copying; a rename makes the copy atomic.
        new = os.path.join(os.path.dirname(target), f".{os.path.basename(target)}.{os.getpid()}.tmp")
        try:
            with (
                open(source, "rb") as reader,
                open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as writer,
            ):
                shutil.copyfileobj(reader, writer)
                writer.flush()
                os.fsync(writer.fileno())
            shutil.copystat(source, new)
            os.replace(new, target)
        except OSError:
            with contextlib.suppress(OSError):
                os.unlink(new)
            raise
        os.unlink(source)


def _remove(folder: str) -> None:
    inner = os.path.join(folder, INNER)
    with contextlib.suppress(OSError):
        for name in os.listdir(inner):
            path = os.path.join(inner, name)
            if _is_link(os.lstat(path)):
                with contextlib.suppress(OSError):
                    os.unlink(path)  # the link, never its target
    shutil.rmtree(folder, ignore_errors=True)
