"""The AppImage in a system without Python and Qt: commands, tray, login entry, moving and replacing it."""

from __future__ import annotations

import datetime
import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.installers.linux.appimage.small_image import NEEDS_FUSE
from tests.installers.linux.bare_system import BareSystem
from tests.installers.linux.installed_tray import InstalledTray
from tests.integration.desktop.needs import needs
from tests.integration.desktop.rig.desktops.desktop import Desktop
from tests.integration.desktop.rig.processes.waiting import until
from tests.integration.desktop.rig.tray.sample_home import make_sample_home

from installers.linux import tree

pytestmark = [
    *needs("x11", "xfce", "systems", "appimage"),
    pytest.mark.installers,
    pytest.mark.timeout(600),
    pytest.mark.skipif(os.geteuid() != 0, reason="a bare system needs root (chroot, mount)"),
]

PERSON = "person"
FOLDER = f"/home/{PERSON}/Applications"
IMAGE = f"{FOLDER}/CodeMie-Tray-x86_64.AppImage"
FUSE = pytest.param(True, id="fuse", marks=NEEDS_FUSE)


class Person:
    """Someone in the bare system who has downloaded the AppImage."""

    def __init__(self, system: BareSystem) -> None:
        self.system = system
        self.home = Path(system.root, "home", PERSON)

    def run(self, *words: str, ok: bool = True, program: str = IMAGE) -> str:
        """Run a command, and return its output."""
        as_person = ["setpriv", f"--reuid={PERSON}", f"--regid={PERSON}", "--init-groups", "--"]
        ran = subprocess.run(
            self.system.command(*as_person, program, *words),
            env={"PATH": "/usr/bin:/bin:/usr/sbin", "HOME": f"/home/{PERSON}", "LANG": "C.UTF-8"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
            timeout=60,
        )
        said = ran.stdout.decode()
        assert (ran.returncode == 0) == ok, f"{words}: {ran.returncode}\n{said}"
        return said

    def mounts(self) -> list[str]:
        """Return the mounts and folders of AppImages that the system has now."""
        found = [name for name in os.listdir(f"{self.system.root}/tmp") if name.startswith(".mount_")]
        table = self.system.run("cat", "/proc/self/mountinfo").splitlines()
        return found + [line for line in table if ".appimage " in line]


@pytest.fixture
def person(desktop: Desktop, tmp_path: Path, package: Callable[[str], str]) -> Iterator[Person]:
    with BareSystem("bookworm", str(tmp_path), desktop.folder) as system:
        system.run("sh", "-c", "! command -v python3 && ! command -v fusermount3 && ! command -v fusermount")
        system.run("useradd", "--create-home", "--shell", "/bin/sh", PERSON)
        person = Person(system)
        (person.home / "Applications").mkdir()
        shutil.copy(package(".AppImage"), person.home / "Applications")
        make_sample_home(str(person.home / ".codemie"), datetime.datetime.now())
        system.run("chown", "-R", f"{PERSON}:", f"/home/{PERSON}")
        yield person


def bring_fuse(system: BareSystem) -> None:
    """Install the one program of Debian's package `fuse3` that mounting needs, and what it reads."""
    os.symlink("../proc/self/mounts", f"{system.root}/etc/mtab")  # systemd makes it when a system starts
    place = shutil.copy(shutil.which("fusermount3") or "", f"{system.root}/usr/bin/fusermount3")
    os.chmod(place, 0o4755)  # noqa: S103 - as Debian installs it


@pytest.mark.parametrize("fuse", [FUSE, pytest.param(False, id="no fuse")])
def test_commands_run_without_being_installed_and_leave_nothing(person: Person, fuse: bool) -> None:
    if fuse:
        bring_fuse(person.system)
    assert person.run("--version").startswith("codemie-tray ")
    assert "work" in person.run("status")
    person.run("switch", "personal")
    assert "personal" in person.run("status")
    assert person.run("switch", "no such profile", ok=False)
    assert "--appimage-extract" in person.run("--appimage-help")

    # Other programs do not learn of the AppImage, nor load its libraries.
    said = person.run("run", "--", "/usr/bin/env")
    names = {line.partition("=")[0] for line in said.splitlines()}
    assert "HOME" in names
    assert not names & {"APPIMAGE", "APPDIR", "OWD", "ARGV0", "LD_LIBRARY_PATH"}

    # The login entry names the file, and says so again once the file was moved.
    person.run("autostart", "on")
    entry = person.home / ".config" / "autostart" / "codemie-tray.desktop"
    assert f"Exec={IMAGE} --background\n" in entry.read_text(encoding="utf-8")
    assert f"TryExec={IMAGE}\n" in entry.read_text(encoding="utf-8")
    assert IMAGE in person.run("autostart", "status")
    moved = f"{FOLDER}/moved.AppImage"
    person.system.run("mv", IMAGE, moved)
    said = person.run("autostart", "status", program=moved)
    assert f"it starts {IMAGE}, which no longer exists" in said
    person.run("autostart", "on", program=moved)
    assert f"Exec={moved} --background\n" in entry.read_text(encoding="utf-8")
    person.run("autostart", "off", program=moved)
    assert not entry.exists()

    until("the mounts to be gone", lambda: not person.mounts())
    left = {path.name for path in person.home.rglob("*") if "AppImage" in path.name or "mount" in path.name}
    assert left == {"moved.AppImage"}


@pytest.mark.parametrize("fuse", [FUSE, pytest.param(False, id="no fuse")])
def test_the_tray_runs_from_the_file_and_ends_without_a_trace(
    person: Person, desktop: Desktop, package: Callable[[str], str], fuse: bool
) -> None:
    system = person.system
    if fuse:
        bring_fuse(system)
    title = f"appimage-{'fuse' if fuse else 'unpacked'}"
    folder = os.path.join(desktop.folder, title)
    tray = InstalledTray(system, desktop, folder, title, program=IMAGE)
    tray.make_home()

    def bases() -> list[str]:
        runtime = desktop.environ.get("XDG_RUNTIME_DIR", "/nonexistent")
        places = [f"{system.root}/tmp", *([runtime] if os.path.isdir(runtime) else [])]
        return [name for place in places for name in os.listdir(place) if name.startswith(".mount_CodeMi")]

    try:
        program = tray.start()
        assert "/.mount_CodeMi" in tray.executable()
        tray.switch_by_click("personal")

        # One tray: a second start of the file, and the Debian package's, show this one and end.
        assert tray.run().wait() == 0
        system.run("dpkg", "-i", system.put(package(".deb")))
        installed = InstalledTray(system, desktop, folder, title, program=tree.COMMAND)
        assert installed.run().wait() == 0
        assert program.is_running()
        assert len(desktop.items()) == 1
        tray.close_menu()

        # Replaced by a newer file of the same name: the running tray keeps its own.
        place = f"{system.root}{IMAGE}"
        shutil.copy(place, f"{place}.new")
        os.rename(f"{place}.new", place)
        tray.switch_by_click("work")
        assert "Traceback" not in program.output()

        os.kill(program.pid, signal.SIGKILL)
        program.wait()
        until("the icon to be gone", lambda: not desktop.items())
        until("the mount to be gone", lambda: not bases())
    finally:
        tray.end()
