"""Another user of this machine, for tests run as root: `nobody`, who is on every system.

Below a folder that only its owner may enter, nobody else can read the checkout, nor the Python in it. So a
process starts as root, imports all it may come to need, and then becomes somebody else. The folders above the
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
as_root = pytest.mark.skipif(not ROOT, reason="needs root to become somebody else")
AS_NOBODY = ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups")
"""Before a program of the system that is to run so."""

_BECOME = """
from tests.support import other_users
other_users.preload()
other_users.become()
"""


def as_user(uid: int, work: Callable[[], str], *, gid: int | None = None) -> str:
    """Return what `work` returns in a process of another user.

    A fork and no new program; `work` must import nothing that is not imported yet (`preload`).
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
    """Make a folder that everybody may enter, and remove it; skips the test where there can't be one."""
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
    """Run Python code in a process of its own that is nobody's."""
    return subprocess.run(
        [sys.executable, "-c", _BECOME + code],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        umask=umask,
        env={
            # Without `make coverage`: it would count into a folder where nobody may write.
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
            with contextlib.suppress(ImportError):  # another system's, or a name that is no module
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
