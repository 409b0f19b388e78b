"""Start at login: one contract for every system's backend, and what is specific to each."""

from __future__ import annotations

import os
import plistlib
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from codemie_tray import __version__
from codemie_tray.desktop.autostart import launch_agent, run_key, xdg
from codemie_tray.desktop.autostart.backend import (
    Autostart,
    AutostartFailed,
    LoginState,
    differs,
    fix_if_wrong,
    what_is_wrong,
)
from codemie_tray.desktop.autostart.desktop_entry import command_of, exec_line
from codemie_tray.desktop.autostart.launch_agent import LaunchAgent
from codemie_tray.desktop.autostart.program import login_command, same_command
from codemie_tray.desktop.autostart.run_key import RunKey, split_command
from codemie_tray.desktop.autostart.xdg import XdgEntry

OURS = (sys.executable, "-m", "codemie tray", "--background")
MOVED = ("/gone/away/codemie-tray", "--background")


class FakeRegistry:
    """The narrowest interface: values by key and name, as `winreg` returns them."""

    def __init__(self) -> None:
        self.values: dict[tuple[str, str], str | bytes] = {}

    def get(self, key: str, name: str) -> str | bytes | None:
        return self.values.get((key, name))

    def set_text(self, key: str, name: str, value: str) -> None:
        self.values[key, name] = value

    def delete(self, key: str, name: str) -> None:
        self.values.pop((key, name), None)


class FakeLaunchctl:
    """launchd's list of disabled agents."""

    def __init__(self) -> None:
        self.disabled: set[str] = set()
        self.calls: list[list[str]] = []

    def __call__(self, arguments: Sequence[str]) -> str:
        self.calls.append(list(arguments))
        if arguments[0] == "enable":
            self.disabled.discard(arguments[1].rpartition("/")[2])
            return ""
        rows = "".join(f'\t\t"{label}" => disabled\n' for label in self.disabled)
        return f'disabled services = {{\n\t\t"com.example.other" => enabled\n{rows}\t}}\n'


class System:
    """A backend, and a way to disable its entry like the system settings do."""

    def __init__(self, backend: Autostart, disable: Callable[[], None]) -> None:
        self.backend = backend
        self.disable = disable


def xdg_system(folder: Path) -> System:
    environ = {"XDG_CONFIG_HOME": str(folder / "config"), "XDG_CONFIG_DIRS": str(folder / "system")}
    entry = XdgEntry(environ)

    def disable() -> None:
        with open(entry.path, "a", encoding="utf-8") as file:
            file.write("X-GNOME-Autostart-enabled=false\n")

    return System(entry, disable)


def launchd_system(folder: Path) -> System:
    launchctl = FakeLaunchctl()
    agent = LaunchAgent(str(folder / "LaunchAgents"), launchctl, 501)
    return System(agent, lambda: launchctl.disabled.add(launch_agent.LABEL))


def registry_system(folder: Path) -> System:
    registry = FakeRegistry()

    def disable() -> None:
        registry.values[run_key.APPROVED, run_key.NAME] = bytes([3, *[0] * 11])

    return System(RunKey(registry), disable)


@pytest.fixture(params=[xdg_system, launchd_system, registry_system], ids=["xdg", "launchd", "registry"])
def system(request: pytest.FixtureRequest, tmp_path: Path) -> System:
    made: System = request.param(tmp_path)
    return made


