"""The Windows installer under Wine: installed, clicked, logged in to, upgraded while running, removed."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from installers.windows import nsis
from tests.installers.every_command import Ran, prepare_home, try_each
from tests.integration.desktop.rig.display.windows import windows
from tests.integration.desktop.rig.processes.waiting import until
from tests.integration.windows.installed.installation import (
    ENVIRONMENT,
    RUN_KEY,
    SETUP,
    UNINSTALL_KEY,
    Installation,
)
from tests.integration.windows.installed.packages import NEWER, Packages
from tests.integration.windows.rig.wine.place import remove
from tests.support.disks.small_disk import small_disk

from codemie_tray.desktop.autostart import run_key
from installers import product

pytestmark = pytest.mark.timeout(1200)


def old_logs(computer: Installation) -> list[Path]:
    limit = time.time() - 5 * 86400
    return [path for path in (computer.home / "logs").glob("debug-*.log") if path.stat().st_mtime < limit]


@contextlib.contextmanager
def disk_for(computer: Installation, size: str) -> Iterator[None]:
    """Put the program's folder on a separate disk of this size."""
    programs = computer.folder.parent
    programs.mkdir(exist_ok=True)
    with small_disk(computer.folder, size):
        computer.computer.place.give(str(programs))
        yield


@pytest.mark.timeout(1500)  # well over a hundred programs started under Wine in sequence
def test_every_command_of_the_installed_program_does_what_it_should(computer: Installation) -> None:
    prepare_home(computer.home)
    computer.computer.place.give(str(computer.home))
    computer.install()
    # Keep one program running: otherwise Wine starts and ends its own helpers around each command.
    computer.start("cmd", "/c", "ping -n 1400 127.0.0.1")

    def run(words: tuple[str, ...], given: str) -> Ran:
        done = computer.command(*words, given=given)
        return Ran(done.exit_code, done.output)

    wrong = try_each(run, "win32")
    assert not wrong, "\n\n".join(wrong)


def test_a_click_on_the_installed_tray_switches_and_the_key_is_stored_in_credential_manager(
    computer: Installation, artifacts: Path
) -> None:
    computer.install()
    began = time.monotonic()
    tray = computer.start_tray()
    print(f"icon after {time.monotonic() - began:.1f} s")
    computer.until_icon_of("work")
    computer.screen.choose(1).save(str(artifacts / "installed-menu.png"))
    until("the switch on disk", lambda: computer.active() == "personal")
    computer.until_icon_of("personal")
    done = computer.command("credentials", "protect")
    assert done.exit_code == 0, done.output
    output = computer.command("credentials", "list", "--json").output
    assert '"keyring"' in output, output
    done = computer.command("credentials", "unprotect")
    assert done.exit_code == 0, done.output
    computer.computer.run("taskkill", "/IM", nsis.TRAY)
    assert tray.wait().exit_code == 0


def test_a_login_starts_the_installed_tray_and_removes_old_logs(computer: Installation) -> None:
    computer.install()
    assert old_logs(computer)
    computer.computer.restart()
    computer.until_icon_of("work")
    until("the old logs to go", lambda: not old_logs(computer))


def test_an_upgrade_replaces_the_running_tray_and_keeps_the_users_choices(
    computer: Installation, packages: Packages
) -> None:
    computer.install()
    assert computer.command("autostart", "off").exit_code == 0
    computer.shortcut.unlink()
    first = computer.start_tray()
    computer.bring(packages.newer)
    assert computer.install().exit_code == 0
    assert first.wait().exit_code == 0
    assert "_internal/NEW.txt" in computer.files()
    assert "_internal/LICENSE.GPL" not in computer.files()
    assert not (computer.folder / "previous-version").exists()
    assert computer.value(UNINSTALL_KEY, "DisplayVersion") == NEWER
    computer.until_icon_of("work")  # the new one runs
    assert not computer.starts_at_login()
    assert not computer.shortcut.exists()
    # An older version does not replace it by mistake.
    computer.bring(packages.setup)
    assert computer.install().exit_code == 2
    assert computer.value(UNINSTALL_KEY, "DisplayVersion") == NEWER
    # Removed while it runs: it ends first.
    computer.uninstall()
    until("the icon to go", lambda: computer.screen.area() is None)
    assert not computer.folder.exists()


