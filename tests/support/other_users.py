"""Another user of this machine, for tests run as root: `nobody`, which every system has.

If only the owner may enter a folder above it, nobody else can read the checkout or the Python in it. So a
process starts as root, imports everything it may need, and then changes its user. The folders above the
checkout are left as they are.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import pkgutil
import shutil
import stat
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = sys.platform != "win32" and os.geteuid() == 0
NOBODY = 65534
"""User and group."""
as_root = pytest.mark.skipif(not ROOT, reason="needs root to become another user")
AS_NOBODY = ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups")
"""Prefix for a system program that is to run as that user."""

_BECOME = """
from tests.support import other_users
other_users.preload()
other_users.become()
"""


def as_user(uid: int, work: Callable[[], str], *, gid: int | None = None) -> str:
    """Return the result of `work` in a process of another user.

    The process is a fork; `work` must not import anything new (see `preload`).
    """
    if sys.platform == "win32":
        raise NotImplementedError
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(reader)
            become(uid, gid)
            text = work()
        except BaseException:  # noqa: BLE001 - the fork must end here
            text = traceback.format_exc()
        with os.fdopen(writer, "w") as pipe:
            pipe.write(text)
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        text = pipe.read()
    os.waitpid(child, 0)
    return text


@contextlib.contextmanager
def folder_for_anybody() -> Iterator[Path]:
    """Make a folder that everyone may enter, and remove it; skip the test if that is impossible."""
    for place in (tempfile.gettempdir(), "/tmp", "/var/tmp", "/dev/shm"):
        if os.path.isdir(place) and _anybody_may_enter(place):
            break
    else:
        pytest.skip("no temporary folder here that everybody may enter")
    folder = Path(tempfile.mkdtemp(prefix="codemie-tray-", dir=place))
    try:
        folder.chmod(0o755)
        yield folder
    finally:
        shutil.rmtree(folder)


def run_as_nobody(
    code: str, *, environ: dict[str, str] | None = None, umask: int = 0o022
) -> subprocess.CompletedProcess[str]:
    """Run Python code in a separate process as nobody."""
    return subprocess.run(
        [sys.executable, "-c", _BECOME + code],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        umask=umask,
        env={
            # Without coverage, whose data folder nobody can't write.
            **{name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")},
            "PYTHONPATH": os.pathsep.join(map(os.path.abspath, sys.path)),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONUTF8": "1",
            **(environ or {}),
        },
    )


def preload() -> None:
    """Import what the core and the command line import, inside functions too."""
    from tests.installers.frozen.reached_imports import imports_of

    import codemie_core
    import codemie_tray.commands

    ours = ["codemie_tray.__main__"]
    for package in (codemie_core, codemie_tray.commands):
        ours += [found.name for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")]
    for module in ours:
        for name in (module, *imports_of(module)):
            with contextlib.suppress(ImportError):  # for another system, or not a module
                importlib.import_module(name)


def become(uid: int = NOBODY, gid: int | None = None) -> None:
    """Become another user for good."""
    if sys.platform == "win32":
        raise NotImplementedError
    os.setgroups([])
    os.setgid(uid if gid is None else gid)
    os.setuid(uid)


def _anybody_may_enter(path: str) -> bool:
    path = os.path.realpath(path)
    while os.stat(path).st_mode & stat.S_IXOTH:
        if path == os.path.dirname(path):
            return True
        path = os.path.dirname(path)
    return False
