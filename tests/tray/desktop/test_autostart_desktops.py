"""Each desktop's way to disable an entry, and entries whose program will disappear."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from codemie_tray.desktop.autostart.backend import AutostartFailed, LoginState
from codemie_tray.desktop.autostart.desktop_entry import exec_line
from codemie_tray.desktop.autostart.lasting import lasting_program, why_it_will_not_last
from codemie_tray.desktop.autostart.program import login_command
from codemie_tray.desktop.autostart.xdg import XdgEntry

if sys.platform == "win32":
    pytest.skip("entries as Linux has them", allow_module_level=True)

GENERATOR = "/usr/lib/systemd/user-generators/systemd-xdg-autostart-generator"
UNIT = "app-codemie\\x2dtray@autostart.service"
OURS = (sys.executable, "-P", "-m", "codemie_tray", "--background")


class Desk:
    """The user's settings on a desktop."""

    def __init__(self, folder: Path, desktop: str = "XFCE") -> None:
        self.folder = folder
        self.environ = {
            "HOME": str(folder),
            "XDG_CONFIG_HOME": str(folder / "config"),
            "XDG_CONFIG_DIRS": str(folder / "system"),
            "XDG_RUNTIME_DIR": str(folder / "runtime"),
            "XDG_CURRENT_DESKTOP": desktop,
            "PATH": os.environ["PATH"],
        }
        self.entry = XdgEntry(self.environ)
        self.entry.turn_on(OURS)

    def add(self, *lines: str) -> None:
        with open(self.entry.path, "a", encoding="utf-8") as file:
            file.write("".join(f"{line}\n" for line in lines))

    def state(self) -> tuple[LoginState, str]:
        found = self.entry.read()
        return found.state, found.reason

    def generated(self) -> bool:
        """Return whether systemd's generator makes a unit from the entry."""
        out = self.folder / "out"
        out.mkdir(exist_ok=True)
        for path in out.glob("*.service"):
            path.unlink()
        subprocess.run([GENERATOR, out, out, out], env=self.environ, check=True, capture_output=True)
        return (out / UNIT).exists()


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


SWITCHES: Mapping[str, tuple[str, ...]] = {
    "Gnome": ("X-GNOME-Autostart-enabled=false",),
    "MATE": ("X-MATE-Autostart-enabled=false",),
    "Xfce, by its own name": ("X-XFCE-Autostart-enabled=False",),
    "for others": ("OnlyShowIn=GNOME;KDE;",),
    "not for this": ("NotShowIn=KDE;XFCE;",),
    "systemd passes over it": ("X-systemd-skip=true",),
    "TryExec": ("TryExec=/nowhere/codemie-tray",),
    "a condition": ("AutostartCondition=if-exists wanted",),
}


@pytest.mark.parametrize("lines", SWITCHES.values(), ids=SWITCHES)
def test_whatever_disables_an_entry_is_named_and_removed_by_on(desk: Desk, lines: tuple[str, ...]) -> None:
    assert desk.state() == (LoginState.ON, "")
    desk.entry._write({line.partition("=")[0]: line.partition("=")[2] for line in lines})
    state, reason = desk.state()
    assert state is LoginState.DISABLED
    assert lines[0].partition("=")[0] in reason
    if not lines[0].startswith("TryExec"):
        desk.entry.fix(OURS)
        assert desk.state()[0] is LoginState.DISABLED, "fixing is not a wish of the user"
    desk.entry.turn_on(OURS)
    assert desk.state() == (LoginState.ON, "")


@pytest.mark.parametrize(
    "line",
    [
        "X-GNOME-Autostart-enabled=true",
        "OnlyShowIn=GNOME;XFCE;",
        "NotShowIn=KDE;",
        "AutostartCondition=unless-exists unwanted",
        "AutostartCondition=GSettings org.example key",
        "TryExec=sh",
    ],
)
def test_other_keys_leave_an_entry_enabled(desk: Desk, line: str) -> None:
    desk.entry._write(dict([line.split("=", 1)]))
    assert desk.state() == (LoginState.ON, "")


