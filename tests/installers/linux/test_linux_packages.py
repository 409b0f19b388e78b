"""Each Linux package in a minimal system: installed, clicked, upgraded while running, removed without a
trace.
"""

from __future__ import annotations

import glob
import os
import shutil
import stat
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from installers.linux.metadata import desktop_entry
from tests.installers.linux.bare_system import BareSystem, run
from tests.installers.linux.installed_tray import InstalledTray
from tests.integration.desktop.menu.test_credentials_in_menu import Keyring
from tests.integration.desktop.needs import needs
from tests.integration.desktop.rig.desktops.desktop import Desktop
from tests.integration.desktop.rig.processes.waiting import RigError, until
from tests.integration.desktop.rig.tray.sample_home import OLD_LOGS

from installers.linux import tree

pytestmark = [
    *needs("x11", "xfce", "packages", "systems"),
    pytest.mark.installers,
    pytest.mark.timeout(600),
    pytest.mark.skipif(os.geteuid() != 0, reason="a bare system needs root (chroot, mount)"),
]

Find = Callable[[str], str]


@pytest.fixture(params=["bookworm", "bullseye"])
def system(request: pytest.FixtureRequest, desktop: Desktop, tmp_path: Path) -> Iterator[BareSystem]:
    with BareSystem(request.param, str(tmp_path), desktop.folder) as made:
        yield made


@pytest.fixture
def tray(system: BareSystem, desktop: Desktop, request: pytest.FixtureRequest) -> Iterator[InstalledTray]:
    title = f"installed-{request.node.name.replace('[', '-').rstrip(']')}"
    folder = os.path.join(desktop.folder, title)
    made = InstalledTray(system, desktop, folder, title, program=tree.COMMAND)
    made.make_home()
    yield made
    made.end()


def libc_of(system: BareSystem) -> tuple[int, ...]:
    said = system.run("dpkg-query", "--showformat", "${Version}", "--show", "libc6").strip()
    return tuple(int(part) for part in said.partition("-")[0].split("."))


def needed_by(deb: str) -> tuple[int, ...]:
    said = run(["dpkg-deb", "--field", deb, "Depends"])
    return tuple(int(part) for part in said.partition(">= ")[2].partition(")")[0].split("."))


def skip_if_too_old(system: BareSystem, deb: str) -> None:
    """What must happen there is `test_an_unsupported_system_gets_a_clear_message`'s to say."""
    if libc_of(system) < needed_by(deb):
        pytest.skip(f"built for glibc {needed_by(deb)}, the system has {libc_of(system)}")


def as_older_version(deb: str, folder: str) -> str:
    """Return the package as version 0.0.1; every file in it is a file of its own."""
    unpacked = os.path.join(folder, "older")
    run(["dpkg-deb", "--raw-extract", deb, unpacked])
    control = Path(unpacked, "DEBIAN", "control")
    lines = control.read_text(encoding="utf-8").splitlines(keepends=True)
    changed = ["Version: 0.0.1\n" if line.startswith("Version:") else line for line in lines]
    control.write_text("".join(changed), encoding="utf-8")
    path = os.path.join(folder, "older.deb")
    run(["dpkg-deb", "--root-owner-group", "-Znone", "--build", unpacked, path])
    return path


def test_the_debian_package_from_installation_to_purge(
    system: BareSystem, tray: InstalledTray, package: Find, tmp_path: Path
) -> None:
    deb = package(".deb")
    skip_if_too_old(system, deb)
    before = system.files()
    system.run("dpkg", "-i", system.put(as_older_version(deb, str(tmp_path))))
    assert "codemie-tray" in system.run("codemie-tray", "--version")
    program = tray.start()
    tray.photograph("installed")
    tray.switch_by_click("personal")

    # Upgraded while it runs: the same process becomes the new program and accepts clicks.
    system.run("dpkg", "-i", system.put(deb))
    until("the tray to be the new program", lambda: not tray.executable().endswith("(deleted)"))
    assert program.is_running()
    program.until_ready("the icon to be back", tray.desktop.items)
    until("the profile it had", lambda: tray.marked().startswith("personal"))
    tray.switch_by_click("work")
    tray.photograph("upgraded")
    assert "Traceback" not in program.output()

    # Removed while it runs: it ends, and only its own settings file is left for a reinstallation.
    system.run("dpkg", "--remove", "codemie-tray")
    assert program.wait() == 0
    until("the icon to be gone", lambda: not tray.desktop.items())
    left = {place for place in system.files() if place not in before}
    assert left == {"/etc/xdg", "/etc/xdg/autostart", tree.AUTOSTART} - set(before)
    system.run("dpkg", "--purge", "codemie-tray")
    after = {place: kind for place, kind in system.files().items() if place not in before}
    assert not after
    assert tray.active() == "work"  # the user's data