class TestEverySystem:
    def test_off_at_first(self, system: System) -> None:
        assert system.backend.read().state is LoginState.OFF

    def test_on_registers_the_command_and_off_removes_it(self, system: System) -> None:
        for _ in range(2):
            system.backend.turn_on(OURS)
            entry = system.backend.read()
            assert (entry.state, entry.command) == (LoginState.ON, OURS)
        for _ in range(2):
            system.backend.turn_off()
            assert system.backend.read().state is LoginState.OFF

    def test_an_entry_disabled_in_the_system_settings_is_enabled_only_by_on(self, system: System) -> None:
        system.backend.turn_on(MOVED)
        system.disable()
        assert system.backend.read().state is LoginState.DISABLED
        assert fix_if_wrong(system.backend, OURS, __version__)
        entry = system.backend.read()
        assert (entry.state, entry.command) == (LoginState.DISABLED, OURS)
        system.backend.turn_on(OURS)
        assert system.backend.read().state is LoginState.ON

    def test_an_entry_of_a_moved_program_is_detected_and_fixed(self, system: System) -> None:
        system.backend.turn_on(MOVED)
        wrong = fix_if_wrong(system.backend, OURS, __version__)
        assert wrong == "it starts /gone/away/codemie-tray, which no longer exists"
        assert system.backend.read().command == OURS
        assert fix_if_wrong(system.backend, OURS, __version__) is None

    def test_an_entry_of_another_version_of_the_program_is_fixed(self, system: System) -> None:
        system.backend.turn_on((sys.executable, "--old-option"))
        assert fix_if_wrong(system.backend, OURS, __version__)
        assert system.backend.read().command == OURS

    def test_an_entry_of_another_existing_program_is_recognised_and_left_alone(
        self, system: System, tmp_path: Path
    ) -> None:
        other = tmp_path / "codemie-tray"
        other.touch()
        system.backend.turn_on((str(other), "--background"))
        assert fix_if_wrong(system.backend, OURS, __version__) is None
        assert differs(system.backend.read(), OURS)

    def test_fixing_creates_no_entry(self, system: System) -> None:
        assert fix_if_wrong(system.backend, OURS, __version__) is None
        assert system.backend.read().state is LoginState.OFF


@pytest.mark.parametrize("make", [xdg_system, launchd_system], ids=["xdg", "launchd"])
def test_an_entry_of_an_older_version_elsewhere_is_fixed(
    make: Callable[[Path], System], tmp_path: Path
) -> None:
    system = make(tmp_path)
    other = tmp_path / "codemie-tray"
    other.touch()
    system.backend.turn_on((str(other), "--background"))
    assert (
        what_is_wrong(system.backend.read(), OURS, "99.0.1") == f"it starts version {__version__}, in {other}"
    )
    assert fix_if_wrong(system.backend, OURS, "99.0.1")
    assert system.backend.read().command == OURS


# ---- XDG ----------------------------------------


@pytest.fixture
def entry(tmp_path: Path) -> XdgEntry:
    backend = xdg_system(tmp_path).backend
    assert isinstance(backend, XdgEntry)
    return backend


def system_wide(tmp_path: Path, command: Sequence[str]) -> Path:
    path = tmp_path / "system" / "autostart" / xdg.FILE_NAME
    path.parent.mkdir(parents=True)
    path.write_text(f"[Desktop Entry]\nType=Application\nName=x\nExec={exec_line(command)}\n")
    return path


def test_off_hides_the_systems_entry_and_on_shows_it_again(entry: XdgEntry, tmp_path: Path) -> None:
    system_wide(tmp_path, OURS)
    assert entry.read().state is LoginState.ON
    entry.turn_off()
    assert "Hidden=true" in Path(entry.path).read_text()
    assert entry.read().state is LoginState.OFF
    entry.turn_on(OURS)
    assert not os.path.exists(entry.path)
    assert entry.read().state is LoginState.ON


def test_on_overrides_a_systems_entry_that_starts_something_else(entry: XdgEntry, tmp_path: Path) -> None:
    system_wide(tmp_path, MOVED)
    entry.turn_on(OURS)
    assert entry.read().command == OURS
    assert entry.read().place == entry.path


def test_keys_added_by_the_user_survive_the_fix(entry: XdgEntry) -> None:
    entry.turn_on(MOVED)
    path = Path(entry.path)
    text = path.read_text() + "X-GNOME-Autostart-Delay=20\n\n[Desktop Action x]\nExec=keep me\n"
    path.write_text(text)
    entry.fix(OURS)
    assert "X-GNOME-Autostart-Delay=20" in path.read_text()
    assert "[Desktop Action x]\nExec=keep me" in path.read_text()
    assert entry.read().command == OURS