def test_hidden_means_off_and_the_users_entry_precedes_the_systems(desk: Desk) -> None:
    system = desk.folder / "system" / "autostart"
    system.mkdir(parents=True)
    (system / "codemie-tray.desktop").write_text(f"[Desktop Entry]\nExec={exec_line(OURS)}\n")
    desk.add("Hidden=true")
    assert desk.state()[0] is LoginState.OFF
    desk.entry.turn_on(OURS)
    assert desk.state()[0] is LoginState.ON


@pytest.mark.parametrize("value", ["false", "true", "", None])
def test_kdes_condition_is_checked_only_on_kde(tmp_path: Path, value: str | None) -> None:
    desk = Desk(tmp_path, "KDE")
    desk.add("X-KDE-autostart-condition=trayrc:General:Autostart:false")
    if value is not None:
        text = f"[Other]\nAutostart=true\n\n[General]\nAutostart={value}\n"
        (tmp_path / "config" / "trayrc").write_text(text)
    assert desk.state()[0] is (LoginState.ON if value == "true" else LoginState.DISABLED)
    elsewhere = XdgEntry({**desk.environ, "XDG_CURRENT_DESKTOP": "XFCE"})
    assert elsewhere.read().state is LoginState.ON


def test_without_a_desktop_its_rules_do_not_apply(tmp_path: Path) -> None:
    desk = Desk(tmp_path, "")
    desk.add("OnlyShowIn=GNOME;")
    assert desk.state() == (LoginState.ON, "")


@pytest.mark.parametrize("where", ["config", "runtime"])
@pytest.mark.parametrize("kind", ["link", "empty"])
def test_a_masked_systemd_unit_disables_an_entry_and_on_unmasks_it(desk: Desk, where: str, kind: str) -> None:
    mask = desk.folder / where / "systemd" / "user" / UNIT
    mask.parent.mkdir(parents=True)
    if kind == "link":
        mask.symlink_to("/dev/null")
    else:
        mask.touch()
    state, reason = desk.state()
    assert state is LoginState.DISABLED
    assert str(mask) in reason
    assert str(mask) in desk.entry.watched()
    desk.entry.turn_on(OURS)
    assert not os.path.lexists(mask)
    assert desk.state()[0] is LoginState.ON
    mask.write_text("[Unit]\nDescription=an override, and no mask\n")
    assert desk.state()[0] is LoginState.ON