def test_without_its_script_a_running_tray_would_stay_the_old_version(
    system: BareSystem, tray: InstalledTray, package: Find, tmp_path: Path
) -> None:
    deb = package(".deb")
    skip_if_too_old(system, deb)
    system.run("dpkg", "-i", system.put(as_older_version(deb, str(tmp_path))))
    tray.start()
    unpacked = str(tmp_path / "scriptless")
    run(["dpkg-deb", "--raw-extract", deb, unpacked])
    os.unlink(f"{unpacked}/DEBIAN/postinst")
    scriptless = str(tmp_path / "scriptless.deb")
    run(["dpkg-deb", "--root-owner-group", "-Znone", "--build", unpacked, scriptless])
    system.run("dpkg", "-i", system.put(scriptless))
    time.sleep(2)
    assert tray.executable().endswith("(deleted)")


def test_a_command_running_during_an_upgrade_is_left_alone(
    system: BareSystem, tray: InstalledTray, package: Find, tmp_path: Path
) -> None:
    deb = package(".deb")
    skip_if_too_old(system, deb)
    system.run("dpkg", "-i", system.put(deb))
    tray.start()
    said = (
        system.run("sh", "-c", f". /root/running.sh; trays {tree.PROGRAM}", ok=True) if _put(system) else ""
    )
    (pid,) = said.split()
    holding = subprocess.Popen(
        system.command("sh", "-c", f"{tree.COMMAND} completion bash | (sleep 3; cat >/dev/null)")
    )
    time.sleep(1)
    assert system.run("sh", "-c", f". /root/running.sh; trays {tree.PROGRAM}").split() == [pid]
    assert holding.wait() == 0


def _put(system: BareSystem) -> bool:
    from installers.product import inside

    system.put(inside("installers", "linux", "scripts", "running.sh"))
    return True


def test_the_entry_starts_the_tray_at_login_and_each_user_can_turn_it_off(
    system: BareSystem, tray: InstalledTray, package: Find
) -> None:
    deb = package(".deb")
    skip_if_too_old(system, deb)
    system.run("dpkg", "-i", system.put(deb))
    said = system.run("codemie-tray", "--help")
    if desktop_entry.LOGIN_ARGUMENT not in said:
        pytest.skip(f"this version has no {desktop_entry.LOGIN_ARGUMENT} yet")
    entry = Path(system.root + tree.AUTOSTART).read_text(encoding="utf-8")
    (line,) = [line for line in entry.splitlines() if line.startswith("Exec=")]
    at_login = InstalledTray(system, tray.desktop, os.path.dirname(tray.home), "login", program=line[5:])
    try:
        at_login.start()
        at_login.switch_by_click("personal")
    finally:
        at_login.end()
    assert tree.AUTOSTART in system.run("codemie-tray", "autostart", "status")
    system.run("codemie-tray", "autostart", "off")
    assert "Hidden=true" in Path(system.root, "root/.config/autostart/codemie-tray.desktop").read_text()
    system.run("codemie-tray", "autostart", "on")
    assert not os.path.exists(f"{system.root}/root/.config/autostart/codemie-tray.desktop")