def test_a_linked_entry_is_written_to_its_target(entry: XdgEntry, tmp_path: Path) -> None:
    target = tmp_path / "dotfiles.desktop"
    target.write_text("")
    os.makedirs(os.path.dirname(entry.path))
    os.symlink(target, entry.path)
    entry.turn_on(OURS)
    assert os.path.islink(entry.path)
    assert "Exec=" in target.read_text()


def test_an_entry_that_cannot_be_written_is_reported(entry: XdgEntry, tmp_path: Path) -> None:
    (tmp_path / "config").write_text("a file is in the way")
    with pytest.raises(AutostartFailed, match="can't be"):
        entry.turn_on(OURS)


@pytest.mark.skipif(shutil.which("desktop-file-validate") is None, reason="not installed: desktop-file-utils")
def test_the_entry_is_valid(entry: XdgEntry) -> None:
    entry.turn_on(("/opt/a b/$x\"'\\`%f", "--background"))
    done = subprocess.run(["desktop-file-validate", entry.path], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


ARGUMENTS = st.lists(
    st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=12), min_size=1, max_size=4
).filter(lambda parts: parts[0] != "")


@given(ARGUMENTS)
@example(["%"])
@example(["program", "%%", "%f"])
def test_any_command_survives_the_desktop_entrys_quoting(parts: list[str]) -> None:
    assert command_of(exec_line(parts)) == tuple(parts)


@pytest.mark.skipif(shutil.which("gtk-launch") is None, reason="not installed: libgtk-3-bin")
@pytest.mark.skipif(shutil.which("Xvfb") is None, reason="not installed: xvfb")
@pytest.mark.skipif(shutil.which("dbus-run-session") is None, reason="not installed: dbus-daemon")
def test_a_real_launcher_starts_exactly_the_command(tmp_path: Path) -> None:
    from tests.integration.desktop.rig.display.look import Look
    from tests.integration.desktop.rig.display.screen import Screen

    reported = tmp_path / "arguments"
    code = f"import sys;open({str(reported)!r},'w').write(repr(sys.argv[1:]))"
    parts = (sys.executable, "-c", code, 'a "b" \\ $HOME `x` %f ü', "--background")
    applications = tmp_path / "share" / "applications"
    applications.mkdir(parents=True)
    (applications / "x.desktop").write_text(
        f"[Desktop Entry]\nType=Application\nName=x\nExec={exec_line(parts)}\n", encoding="utf-8"
    )
    screen = Screen(Look(), environ=os.environ, log=str(tmp_path / "Xvfb.log"))
    screen.start()
    try:
        environ = {
            **os.environ,
            "XDG_DATA_HOME": str(tmp_path / "share"),
            "LANG": "C.UTF-8",
            "DISPLAY": screen.display_name,
        }
        launcher = ["dbus-run-session", "--", "gtk-launch", "x"]
        subprocess.run(launcher, env=environ, capture_output=True, check=True, timeout=90)
        for _ in range(200):
            if reported.exists() and reported.read_text():
                break
            time.sleep(0.02)
        assert reported.read_text() == repr(list(parts[3:]))
    finally:
        screen.end()


# ---- launchd ----------------------------------------


def test_the_agent_is_a_property_list_that_starts_at_login(tmp_path: Path) -> None:
    agent = LaunchAgent(str(tmp_path), FakeLaunchctl(), 501)
    agent.turn_on(OURS)
    with open(agent.path, "rb") as file:
        values = plistlib.load(file)
    assert values["Label"] == os.path.basename(agent.path).removesuffix(".plist")
    assert values["ProgramArguments"] == list(OURS)
    assert values["RunAtLoad"] is True
    assert "KeepAlive" not in values, "quitting would restart it"
    if os.name == "posix":
        assert os.stat(agent.path).st_mode & 0o022 == 0, "launchd refuses an agent that others can write"
    tool = next(filter(shutil.which, ("plutil", "plistutil")), None)
    if tool == "plutil":
        subprocess.run(["plutil", "-lint", agent.path], check=True)
    elif tool == "plistutil":
        subprocess.run(["plistutil", "-i", agent.path, "-f", "bin", "-o", os.devnull], check=True)


