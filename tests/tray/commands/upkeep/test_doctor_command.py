"""`doctor` as users and scripts see it, and what is refused in a home that others could have changed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.core.credentials.child import ENVIRONMENT
from tests.support.other_users import NOBODY, as_root, as_user
from tests.tray.commands.console.typed_terminal import on_terminal

TOKEN = "sk-planted-0123456789abcdefghij"  # noqa: S105 - made up
PROGRAM = [sys.executable, "-m", "codemie_tray"]

if sys.platform == "win32":
    pytest.skip("owners and permission bits", allow_module_level=True)


@pytest.fixture
def home() -> Iterator[Path]:
    """A healthy home, in a folder that every user can reach."""
    place = Path(tempfile.mkdtemp(dir="/tmp"))
    place.chmod(0o755)
    folder = place / ".codemie"
    folder.mkdir(mode=0o700)
    profiles = {"a": {"provider": "litellm", "baseUrl": "https://a.example.com", "apiKey": "not-required"}}
    config = folder / "codemie-cli.config.json"
    config.write_text(json.dumps({"version": 2, "activeProfile": "a", "profiles": profiles}))
    config.chmod(0o600)
    yield folder
    shutil.rmtree(place)


def environment(home: Path, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in ENVIRONMENT.items() if not name.startswith("DBUS")}
    return {**kept, "CODEMIE_HOME": str(home), **more}


def run(home: Path, *arguments: str, stdin: str = "", **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*PROGRAM, *arguments],
        env=environment(home, **more),
        cwd=home.parent,
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
    )


def add_token(home: Path, name: str = "codemie-cli.config.json") -> Path:
    path = home / name
    config = json.loads((home / "codemie-cli.config.json").read_text())
    config["profiles"]["a"]["apiKey"] = TOKEN
    path.write_text(json.dumps(config))
    path.chmod(0o600)
    return path


def test_a_healthy_home_has_nothing_to_fix(home: Path) -> None:
    done = run(home, "doctor")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        f"Nothing to fix in {home}.",
        "",
        "Stored credentials: Nothing is stored.",
    ]
    answer = json.loads(run(home, "doctor", "--json").stdout)
    assert answer["findings"] == []


@pytest.mark.parametrize(
    ("damage", "code", "word"),
    [
        (lambda _home: None, 0, "Nothing to fix"),
        (lambda home: run(home, "credentials", "set", "x", stdin=TOKEN), 0, "NOTE"),
        (add_token, 11, "WARNING"),
        (lambda home: home.chmod(0o777), 13, "DANGER"),
    ],
    ids=["nothing", "a note", "a warning", "a danger"],
)
def test_the_exit_code_is_that_of_the_worst_finding(
    home: Path, damage: Callable[[Path], object], code: int, word: str
) -> None:
    damage(home)
    done = run(home, "doctor")
    assert done.returncode == code, done.stdout
    assert done.stdout.startswith(word)
    assert run(home, "doctor", "--json").returncode == code


def test_the_worst_comes_first_and_each_has_its_command_below_it(home: Path) -> None:
    add_token(home)
    add_token(home, "config.json~")
    home.chmod(0o777)
    done = run(home, "doctor", CODEMIE_API_KEY=TOKEN)
    lines = done.stdout.splitlines()
    path = f"{home}/config.json~"
    assert lines[0].startswith(f"DANGER   {home} can be changed by every user of this machine (mode 0777).")
    assert lines[1] == "         Fix: codemie-tray doctor --fix"
    assert lines[3] == f"WARNING  {path} is a copy or leftover that holds a token in the clear."
    assert lines[4] == f"         Fix: rm '{path}'"
    assert lines[6] == "WARNING  The token of profile a is in the clear (apiKey)."
    assert lines[7] == "         Fix: codemie-tray credentials move-in"
    assert lines[9].startswith("WARNING  CODEMIE_API_KEY is set in this shell")
    assert lines[10] == "         Fix: unset CODEMIE_API_KEY"
    assert lines[12] == f"1 danger, 3 warnings in {home}."
    assert TOKEN not in done.stdout + done.stderr


def test_json_contains_every_finding_with_its_command(home: Path) -> None:
    home.chmod(0o777)
    (finding,) = json.loads(run(home, "doctor", "--json").stdout)["findings"]
    assert finding.pop("message").startswith(f"{home} can be changed by every user")
    assert finding == {
        "severity": "danger",
        "code": "home-writable",
        "path": str(home),
        "fix": "codemie-tray doctor --fix",
        "fixable": True,
    }


def test_fixes_are_reported_and_the_rest_is_left_to_the_user(home: Path) -> None:
    add_token(home)
    home.chmod(0o777)
    done = run(home, "doctor", "--fix")
    assert done.returncode == 11
    assert done.stdout.splitlines()[:3] == [
        f"Removed other users' access: {home}",
        "",
        "WARNING  The token of profile a is in the clear (apiKey).",
    ]
    assert home.stat().st_mode & 0o777 == 0o755
    run(home, "credentials", "move-in", "--yes")
    run(home, "history", "forget-tokens")
    assert run(home, "doctor").returncode == 0


def test_many_findings_of_one_kind_are_summarized(home: Path) -> None:
    folder = home / "credentials"
    folder.mkdir(mode=0o755)
    home.chmod(0o755)
    for number in range(9):
        (folder / f"sso-{number}.enc").write_text("00:00")
        (folder / f"sso-{number}.enc").chmod(0o644)
    done = run(home, "doctor")
    assert done.stdout.count("can be read by every user") == 5
    assert "... and 4 more like these (--json lists them)" in done.stdout
    assert len(json.loads(run(home, "doctor", "--json").stdout)["findings"]) == 9


def test_lines_fit_the_terminal_and_commands_are_not_broken(home: Path) -> None:
    home.chmod(0o777)
    code, seen = on_terminal([*PROGRAM, "doctor"], environment(home, COLUMNS="60", TERM="xterm"), [])
    assert code == 13
    lines = seen.replace("\033[1m", "").replace("\033[0m", "").splitlines()
    assert "\033[1mDANGER" in seen
    assert all(len(line) <= 60 for line in lines[:6]), lines
    assert "         Fix: codemie-tray doctor --fix" in lines


def test_a_name_with_terminal_control_characters_is_escaped(home: Path) -> None:
    path = home / "codemie-cli.config.json"
    config = json.loads(path.read_text())
    config["profiles"]["\x1b[2J\u202eevil"] = {"apiKey": TOKEN}
    path.write_text(json.dumps(config))
    done = run(home, "doctor")
    assert "\x1b" not in done.stdout
    assert "\u202e" not in done.stdout
    assert "profile \\u001b[2J\\u202eevil is in the clear" in done.stdout


# ---- refusals ----------------------------------------------------------------------------------------

SECRET_COMMANDS = [
    ("run", "--", "true"),
    ("credentials", "list"),
    ("credentials", "get", "x"),
    ("credentials", "set", "x"),
    ("credentials", "remove", "x"),
    ("credentials", "protect"),
    ("credentials", "unprotect"),
    ("credentials", "rekey"),
    ("credentials", "recovery"),
    ("credentials", "move-in", "--yes"),
    ("credentials", "move-out", "--yes"),
]


@pytest.mark.parametrize("command", SECRET_COMMANDS, ids=lambda command: " ".join(command[:2]))
def test_commands_that_use_secrets_are_refused_if_others_can_write_and_change_nothing(
    home: Path, command: tuple[str, ...]
) -> None:
    add_token(home)
    home.chmod(0o777)
    before = sorted(os.listdir(home))
    done = run(home, *command, stdin="y")
    assert done.returncode == 14
    assert done.stdout == ""
    assert done.stderr.splitlines() == [
        f"codemie-tray: {home} can be changed by every user of this machine (mode 0777); nothing was done.",
        f"To fix it: chmod go-w {home}",
        f"To trust it anyway, set CODEMIE_TRAY_SAFE_HOME={home}",
    ]
    assert sorted(os.listdir(home)) == before


@pytest.mark.parametrize("command", SECRET_COMMANDS[:4], ids=lambda command: " ".join(command[:2]))
def test_the_same_commands_work_in_a_private_or_trusted_home(home: Path, command: tuple[str, ...]) -> None:
    run(home, "credentials", "set", "x", stdin=TOKEN)
    assert run(home, *command, stdin="y").returncode == 0
    home.chmod(0o777)
    assert run(home, *command, stdin="y").returncode == 14
    assert run(home, *command, stdin="y", CODEMIE_TRAY_SAFE_HOME=str(home)).returncode == 0


@pytest.mark.parametrize("command", [("status",), ("profiles",), ("history", "list"), ("switch", "a")])
def test_commands_without_secrets_still_work_and_status_warns(home: Path, command: tuple[str, ...]) -> None:
    home.chmod(0o777)
    done = run(home, *command)
    assert done.returncode == 0, done.stderr
    if command == ("status",):
        assert f"{home} can be changed by every user of this machine (mode 0777)" in done.stdout
        assert f"To fix it: chmod go-w {home}" in done.stdout
        assert json.loads(run(home, "status", "--json").stdout)["changeableByOthers"] is True
        home.chmod(0o700)
        assert json.loads(run(home, "status", "--json").stdout)["changeableByOthers"] is False


@as_root
@pytest.mark.parametrize(
    "command",
    [
        *SECRET_COMMANDS,
        ("switch", "a"),
        ("clean",),
        ("usage",),
        ("history", "restore"),
        ("history", "forget-tokens"),
        ("migrate", "up"),
        ("doctor", "--fix"),
        (),
        ("--background",),
    ],
    ids=lambda command: " ".join(command[:2]) or "the tray",
)
def test_root_writes_nothing_into_another_users_home(home: Path, command: tuple[str, ...]) -> None:
    for path in (home, *home.iterdir()):
        os.chown(path, NOBODY, NOBODY)
    before = tree(home)
    done = run(home, *command, stdin="y")
    assert done.returncode == 14
    assert done.stderr.splitlines() == [
        f"codemie-tray: {home} belongs to nobody, and you are root; nothing was done.",
        "Run it as its owner: sudo -u nobody codemie-tray ...",
    ]
    assert tree(home) == before


@as_root
@pytest.mark.parametrize("command", [("status",), ("profiles",), ("history", "list"), ("doctor",)])
def test_root_may_inspect_another_users_home_and_leaves_nothing_in_it(
    home: Path, command: tuple[str, ...]
) -> None:
    for path in (home, *home.iterdir()):
        os.chown(path, NOBODY, NOBODY)
    before = tree(home)
    done = run(home, *command)
    assert done.returncode == (13 if command == ("doctor",) else 0), done.stderr
    assert tree(home) == before
    if command == ("doctor",):
        assert "belongs to nobody, and you are root" in done.stdout
        assert "Fix: sudo -u nobody codemie-tray doctor" in done.stdout


@as_root
def test_the_owner_is_not_locked_out_after_root_was_there(home: Path) -> None:
    for path in (home.parent, home, *home.iterdir()):
        os.chown(path, NOBODY, NOBODY)
    run(home, "switch", "a")
    run(home, "status")
    assert main_as(NOBODY, home, "switch", "a").startswith("0 ")
    assert {os.lstat(path).st_uid for path in home.rglob("*")} == {NOBODY}


@as_root
def test_a_user_in_a_home_that_another_user_owns_is_refused(home: Path) -> None:
    for path in (home.parent, home, *home.iterdir()):
        os.chown(path, 1234, 1234)
        path.chmod(0o755)
    reported = main_as(NOBODY, home, "credentials", "list")
    assert reported.startswith("14 ")
    assert f"{home} belongs to user 1234; nothing was done." in reported
    assert f"To fix it: sudo chown -h nobody {home}" in reported
    assert main_as(1234, home, "credentials", "list").startswith("0 ")  # the control: the owner


def main_as(uid: int, home: Path, *arguments: str) -> str:
    """Return the exit code and output of a command run by another user."""
    import ctypes  # noqa: F401

    import codemie_tray.__main__
    from codemie_tray.commands import parser  # noqa: F401 - `nobody` can't import them
    from codemie_tray.commands.store import credentials  # noqa: F401
    from codemie_tray.commands.switching import switch  # noqa: F401

    def work() -> str:
        import contextlib
        import io

        os.environ["CODEMIE_HOME"] = str(home)
        output = io.StringIO()
        with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
            code = codemie_tray.__main__.main(list(arguments))
        return f"{int(code)} {output.getvalue()}"

    return as_user(uid, work)


def tree(folder: Path) -> dict[str, tuple[int, int, bytes]]:
    return {
        str(path): (path.lstat().st_uid, path.lstat().st_mode, path.read_bytes() if path.is_file() else b"")
        for path in (folder, *folder.rglob("*"))
    }
