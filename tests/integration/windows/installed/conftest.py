"""The packages for Windows, frozen once, and a Windows without Python to install them in."""

from __future__ import annotations

import datetime
import os
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from installers.windows import nsis
from tests.integration.desktop.rig.tray.sample_home import make_sample_home
from tests.integration.windows.installed import frozen
from tests.integration.windows.installed.installation import ENVIRONMENT, Installation
from tests.integration.windows.installed.packages import NEWER, Packages, Release
from tests.integration.windows.rig.session import WindowsSession
from tests.integration.windows.rig.wine.place import remove

from installers import product


@pytest.fixture(scope="session")
def packages(windows_session: WindowsSession) -> Iterator[Packages]:
    """Freeze once; the later version has one more file, one fewer, and another number."""
    out = os.path.join(windows_session.wine.place.folder, "packages")
    remove(out)
    folder = frozen.freeze_in(windows_session.wine, print)
    windows_session.wine.stop()
    kept = os.path.join(out, "frozen")
    os.makedirs(out)
    os.rename(folder, kept)
    remove(windows_session.wine.unix_path(frozen.FOLDER))
    quick = os.path.join(out, "quick")
    setup = _quick_installer(kept, quick)
    later = os.path.join(out, "later")
    subprocess.run(["cp", "-a", kept, later], check=True)
    Path(later, "_internal", "NEW.txt").write_text("new", encoding="ascii")
    Path(later, "_internal", "LICENSE.GPL").unlink()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(product, "VERSION", NEWER)
        newer = _quick_installer(later, quick)
    with ThreadPoolExecutor() as packer:
        release = packer.submit(lambda: Release(*frozen.pack(kept, out, os.path.join(out, "work"))))
        yield Packages(Path(kept), setup, newer, release)


def _quick_installer(program: str, out: str) -> str:
    os.makedirs(out, exist_ok=True)
    return nsis.pack(program, out, out, machine="AMD64", epoch=0, quick=True)


@pytest.fixture(scope="session")
def own_windows(windows_session: WindowsSession, packages: Packages) -> Iterator[Installation]:
    """A Windows without Python, not shared with tests of the tray."""
    del packages  # built before, so that the copy does not contain its ingredients
    windows_session.wine.stop()
    path = os.path.join(windows_session.wine.place.home, "installed")
    remove(path)
    computer = windows_session.wine.copy_to(path, without=("py", "project", "homes", "freeze"))
    computer.run("wineboot", limit_seconds=120)
    yield Installation(windows_session, computer)
    computer.stop()
    remove(path)


@pytest.fixture
def computer(own_windows: Installation, packages: Packages) -> Iterator[Installation]:
    """Nothing installed, a sample home, this version's installer on the disk."""
    installation = own_windows
    if installation.folder.exists() or installation.home.exists():
        installation.forget()  # a test could not clean up after itself
    make_sample_home(str(installation.home), datetime.datetime.now())
    installation.computer.place.give(str(installation.home))
    installation.bring(packages.setup)
    yield installation
    installation.end()
    installation.computer.run("wineboot", limit_seconds=120)
    if installation.is_registered():
        installation.uninstall()
    installation.computer.run("reg", "delete", ENVIRONMENT, "/v", "Path", "/f")
    remove(str(installation.home))
    remove(str(installation.folder))