def test_nothing_changes_while_one_of_its_programs_is_running(
    computer: Installation, packages: Packages
) -> None:
    computer.install()
    before = computer.files()
    computer.start_tray("--background")
    held = computer.start(
        computer.path(nsis.CONSOLE), "run", "--profile", "work", "--", "cmd", "/c", "ping -n 120 127.0.0.1"
    )
    time.sleep(3)
    assert held.is_running(), held.output()
    computer.bring(packages.newer)
    assert computer.install().exit_code == 2
    assert computer.files() == before
    assert computer.value(UNINSTALL_KEY, "DisplayVersion") == product.VERSION
    computer.until_icon_of("work")  # it was ended, and started again


def kill_while_copying(computer: Installation) -> None:
    """Start the installer, and kill it when it has copied the program, but not all its libraries."""
    computer.start(SETUP, "/S")
    until("the installer to copy", (computer.folder / "installation-is-incomplete").exists, 60)
    until("the program to be there", (computer.folder / "_internal").exists)
    computer.end()
    assert (computer.folder / "installation-is-incomplete").exists()
    assert (computer.folder / nsis.TRAY).exists()
    # However far it came: the program can't start, and would say so in a box that waits for a click.
    for library in (computer.folder / "_internal").glob("python*.dll"):
        library.unlink()


def test_a_killed_upgrade_is_completed_by_the_next(computer: Installation, packages: Packages) -> None:
    computer.install()
    path = computer.value(ENVIRONMENT, "Path")
    assert path is not None
    computer.bring(packages.newer)
    kill_while_copying(computer)
    assert (computer.folder / "previous-version" / "_internal").exists()
    assert computer.install().exit_code == 0
    assert computer.value(UNINSTALL_KEY, "DisplayVersion") == NEWER
    assert {"_internal/NEW.txt", "uninstall.exe"} <= computer.files()
    assert not (computer.folder / "previous-version").exists()
    assert not (computer.folder / "installation-is-incomplete").exists()
    assert computer.value(ENVIRONMENT, "Path") == path
    assert computer.starts_at_login()
    assert computer.command("status").exit_code == 0


def test_a_killed_first_installation_is_completed_by_the_next(
    computer: Installation, packages: Packages
) -> None:
    kill_while_copying(computer)
    assert computer.install().exit_code == 0
    in_bundle = {str(p.relative_to(packages.frozen)) for p in packages.frozen.rglob("*") if p.is_file()}
    assert computer.files() == in_bundle | {"uninstall.exe"}
    assert computer.command("status").exit_code == 0


def test_an_upgrade_killed_while_moving_the_old_program_loses_nothing(
    computer: Installation, packages: Packages
) -> None:
    computer.install()
    # As after a kill between two moves: one part is moved aside, the others are not.
    aside = computer.folder / "previous-version"
    aside.mkdir()
    (computer.folder / nsis.CONSOLE).rename(aside / nsis.CONSOLE)
    computer.computer.place.give(str(aside))
    computer.bring(packages.newer)
    assert computer.install().exit_code == 0
    assert computer.value(UNINSTALL_KEY, "DisplayVersion") == NEWER
    assert not aside.exists()
    assert computer.command("status").exit_code == 0


def test_leftovers_of_a_replaced_version_are_never_restored(
    computer: Installation, packages: Packages
) -> None:
    computer.install()
    whole = computer.files()
    # As after an upgrade that could not remove all of the old program.
    aside = computer.folder / "previous-version"
    (aside / "_internal").mkdir(parents=True)
    (aside / "_internal" / "old.dll").write_text("old", encoding="ascii")
    (computer.folder / "previous-version-is-replaced").touch()
    computer.computer.place.give(str(computer.folder))
    assert computer.install().exit_code == 0
    assert computer.files() == whole
    assert computer.command("status").exit_code == 0


def test_on_a_full_disk_an_upgrade_leaves_the_old_version_intact(
    computer: Installation, packages: Packages
) -> None:
    with disk_for(computer, "120m"):
        assert computer.install().exit_code == 0
        before = {name: (computer.folder / name).stat().st_size for name in computer.files()}
        computer.start_tray("--background")
        computer.bring(packages.newer)
        assert computer.install().exit_code == 2
        assert {name: (computer.folder / name).stat().st_size for name in computer.files()} == before
        assert computer.value(UNINSTALL_KEY, "DisplayVersion") == product.VERSION
        assert computer.command("status").exit_code == 0
        computer.until_icon_of("work")  # ended for the upgrade, started again
        computer.end()
        computer.computer.run("wineboot", limit_seconds=120)
        computer.uninstall()