def test_a_mask_that_cannot_be_removed_is_named(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    mask = desk.folder / "config" / "systemd" / "user" / UNIT
    mask.parent.mkdir(parents=True)
    mask.symlink_to("/dev/null")

    def refuse(path: str) -> None:
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr(os, "unlink", refuse)
    with pytest.raises(AutostartFailed, match="masks the entry and can't be removed: Permission denied"):
        desk.entry.turn_on(OURS)


BY_SYSTEMD = {
    "plain": ((), True),
    "hidden": (("Hidden=true",), False),
    "skipped": (("X-systemd-skip=true",), False),
    "TryExec": (("TryExec=/nowhere/codemie-tray",), False),
    "TryExec by name": (("TryExec=sh",), True),
}


@pytest.mark.skipif(not os.path.exists(GENERATOR), reason="not installed: systemd")
@pytest.mark.parametrize(("lines", "starts"), BY_SYSTEMD.values(), ids=BY_SYSTEMD)
def test_systemds_own_generator_agrees(tmp_path: Path, lines: tuple[str, ...], starts: bool) -> None:
    desk = Desk(tmp_path, "GNOME")
    desk.entry._write(dict(line.split("=", 1) for line in lines))
    assert desk.generated() is starts
    assert (desk.state()[0] is LoginState.ON) is starts


# ---- what will not last ----------------------------------------


@pytest.mark.parametrize(
    ("program", "words"),
    [
        ("/home/ada/.cache/uv/archive-v0/x1/bin/codemie-tray", "in a cache"),
        ("/home/ada/.local/pipx/.cache/9f/bin/codemie-tray", "in a cache"),
        ("/home/ada/.local/share/pipx/.cache/9f/bin/python", "in a cache"),
        ("/data/uv-cache/archive-v0/x/bin/python", "in a cache"),
        ("/tmp/unpacked/codemie-tray/codemie-tray", "temporary folder"),
        ("/run/user/1000/x/codemie-tray", "temporary folder"),
        ("/scratch/t1/codemie-tray", "temporary folder"),
        ("/snap/codemie-tray/123/bin/codemie-tray", "one revision of a snap"),
        ("/snap/codemie-tray/x1/bin/codemie-tray", "one revision of a snap"),
        ("/tmp/.mount_CodeMiAbC/usr/bin/codemie-tray", "AppImage's mount"),
        ("/nix/store/abc-codemie/bin/codemie-tray", "Nix"),
        ("/private/var/folders/x/AppTranslocation/1/d/CodeMie Tray.app/x", "Applications"),
        ("/home/ada/.local/share/uv/tools/codemie-tray/bin/codemie-tray", None),
        ("/home/ada/.local/bin/codemie-tray", None),
        ("/home/ada/.local/share/pipx/venvs/codemie-tray/bin/python", None),
        ("/usr/bin/codemie-tray", None),
        ("/opt/codemie-tray/codemie-tray", None),
        ("/snap/bin/codemie-tray", None),
        ("/snap/codemie-tray/current/bin/codemie-tray", None),
        ("/home/ada/tmp/codemie-tray", None),
    ],
)
def test_a_temporary_program_is_distinguished_from_a_permanent_one(
    program: str, words: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", "/home/ada")
    environ = {"UV_CACHE_DIR": "/data/uv-cache", "TMPDIR": "/scratch/t1"}
    monkeypatch.setattr("tempfile.gettempdir", lambda: "/tmp")
    for command in ((program, "--background"), ("/usr/bin/python3", "-P", program)):
        reason = why_it_will_not_last(command, environ)
        if words is None:
            assert reason is None
        else:
            assert reason is not None
            assert reason.startswith(program)
            assert words in reason


def test_an_appimage_and_a_snap_register_a_permanent_path(tmp_path: Path) -> None:
    mounted = "/tmp/.mount_CodeMiAbC/app/usr/bin/codemie-tray"
    image = "/home/ada/Apps/CodeMie.AppImage"
    environ = {"APPIMAGE": image, "APPDIR": "/tmp/.mount_CodeMiAbC/app"}
    assert login_command(frozen=True, executable=mounted, environ=environ) == (image, "--background")
    assert "moved or removed while it ran" in str(why_it_will_not_last((image,), environ))
    # A program installed on the system may inherit the variables of a terminal that is an AppImage.
    assert lasting_program("/usr/bin/codemie-tray", environ) == "/usr/bin/codemie-tray"
    assert lasting_program(mounted, {"APPIMAGE": image}) == mounted
    gone = "/snap/codemie-tray/123/bin/codemie-tray"
    assert lasting_program(gone, {}) == gone  # no `current` here: reported, and left alone
    assert why_it_will_not_last((gone,)) is not None


def test_the_command_line_says_why_an_entry_is_off_or_will_not_last(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    environ = {
        **os.environ,
        **desk.environ,
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        "CODEMIE_HOME": str(tmp_path / "home"),
    }

    def run(*words: str) -> str:
        command = [sys.executable, "-m", "codemie_tray", "autostart", *words]
        return subprocess.run(command, env=environ, capture_output=True, text=True, check=True).stdout

    desk.entry._write({"NotShowIn": "XFCE;"})
    assert "does not start at login: it is not for XFCE (NotShowIn)." in run("status")
    answer = json.loads(run("status", "--json"))
    assert (answer["state"], answer["disabledBy"]) == ("disabled", "it is not for XFCE (NotShowIn)")
    cached = tmp_path / ".cache" / "uv" / "archive-v0" / "x" / "codemie-tray"
    cached.parent.mkdir(parents=True)
    cached.touch(0o755)
    desk.entry.turn_on((str(cached), "--background"))
    assert f"It will not last: {cached} is in a cache" in run("status")
    assert "uv tool install codemie-tray" in json.loads(run("status", "--json"))["willNotLast"]