def test_on_and_off_neither_end_nor_start_a_running_tray(tmp_path: Path) -> None:
    launchctl = FakeLaunchctl()
    agent = LaunchAgent(str(tmp_path), launchctl, 501)
    agent.turn_on(OURS)
    agent.turn_off()
    assert {call[0] for call in launchctl.calls} <= {"print-disabled", "enable"}


@pytest.mark.parametrize("content", [b"", b"<plist>", b"bplist00garbage", b"{}", b"\xff" * 40])
def test_a_broken_agent_is_fixed_by_on(tmp_path: Path, content: bytes) -> None:
    agent = LaunchAgent(str(tmp_path), FakeLaunchctl(), 501)
    Path(agent.path).write_bytes(content)
    assert agent.read().command == ()
    agent.turn_on(OURS)
    assert agent.read().command == OURS


# ---- the registry ----------------------------------------


@pytest.mark.parametrize(
    ("approved", "state"),
    [
        (b"\x02" + b"\0" * 11, "on"),
        (b"\x06" + b"\0" * 11, "on"),
        (b"\x03" + b"\1" * 11, "disabled"),
        (b"", "on"),
    ],
)
def test_task_managers_switch_is_respected(approved: bytes, state: str) -> None:
    registry = FakeRegistry()
    backend = RunKey(registry)
    backend.turn_on(OURS)
    registry.values[run_key.APPROVED, run_key.NAME] = approved
    assert backend.read().state.value == state


def test_a_command_that_windows_would_not_start_is_refused() -> None:
    registry = FakeRegistry()
    with pytest.raises(AutostartFailed, match="longer than Windows starts"):
        RunKey(registry).turn_on(("C:\\" + "x" * 300, "--background"))
    assert registry.values == {}


@given(st.lists(st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=12), min_size=1, max_size=4))
def test_any_command_survives_windows_quoting(parts: list[str]) -> None:
    assert split_command(subprocess.list2cmdline(parts)) == tuple(parts)


# ---- which program ----------------------------------------


def test_a_frozen_program_registers_itself() -> None:
    program = os.path.abspath("/opt/codemie-tray/codemie-tray")
    assert login_command(frozen=True, executable=program) == (program, "--background")


def test_an_installed_program_registers_its_script(tmp_path: Path) -> None:
    for name in ("python", "codemie-tray"):
        (tmp_path / name).touch(mode=0o755)
    command = login_command(
        frozen=False, executable=str(tmp_path / "python"), argv0="-m", environ={}, windows=False
    )
    assert command == (str(tmp_path / "codemie-tray"), "--background")


def test_without_a_script_the_module_is_registered(tmp_path: Path) -> None:
    python = str(tmp_path / "python")
    command = login_command(frozen=False, executable=python, argv0="x", environ={}, windows=False)
    assert command == (python, "-P", "-m", "codemie_tray", "--background")


def test_on_windows_no_console_window_opens(tmp_path: Path) -> None:
    for name in ("python.exe", "pythonw.exe", "codemie-tray.exe"):
        (tmp_path / name).touch(mode=0o755)
    command = login_command(
        frozen=False, executable=str(tmp_path / "python.exe"), argv0="x", environ={}, windows=True
    )
    assert command == (str(tmp_path / "pythonw.exe"), "-P", "-m", "codemie_tray", "--background")


@pytest.mark.parametrize("started", ["codemie-tray.exe", "codemie-trayw.exe"])
def test_frozen_on_windows_a_login_starts_the_program_without_a_console(tmp_path: Path, started: str) -> None:
    for name in ("codemie-tray.exe", "codemie-trayw.exe"):
        (tmp_path / name).touch()
    command = login_command(frozen=True, executable=str(tmp_path / started), windows=True)
    assert command == (str(tmp_path / "codemie-trayw.exe"), "--background")