def test_on_a_full_disk_a_first_installation_leaves_nothing(computer: Installation) -> None:
    with disk_for(computer, "20m"):
        assert computer.install().exit_code == 2
        assert computer.files() == set()
        assert not computer.is_registered()
        assert not computer.starts_at_login()
        assert not computer.shortcut.exists()


def test_a_folder_with_other_files_is_refused_and_left_alone(computer: Installation) -> None:
    mine = Path(computer.computer.drive_c, "Mine")
    mine.mkdir()
    for name in ("thesis.txt", "uninstall.exe", "codemie-tray.exe"):
        (mine / name).write_text("years", encoding="ascii")
    computer.computer.place.give(str(mine))
    assert computer.install("/D=C:\\Mine").exit_code == 2
    assert sorted(path.name for path in mine.iterdir()) == ["codemie-tray.exe", "thesis.txt", "uninstall.exe"]
    assert not computer.is_registered()
    remove(str(mine))


def test_a_login_entry_a_start_menu_entry_and_the_search_path_can_be_declined(computer: Installation) -> None:
    assert computer.install("/NOAUTOSTART", "/NOSTARTMENU", "/NOPATH").exit_code == 0
    assert not computer.starts_at_login()
    assert not computer.shortcut.exists()
    assert computer.value(ENVIRONMENT, "Path") is None


def set_search_path(computer: Installation, path: str) -> None:
    computer.computer.run("reg", "add", ENVIRONMENT, "/v", "Path", "/t", "REG_EXPAND_SZ", "/d", path, "/f")


def test_a_new_terminal_finds_the_command(computer: Installation, packages: Packages) -> None:
    mine = r"%USERPROFILE%\bin"
    set_search_path(computer, mine)
    computer.install()
    both = f"{mine};{computer.path('').rstrip(chr(92))}"
    assert computer.value(ENVIRONMENT, "Path") == both
    computer.computer.stop()  # a sign-out: programs started from now on have the new one
    output = computer.computer.run("cmd", "/c", "codemie-tray", "status", "--json")
    assert json.loads(output.output)["active"] == "work"
    # An upgrade keeps the user's choice, added or removed.
    computer.bring(packages.newer)
    for path in (both, mine):
        set_search_path(computer, path)
        assert computer.install().exit_code == 0
        assert computer.value(ENVIRONMENT, "Path") == path


def test_a_long_search_path_is_restored_exactly(computer: Installation) -> None:
    # Longer than NSIS can hold; Wine's own terminal cuts it, too.
    mine = ";".join([r"%USERPROFILE%\bin", *(rf"C:\tools\number {number}\bin" for number in range(80))])
    assert len(mine) > 1024
    set_search_path(computer, mine)
    computer.install()
    assert computer.value(ENVIRONMENT, "Path") == f"{mine};{computer.path('').rstrip(chr(92))}"
    computer.uninstall()
    assert computer.value(ENVIRONMENT, "Path") == mine


def test_the_program_can_be_installed_with_the_wizard(computer: Installation, artifacts: Path) -> None:
    session = computer.session
    setup = computer.start(SETUP)
    pages = ("welcome", "folder", "components", "finish")
    for page in pages:
        window = until(
            "the wizard",
            lambda: next((w for w in windows(session.display_name) if w.area.height > 200), None),
            60,
        )
        if page == "finish":
            until("the copying to end", lambda: computer.value(RUN_KEY, run_key.NAME), 90)
            time.sleep(2)
        else:
            time.sleep(1)
        session.picture().crop(window.area).save(str(artifacts / f"wizard-{page}.png"))
        # The button that continues, whatever its label.
        session.pointer.click(
            window.area.x + window.area.width - 145, window.area.y + window.area.height - 22
        )
        time.sleep(0.5)
    assert setup.wait(60).exit_code == 0
    computer.until_icon_of("work")  # "Show CodeMie Tray now" was ticked