def test_old_logs_are_removed_at_login_and_the_keyring_stores_the_key(
    system: BareSystem, desktop: Desktop, tray: InstalledTray, package: Find
) -> None:
    deb = package(".deb")
    skip_if_too_old(system, deb)
    system.run("dpkg", "-i", system.put(deb))
    limit = time.time() - 5 * 86400
    old = [path for path in Path(tray.home, "logs").iterdir() if path.stat().st_mtime < limit]
    assert len(old) == OLD_LOGS
    keyring = Keyring(desktop)
    at_login = InstalledTray(
        system, tray.desktop, os.path.dirname(tray.home), "login", program=f"{tree.COMMAND} --background"
    )

    def command(*arguments: str, given: str = "") -> str:
        ran = subprocess.run(
            system.command(tree.COMMAND, *arguments),
            env={**tray.desktop.environ, **tray.environ},
            input=given,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert ran.returncode == 0, ran.stdout + ran.stderr
        return ran.stdout

    try:
        keyring.start()
        at_login.start()
        until("the old logs to be gone", lambda: not any(path.exists() for path in old))
        # The frozen program starts itself as the keyring's helper.
        command("credentials", "set", "work", given="a secret of this test\n")
        assert "GNOME Keyring" in command("credentials", "protect")
        assert "a secret of this test" in command("credentials", "get", "work")
        until("the row to be marked", lambda: _is_marked(at_login))
        at_login.photograph("protected")
    finally:
        at_login.end()
        keyring.end()


def _is_marked(tray: InstalledTray) -> bool:
    return tray.row_beginning("Credentials are protected with GNOME Keyring") is not None


def test_an_unsupported_system_gets_a_clear_message(system: BareSystem, package: Find) -> None:
    deb = package(".deb")
    if libc_of(system) >= needed_by(deb):
        pytest.skip("it is new enough")
    said = system.run("dpkg", "-i", system.put(deb), ok=False)
    assert "depends on libc6" in said


def test_the_rpm_package_is_installed_clicked_upgraded_and_erased(
    system: BareSystem, tray: InstalledTray, package: Find
) -> None:
    skip_if_too_old(system, package(".deb"))
    before = system.files()
    # There is no RPM system here: this machine's rpm installs below the bare system's root. Its database does
    # not know Debian's packages, hence --nodeps.
    root = system.command()[-1]
    inside = ["nsenter", system.namespace, "rpm", "--root", root, "--dbpath", "/var/lib/rpm", "--nodeps"]
    path = package(".rpm")
    run([*inside, "-i", path])
    program = tray.start()
    tray.switch_by_click("personal")
    run([*inside, "-U", "--force", path])
    until("the tray to be the new program", lambda: not tray.executable().endswith("(deleted)"))
    program.until_ready("the icon to be back", tray.desktop.items)
    tray.switch_by_click("work")
    run([*inside, "-e", "codemie-tray"])
    assert program.wait() == 0
    # Folders that on an RPM system belong to `filesystem` and `hicolor-icon-theme` are nobody's here.
    left = {place: kind for place, kind in system.files().items() if place not in before}
    assert [place for place, (mode, _, _) in left.items() if not stat.S_ISDIR(mode)] == []
    assert not [place for place in left if "codemie" in place]


def test_the_archive_for_one_user_from_installation_to_removal(
    system: BareSystem, tray: InstalledTray, package: Find
) -> None:
    skip_if_too_old(system, package(".deb"))
    person = f"{system.root}/root"
    before = {str(path) for path in Path(person).rglob("*")}
    run(["tar", "-C", person, "-xf", package(".tar.xz")])
    (unpacked,) = glob.glob(f"{person}/codemie-tray-*")
    script = f"/root/{os.path.basename(unpacked)}/install.sh"
    said = system.run(script)
    assert "Installed: /root/.local/bin/codemie-tray" in said
    own = InstalledTray(
        system, tray.desktop, os.path.dirname(tray.home), "portable", program="/root/.local/bin/codemie-tray"
    )
    try:
        program = own.start()
        own.switch_by_click("personal")
        system.run(script)  # again, over the running one
        until("the tray to be the new program", lambda: "/lib/codemie-tray/" in own.executable())
        program.until_ready("the icon to be back", own.desktop.items)
        own.switch_by_click("work")
        entry = Path(person, ".config/autostart/codemie-tray.desktop").read_text(encoding="utf-8")
        assert "Exec=/root/.local/bin/codemie-tray --background\n" in entry
        shutil.rmtree(unpacked)
        said = system.run("/root/.local/lib/codemie-tray/uninstall.sh")
        assert "/root/.codemie" in said
        assert program.wait() == 0
    except RigError:
        print(own.desktop.logs())
        raise
    finally:
        own.end()
    left = {str(path) for path in Path(person).rglob("*")} - before
    assert left <= {f"{person}/.local", f"{person}/.config"}
