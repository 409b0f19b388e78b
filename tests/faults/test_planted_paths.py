"""Every path that a command opens, with everything in its place that could be planted there.

The paths are not listed here: they are those that commands open in a home with every kind of file. Each
command that opens a path then runs with each plant in its place (`tests/support/plants.py`), in a process
with a time limit. It may refuse with a message or go on without the file; it must not hang, end by a
traceback, or touch what a plant leads to.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.support.plants import HERE, PLANTS, Victim, remove
from tests.support.scale import rounds

from codemie_core import Home
from codemie_core.files.private import file as private_open
from codemie_core.sessions.usage.export import export
from codemie_core.system.clock import Clock
from codemie_core.system.desktop_session import session_key
from codemie_tray.__main__ import main
from codemie_tray.app.lifecycle import single_instance
from codemie_tray.app.lifecycle.crash_record import LastStart
from codemie_tray.app.lifecycle.first_profile import write_help
from codemie_tray.background.usage.budget_notices import BudgetNotices
from codemie_tray.view.state import BudgetSpent

# The first test that asks for `opened` traces some 35 commands.
pytestmark = pytest.mark.timeout(900)

if sys.platform == "win32":
    pytest.skip("processes are forked, and there are no pipes in folders", allow_module_level=True)

GOLDEN = Path(__file__).parent.parent / "golden" / "cli-home"
LIMIT_SECONDS = 20
OLD_SESSION = "completed_00000000-1d2a-4c55-9b7e-0a1b2c3d4e5f"

COMMANDS = [
    *(
        "status",
        "profiles",
        "switch work",
        "switch personal",
        "doctor",
        "doctor --fix",
        "usage",
        "usage --json",
    ),
    *(
        "clean --dry-run",
        "clean",
        "clean --sessions --older-than 30d",
        "history list",
        "history restore --dry-run",
    ),
    *("history forget-tokens --dry-run", "credentials list", "credentials get kept", "credentials set new"),
    *(
        "credentials remove kept",
        "credentials move-in --yes",
        "migrate status",
        "run -- true",
        "",
        "--background",
    ),
]
"""The tray itself, as far as it gets without a bus; while it waits for one, the time limit ends it."""


def ask_the_running_tray(home: Home) -> int:
    single_instance.ANSWER_SECONDS = 0.05
    single_instance.SingleInstance(home).ask_to_show()
    return 0


def crash(home: Home) -> int:
    LastStart(single_instance.SingleInstance(home).record, Clock()).crashed("ValueError")
    LastStart(single_instance.SingleInstance(home).record, Clock()).begin()
    return 0


def help_with_a_first_profile(home: Home) -> int:
    write_help(home)
    return 0


def export_usage(home: Home) -> int:
    export(home, home.path + "-exported")
    return 0


def notify_of_a_budget(home: Home) -> int:
    BudgetNotices(home).due([BudgetSpent("day", "2026-11-27", 10.0, 9.0, 90)])
    return 0


CALLS: dict[str, Callable[[Home], int]] = {
    "a second start": ask_the_running_tray,
    "a crash": crash,
    "the help for a first profile": help_with_a_first_profile,
    "an export of usage": export_usage,
    "a budget that is spent": notify_of_a_budget,
}
"""Code that only a panel, a crash or a click reaches, called directly."""
ALL = [*COMMANDS, *CALLS]
FULL = bool(rounds(0, 1))
"""Each command that opens a path with each plant there; in the quick run, one of them in turn."""

WRITTEN_THROUGH = ("codemie-cli.config.json", "config.json", ".credentials")
"""Files that a user may keep elsewhere through a link (docs/config.md)."""
MAY_BE_LINKS = ("logs", "sessions", "credentials", ".session-claude")
"""Folders that a user may keep elsewhere through a link; their files are read, and our log is written."""


def make_home(folder: Path) -> Home:
    """Make a home with every kind of file."""
    shutil.copytree(GOLDEN, folder)
    folder.chmod(0o700)
    home = Home(str(folder))
    (folder / ".session-claude").mkdir()
    (folder / ".session-claude" / "metrics.jsonl").write_text("{}\n")
    (folder / "sessions" / f"{OLD_SESSION}.json").write_text('{"agentName": "claude"}')
    (folder / "logs" / "debug-2020-01-01.log").write_text("old\n")
    for path in (folder / "sessions" / f"{OLD_SESSION}.json", folder / "logs" / "debug-2020-01-01.log"):
        os.utime(path, (1_600_000_000, 1_600_000_000))
    (folder / "tray").mkdir(mode=0o700)
    (folder / "tray" / "settings.json").write_text('{"logRetentionDays": 3650}')
    for command in ("credentials set kept", "switch work", "switch personal", "usage", "clean"):
        ended = run(command, home, folder.parent)
        assert ended.code == 0, ended
    for call in CALLS:
        run(call, home, folder.parent)
    return home


@dataclass(frozen=True)
class Ended:
    code: int
    """The exit code; negative: killed by a signal."""
    said: str
    opened: set[str]
    """Paths below the home, relative to it."""


def run(command: str, home: Home, folder: Path, *, trace: bool = False) -> Ended:
    """Run a command in a forked process."""
    said, traced = folder / "said.txt", folder / "opened.json"
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid == 0:
        code = 99
        try:
            code = _in_the_child(command, home, said, traced if trace else None)
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 98
        except BaseException:  # noqa: BLE001 - the child's edge: its output fails the parent
            import traceback

            traceback.print_exc()
        finally:
            for stream in (sys.stdout, sys.stderr):
                stream.flush()
            os._exit(code)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    opened = set(json.loads(traced.read_text())) if trace and traced.exists() else set()
    return Ended(code, said.read_text(errors="replace"), opened)


def _in_the_child(command: str, home: Home, said: Path, traced: Path | None) -> int:
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.alarm(LIMIT_SECONDS)
    output = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    source, end = os.pipe()
    os.write(end, b"a secret\n")
    os.close(end)
    for number, fd in ((0, source), (1, output), (2, output)):
        os.dup2(fd, number)
    sys.stdin = open(0, encoding="utf-8")  # noqa: SIM115
    sys.stdout = sys.stderr = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    os.environ["CODEMIE_HOME"] = home.path
    os.environ["DBUS_SESSION_BUS_ADDRESS"] = NO_BUS  # the same in every home, as files are named after it
    os.environ["HOME"] = os.path.dirname(home.path)
    for name in [name for name in os.environ if name.startswith("XDG_")]:
        del os.environ[name]
    if command == "--background":
        # It waits for a bus: only what it opens before that counts here.
        signal.signal(signal.SIGALRM, lambda *_: os._exit(0))
        signal.setitimer(signal.ITIMER_REAL, 1.5)
    with tracing(home, traced):
        if command in CALLS:
            from codemie_core import CodeMieError

            try:
                return CALLS[command](home)
            except CodeMieError as error:
                sys.stderr.write(f"codemie-tray: {error}\n")
                return 7
        return main(command.split())


@contextmanager
def tracing(home: Home, into: Path | None) -> Iterator[None]:
    """Record every path below the home that is opened, listed, or passed to SQLite."""
    if into is None:
        yield
        return
    found: set[str] = set()
    start = home.path + os.sep
    really = os.open

    def note(path: Any, dir_fd: int | None = None) -> None:
        if isinstance(path, int):
            path = os.readlink(f"/proc/self/fd/{path}")
        path = os.fsdecode(path)
        if dir_fd is not None and not os.path.isabs(path):
            path = os.path.join(os.readlink(f"/proc/self/fd/{dir_fd}"), path)
        if path.startswith(start):
            found.add(path[len(start) :])
            into.write_text(json.dumps(sorted(found)))

    def opening(path: Any, *rest: Any, dir_fd: int | None = None, **more: Any) -> int:
        note(path, dir_fd)
        return really(path, *rest, dir_fd=dir_fd, **more)

    def hear(event: str, arguments: tuple[Any, ...]) -> None:
        if event in ("open", "os.listdir", "os.scandir", "sqlite3.connect") and arguments[0] is not None:
            path = arguments[0]
            if isinstance(path, int) or os.path.isabs(os.fsdecode(path)):
                if isinstance(path, str) and path.endswith("opened.json"):
                    return
                note(path)
                if event == "sqlite3.connect":
                    for ending in ("-wal", "-shm", "-journal"):
                        note(os.fsdecode(path) + ending)

    sys.addaudithook(hear)  # the hook ends with this process
    os.open = opening
    yield


NO_BUS = "unix:path=/nowhere/bus"
SESSION = session_key({"DBUS_SESSION_BUS_ADDRESS": NO_BUS})
REQUEST = os.path.basename(single_instance.SingleInstance(Home(os.sep), session=SESSION).request)
RANDOM = re.compile(r".*\.tmp(-journal)?|.*\.broken-.*")


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("template")
    make_home(folder / "home")
    return folder / "home"


@pytest.fixture(scope="module")
def opened(template: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """Each path that is opened, and the commands that do."""
    found: dict[str, list[str]] = {}
    for command in ALL:
        folder = tmp_path_factory.mktemp("trace")
        home = copy(template, folder)
        ended = run(command, home, folder, trace=True)
        assert ended.code in (0, 5, 8, 11), (
            ended
        )  # 5: nothing was lost, 8: no bus, 11: doctor found something
        for path in ended.opened:
            if not RANDOM.fullmatch(path):
                found.setdefault(path, []).append(command)
    return found


def copy(template: Path, folder: Path) -> Home:
    shutil.copytree(template, folder / "home", symlinks=True)
    return Home(str(folder / "home"))


def test_the_trace_finds_the_paths_known_to_be_opened(opened: dict[str, list[str]]) -> None:
    found = set(opened)
    print(len(found), "paths:", *sorted(found), sep="\n  ")
    assert {"codemie-cli.config.json", ".credentials", "tray/lock", "tray/credentials.lock"} <= found
    assert {"tray/settings.json", "tray/duty.lock"} <= found
    assert {"tray/prices.json", "tray/export-id", "tray/budget-notices.json"} <= found
    for name in ("instance-.*[.]lock", "running-.*[.]json", "show-.*"):
        assert any(re.fullmatch(f"tray/{name}", path) for path in found), name
    assert {"tray/cleanup.json", "tray/history", "logs", "sessions", "first-profile.txt"} <= found
    assert any(re.fullmatch(r"tray/usage-.*\.sqlite3-wal", path) for path in found)
    assert any(re.fullmatch(r"tray/history/.*\.json", path) for path in found)
    assert any(re.fullmatch(r"logs/tray-.*\.log", path) for path in found)
    assert any(path.startswith("credentials/") for path in found)
    assert len(found) >= 30


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
def test_strace_sees_no_other_path_opened(
    template: Path, opened: dict[str, list[str]], tmp_path: Path
) -> None:
    call = re.compile(r'openat\((?:AT_FDCWD|\d+)<(?P<within>[^>]*)>, "(?P<path>[^"]+)"')
    missed: dict[str, str] = {}
    for number, command in enumerate(
        ["status", "switch work", "usage", "clean", "credentials set new", "doctor"]
    ):
        folder = tmp_path / str(number)
        folder.mkdir()
        home = copy(template, folder)
        log = folder / "strace.txt"
        environ = {
            **os.environ,
            "CODEMIE_HOME": home.path,
            "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        }
        command_line = ["strace", "-fy", "-e", "trace=openat", "-o", str(log)]
        command_line += [sys.executable, "-m", "codemie_tray", *command.split()]
        subprocess.run(command_line, env=environ, input=b"x", capture_output=True, check=False, timeout=120)
        for line in log.read_text(errors="replace").splitlines():
            if found := call.search(line):
                path = os.path.join(found["within"], found["path"])
                relative = os.path.relpath(path, home.path)
                if (
                    path.startswith(home.path + os.sep)
                    and relative not in opened
                    and not RANDOM.fullmatch(path)
                ):
                    missed[relative] = command
    # Names that contain a time differ in each run.
    assert not {path for path in missed if not path.startswith("tray/history/")}, missed


def plant(name: str, path: Path, folder: Path) -> Victim:
    """Replace `path` by a plant that leads to its former content."""
    content = path.read_bytes() if path.is_file() else b"{}\n"
    victim = Victim(folder / "elsewhere", content)
    if path.is_dir():
        shutil.copytree(path, victim.folder, dirs_exist_ok=True)
    victim.note()
    path.parent.mkdir(parents=True, exist_ok=True)
    remove(path)
    PLANTS[name](path, victim)
    return victim


def is_permitted(path: str, name: str) -> bool:
    """Whether a user may have put such a link there, so that it is followed."""
    linked = name in ("a link", "a link to a folder", "a dangling link")
    return linked and (path in WRITTEN_THROUGH or path in MAY_BE_LINKS)


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("name", HERE)
def test_nothing_planted_is_followed_or_causes_a_hang_or_traceback(
    name: str, template: Path, opened: dict[str, list[str]], tmp_path: Path
) -> None:
    wrong = []
    count = 0
    for number, (path, commands) in enumerate(sorted(opened.items())):
        chosen = commands if FULL else [commands[(number + HERE.index(name)) % len(commands)]]
        for index, command in enumerate(chosen):
            folder = tmp_path / f"{number}-{index}"
            folder.mkdir()
            home = copy(template, folder)
            victim = plant(name, Path(home.path, path), folder)
            ended = run(command, home, folder)
            count += 1
            what = f"{path}, {name}, {command!r}"
            if ended.code < 0:
                wrong.append(f"{what}: hung" if ended.code == -signal.SIGALRM else f"{what}: {ended}")
            elif "Traceback" in ended.said or ended.code >= 98:
                wrong.append(f"{what}: {ended.said[-600:]}")
            elif ended.code and not ended.said.strip():
                wrong.append(f"{what}: exit code {ended.code} without a word")
            if not is_permitted(path, name) and (harm := victim.harm()):
                wrong.append(f"{what}: {harm}")
            shutil.rmtree(folder)
    print(f"{name}: {count} runs over {len(opened)} paths, {len(wrong)} wrong")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    ("path", "name", "command"),
    [
        ("tray/lock", "a link", "switch work"),
        ("tray/lock", "a hard link", "switch work"),
        (f"tray/{REQUEST}", "a pipe", "a second start"),
    ],
)
def test_the_control_that_opens_unchecked_does_harm(
    path: str, name: str, command: str, template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def raw(path: str, flags: int, mode: int, levels: int, *, second_name: bool) -> int:
        return os.open(path, flags | os.O_CLOEXEC, mode)

    monkeypatch.setattr(private_open, "open_ours", raw)
    monkeypatch.setattr("codemie_core.files.lock.has_name", lambda *_: True)
    monkeypatch.setattr(sys.modules[__name__], "LIMIT_SECONDS", 3)
    home = copy(template, tmp_path)
    victim = plant(name, Path(home.path, path), tmp_path)
    ended = run(command, home, tmp_path)
    assert victim.harm() or ended.code == -signal.SIGALRM, "these tests prove nothing"