def test_a_program_run_from_its_source_registers_a_command_that_works_without_the_environment() -> None:
    root = Path(xdg.__file__).parents[3]
    environ = {"PYTHONPATH": os.pathsep.join([str(root), str(root.parent / "core"), "/nowhere"])}
    command = login_command(frozen=False, environ=environ)
    if sys.platform != "win32":
        assert command[0] == sys.executable
    assert command[-1] == "--background"
    bare = {name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ} | {"PATH": "/usr/bin"}
    done = subprocess.run(
        [*command[:-1], "--version"],
        env=bare,
        cwd="/",
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == f"codemie-tray {__version__}\n"
    inside = command[3].replace(
        "sys.exit(main())", "from codemie_tray.desktop.autostart.program import login_command;"
    )
    done = subprocess.run(
        [command[0], "-c", inside + "print(login_command()==eval(sys.argv[1]))", repr(command)],
        env=bare,
        cwd="/",
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "True\n", "a tray started at login would consider its own entry wrong"


@pytest.mark.parametrize("way", ["module", "source"])
def test_a_file_in_the_folder_of_the_login_is_never_run(tmp_path: Path, way: str) -> None:
    (tmp_path / "argparse.py").write_text("print('run by mistake', flush=True)\nimport os\nos._exit(3)\n")
    root = Path(xdg.__file__).parents[3]
    roots = os.pathsep.join((str(root), str(root.parent / "core")))
    environ = {"PYTHONPATH": roots} if way == "source" else {}
    command = login_command(frozen=False, argv0="x", executable=sys.executable, environ=environ, windows=True)
    python, *rest = command
    started = [sys.executable if os.path.basename(python).startswith("pythonw") else python, *rest[:-1]]
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}

    def run(*parts: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*parts, "--version"], cwd=tmp_path, env=environ, capture_output=True, text=True, check=False
        )

    assert run(*started).stdout == f"codemie-tray {__version__}\n"
    control = run(*(part for part in started if part != "-P"))
    assert (control.returncode, control.stdout) == (3, "run by mistake\n")


def test_two_ways_to_the_same_program_are_the_same(tmp_path: Path) -> None:
    (tmp_path / "real").touch()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert same_command((str(tmp_path / "link"), "-b"), (str(tmp_path / "real"), "-b"))
    assert not same_command((str(tmp_path / "link"),), (str(tmp_path / "real"), "-b"))


@pytest.mark.skipif(sys.platform != "linux", reason="the XDG entry")
def test_a_relative_folder_of_the_xdg_specification_is_ignored(tmp_path: Path) -> None:
    environ = {"HOME": str(tmp_path), "XDG_CONFIG_HOME": "relative", "XDG_CONFIG_DIRS": "also/relative"}
    entry = XdgEntry(environ)
    assert entry.path == str(tmp_path / ".config" / "autostart" / "codemie-tray.desktop")
    entry.turn_on(("/usr/bin/true",))
    assert entry.read().state is LoginState.ON


@pytest.mark.skipif(sys.platform != "linux", reason="the XDG entry")
def test_without_a_home_folder_nothing_is_written_and_the_systems_entry_still_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pwd

    monkeypatch.setattr(pwd, "getpwuid", {}.__getitem__)
    monkeypatch.chdir(tmp_path)
    system = tmp_path / "system"
    (system / "autostart").mkdir(parents=True)
    (system / "autostart" / "codemie-tray.desktop").write_text("[Desktop Entry]\nExec=/usr/bin/true\n")
    entry = XdgEntry({"XDG_CONFIG_DIRS": str(system)})
    assert entry.read().state is LoginState.ON
    assert entry.watched() == ()
    with pytest.raises(AutostartFailed, match=r"your home folder is unknown: HOME is not set.*Set HOME"):
        entry.turn_off()
    assert os.listdir(tmp_path) == ["system"]
