"""A private home for one program: links to everything in the real home, and a single profile.

The CLI merges its configuration's active profile with the environment, so the environment alone can't hand a
profile over: a field missing in one comes from the other. In a private home, the only profile in the file is
the right one.

    <place>/lock            held while a home is created or examined
    <place>/run-XXXX/       0700
        lock                held by the program, which inherits the descriptor, while it runs
        owner.json          the real home, the processes, and the names that were linked
        home/               the program's CODEMIE_HOME

Folders are links (on Windows junctions, which need no privilege), so sessions, logs and credentials are
written where they belong. Files are links, too (on Windows hard links). If a program replaces a file by
renaming, or creates one, it ends up here; `private_home_end` moves it to the real home.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from codemie_core.config.model.layout import CLASSIC, CLI
from codemie_core.errors import LinksUnavailable, StoreError, store_error
from codemie_core.files.atomic_file import read_whole
from codemie_core.files.lock import StoreLock, lock_open_file
from codemie_core.files.private.folder import make_private_folder
from codemie_core.home import Home
from codemie_core.system.process.identity import identity_of

PREFIX = "run-"
OWNER, LOCK, INNER = "owner.json", "lock", "home"
COPIED = "migrations.json"
"""Records which migrations the CLI has run; without it, they would run on the private configuration."""
NOT_SHARED = frozenset({"tray", ".credentials", COPIED})
FOLDERS = ("sessions", "logs", "credentials")
"""Created if missing, so that what is written there outlives the private home."""
FILES = ("sso-credentials.enc", "installation-id", ".last-update-check", "plugins.json")
"""Files that the CLI writes in place; a dangling link makes it create them in the real home."""
_LOCKED_BYTE = 1 << 30
_LARGEST_COPY_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Place:
    """A folder that may hold private homes."""

    path: str
    in_memory: bool
    """Whether its contents never reach a disk (except by swapping)."""


@dataclass(frozen=True, slots=True)
class PrivateHome:
    """A private home, created and locked by this process."""

    folder: str
    """The folder that contains the home; mode 0700."""
    place: Place
    lock_fd: int
    """The home is kept while this is open, in this process or one that inherits it."""

    @property
    def path(self) -> str:
        """The home that the program gets."""
        return os.path.join(self.folder, INNER)

    def write_configuration(self, texts: Mapping[str, str]) -> None:
        """Write its configuration files, readable only by this user and writable by nobody.

        Raises:
            StoreError: they can't be written.
        """
        for name, text in texts.items():
            path = os.path.join(self.path, name)
            try:
                # Read-only, so that a program saving a change here gets an error instead of losing it.
                fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0), 0o400)
                with os.fdopen(fd, "w", encoding="utf-8", newline="\n") as file:
                    file.write(text)
            except OSError as error:
                raise store_error(path, error) from error


def places(home: Home, environ: Mapping[str, str]) -> tuple[Place, ...]:
    """Return the places for private homes, best first: in memory, if the system has such a folder.

    Args:
        home: the real home; a folder in its `tray/` is the last choice.
        environ: the environment, for XDG_RUNTIME_DIR.
    """
    on_disk = os.path.join(home.tray, "run")
    return (*_in_memory(environ), Place(on_disk, in_memory=False))


def make_private_home(home: Home, candidates: tuple[Place, ...]) -> PrivateHome:
    """Create a private home, without a configuration yet, in the first place where that works.

    Raises:
        StoreError: it failed everywhere; the message is about the last place.
    """
    failure: StoreError | None = None
    for place in candidates:
        try:
            return _make(home, place)
        except StoreError as error:
            failure = error
        except OSError as error:
            failure = store_error(place.path, error)
    raise failure or StoreError(home.tray, "has no room for a private home")


def _make(home: Home, place: Place) -> PrivateHome:
    make_private_folder(place.path)
    if not _is_ours_alone(place.path):
        raise StoreError(place.path, "must belong to you and have mode 0700; remove it")
    with StoreLock(os.path.join(place.path, LOCK)):
        folder = tempfile.mkdtemp(prefix=PREFIX, dir=place.path)
        path = os.path.join(folder, LOCK)
        lock_fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0), 0o600)
        try:
            lock_open_file(lock_fd, path, timeout_seconds=0, at=_LOCKED_BYTE)
            _write_owner(folder, home, (os.getpid(),), ())
            os.mkdir(os.path.join(folder, INNER), 0o700)
            linked = tuple(_link_everything(home.path, os.path.join(folder, INNER)))
            _write_owner(folder, home, (os.getpid(),), linked)
        except BaseException:
            os.close(lock_fd)
            shutil.rmtree(folder, ignore_errors=True)  # it contains only links
            raise
    return PrivateHome(folder, place, lock_fd)


def note_process(private: PrivateHome, home: Home, pids: tuple[int, ...]) -> None:
    """Record more processes that need the home, because they may not inherit the lock (Windows)."""
    _write_owner(private.folder, home, pids, tuple(os.listdir(private.path)))


def _write_owner(folder: str, home: Home, pids: tuple[int, ...], linked: tuple[str, ...]) -> None:
    owner = {
        "home": home.path,
        "processes": {str(pid): identity for pid in pids if (identity := identity_of(pid))},
        "linked": list(linked),
    }
    path = os.path.join(folder, OWNER)
    fd, new = tempfile.mkstemp(dir=folder)
    with os.fdopen(fd, "w", encoding="utf-8", errors="surrogatepass") as file:
        json.dump(owner, file)
    os.replace(new, path)


def _link_everything(real: str, private: str) -> Iterator[str]:
    for name in FOLDERS:
        if not os.path.lexists(os.path.join(real, name)):
            with contextlib.suppress(FileExistsError):
                os.mkdir(os.path.join(real, name), 0o700)
    for name in sorted(os.listdir(real)):
        if name in NOT_SHARED or name.lstrip(".").startswith((CLI.config_name, CLASSIC.config_name)):
            continue
        if _link(os.path.join(real, name), os.path.join(private, name)):
            yield name
    if sys.platform != "win32":
        for name in FILES:
            if not os.path.lexists(os.path.join(real, name)):
                os.symlink(os.path.join(real, name), os.path.join(private, name))
                yield name
    with contextlib.suppress(OSError):
        data, _ = read_whole(os.path.join(real, COPIED), limit_bytes=_LARGEST_COPY_BYTES)
        with open(os.path.join(private, COPIED), "xb") as file:
            file.write(data)


if sys.platform == "win32":

    def _link(target: str, path: str) -> bool:
        if os.path.isdir(target):
            import _winapi

            try:
                _winapi.CreateJunction(os.path.realpath(target), path)
            except OSError as error:
                raise LinksUnavailable(path, f"folders can't be linked here: {error}") from error
            if not os.path.samefile(target, path):
                raise LinksUnavailable(path, "folders can't be linked here")
            return True
        with contextlib.suppress(OSError):  # open in another program, or on another volume: the program
            os.link(target, path)  # starts without it
            return True
        return False

    def _is_ours_alone(path: str) -> bool:
        return os.path.isdir(path)  # the user's profile folder, private by its access list

else:

    def _link(target: str, path: str) -> bool:
        os.symlink(target, path)
        return True

    def _is_ours_alone(path: str) -> bool:
        try:
            status = os.lstat(path)
        except OSError:
            return False
        return (
            stat.S_ISDIR(status.st_mode)
            and status.st_uid == os.geteuid()
            and not stat.S_IMODE(status.st_mode) & 0o077
        )


if sys.platform == "linux":

    def _in_memory(environ: Mapping[str, str]) -> tuple[Place, ...]:
        found = [f"/dev/shm/codemie-tray-{os.geteuid()}"]  # noqa: S108 - 0700, and checked to be ours
        runtime = environ.get("XDG_RUNTIME_DIR", "")
        if os.path.isabs(runtime) and _is_ours_alone(runtime):
            found.insert(0, os.path.join(runtime, "codemie-tray"))
        return tuple(Place(path, in_memory=True) for path in found if _is_in_memory(os.path.dirname(path)))

    def _is_in_memory(folder: str) -> bool:
        try:
            device = os.stat(folder).st_dev
            with open("/proc/self/mountinfo", encoding="utf-8", errors="replace") as file:
                lines = file.read().splitlines()
        except OSError:
            return False
        # proc(5): id, parent, major:minor, root, mount point, options, optional fields, "-", type, ...
        number = f"{os.major(device)}:{os.minor(device)}"
        types = {line.partition(" - ")[2].split(" ")[0] for line in lines if line.split(" ")[2:3] == [number]}
        return bool(types) and types <= {"tmpfs", "ramfs"}

else:

    def _in_memory(environ: Mapping[str, str]) -> tuple[Place, ...]:  # noqa: ARG001
        return ()  # the system has no folder that is only in memory
