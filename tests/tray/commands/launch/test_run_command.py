"""`codemie-tray run` with real programs: their home, signals, exit, and leftovers."""

from __future__ import annotations

import functools
import json
import os
import select
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.waiting import until

from codemie_core import Home
from codemie_core.credentials import CredentialStore, Secret

if sys.platform == "win32":
    pytest.skip("forks and signals; see tests/integration/windows", allow_module_level=True)

PROGRAM = [sys.executable, "-P", "-m", "codemie_tray"]
CONFIG = {
    "version": 2,
    "activeProfile": "a",
    "codemieSkills": [{"id": "s"}],
    "profiles": {
        "a": {"provider": "litellm", "apiKey": "key-of-a", "baseUrl": "https://a.example", "haikuModel": "h"},
        "b": {"provider": "litellm", "apiKey": "credential:b/apiKey", "baseUrl": "https://b.example"},
        "aws": {
            "provider": "bedrock",
            "apiKey": "AKIANOTAREALKEYATALL",
            "awsSecretAccessKey": "credential:aws/secret",
            "baseUrl": "https://aws.example",
        },
    },
}


@pytest.fixture
def work(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    return folder


@pytest.fixture
def runtime() -> Iterator[Path]:
    """A separate XDG_RUNTIME_DIR, in memory like that of a session."""
    if not os.path.isdir("/dev/shm"):
        pytest.skip("no folder in memory here: /dev/shm")
    folder = tempfile.mkdtemp(dir="/dev/shm", prefix="codemie-tray-test-")
    yield Path(folder)
    until(lambda: not private_homes(Path(folder)))  # the home of a program that just ended is being removed
    shutil.rmtree(folder)


@pytest.fixture
def filled(home: Home) -> Home:
    Path(home.join("codemie-cli.config.json")).write_text(json.dumps(CONFIG))
    os.makedirs(home.sessions)
    store = CredentialStore(home)
    store.set_many({"b/apiKey": Secret("key-of-b"), "aws/secret": Secret("secret-of-aws")})
    return home


def start(home: Home, runtime: Path, folder: Path, *arguments: str, umask: int = -1) -> subprocess.Popen[str]:
    environ = {**os.environ, "CODEMIE_HOME": home.path, "XDG_RUNTIME_DIR": str(runtime)}
    return subprocess.Popen(
        [*PROGRAM, "run", *arguments],
        env=environ,
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        umask=umask,
    )


def done(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    out, err = process.communicate(timeout=60)
    return process.returncode, out, err


def private_homes(runtime: Path) -> list[Path]:
    return list((runtime / "codemie-tray").glob("run-*"))


def gone(folder: str) -> bool:
    return not os.path.lexists(folder)


LOOK = """
import json, os, stat, sys
home = os.environ["CODEMIE_HOME"]
with open(os.path.join(home, "codemie-cli.config.json")) as file:
    config = json.load(file)
print(json.dumps({
    "home": home, "config": config, "environment": dict(os.environ),
    "modes": {n: stat.S_IMODE(os.lstat(os.path.join(home, n)).st_mode)
              for n in ("..", ".", "codemie-cli.config.json", "../lock", "../owner.json")},
    "names": sorted(os.listdir(home)),
}))
"""


def look(home: Home, runtime: Path, folder: Path, *options: str) -> dict[str, object]:
    code, out, err = done(start(home, runtime, folder, *options, "--", sys.executable, "-c", LOOK))
    assert code == 0, err
    result: dict[str, object] = json.loads(out)
    return result


def test_the_program_sees_one_profile_in_a_private_home(filled: Home, runtime: Path, work: Path) -> None:
    seen = look(filled, runtime, work, "--profile", "b")
    config = seen["config"]
    assert isinstance(config, dict)
    assert config["activeProfile"] == "b"
    assert config["profiles"] == {
        "b": {"name": "b", "provider": "litellm", "apiKey": "key-of-b", "baseUrl": "https://b.example"}
    }
    assert config["codemieSkills"] == [{"id": "s"}], "the CLI's own lists do not belong to a profile"
    assert seen["modes"] == {
        "..": 0o700,
        ".": 0o700,
        "codemie-cli.config.json": 0o400,
        "../lock": 0o600,
        "../owner.json": 0o600,
    }
    names = seen["names"]
    assert isinstance(names, list)
    assert ".credentials" not in names
    assert "tray" not in names
    text = json.dumps(seen)
    assert "key-of-a" not in text
    assert "https://a.example" not in text
    assert "credential:" not in text
    until(lambda: gone(str(seen["home"])))


def test_a_secret_without_a_variable_is_in_the_configuration(filled: Home, runtime: Path, work: Path) -> None:
    seen = look(filled, runtime, work, "--profile", "aws")
    assert "secret-of-aws" in json.dumps(seen["config"])
    assert "secret-of-aws" not in json.dumps(seen["environment"])


def test_files_written_by_the_program_are_in_the_real_home(filled: Home, runtime: Path, work: Path) -> None:
    script = (
        'cd "$CODEMIE_HOME"; echo s > sessions/s.json; echo l > logs/debug-2026-11-27.log; '
        "echo c > credentials/x.enc; "
        "echo i > installation-id; echo n > new-file; mkdir -p .session-x; echo d > .session-x/m.jsonl; "
        "echo r > r.tmp; mv r.tmp plugins.json; echo no > .update-lock"
    )
    code, _, err = done(start(filled, runtime, work, "--", "sh", "-c", script))
    assert code == 0, err
    for name in (os.path.join(".session-x", "m.jsonl"), "plugins.json", "new-file"):
        until(functools.partial(os.path.exists, filled.join(name)))
    found = {
        name: Path(filled.join(*name.split("/"))).read_text().strip()
        for name in (
            *("sessions/s.json", "logs/debug-2026-11-27.log", "credentials/x.enc", "installation-id"),
            *("new-file", ".session-x/m.jsonl", "plugins.json"),
        )
    }
    assert "".join(found.values()) == "slcindr"
    assert not os.path.lexists(filled.join(".update-lock"))
    assert json.loads(Path(filled.join("codemie-cli.config.json")).read_text()) == CONFIG


def test_two_files_with_the_same_name_are_both_kept(filled: Home, runtime: Path, work: Path) -> None:
    process = start(
        filled, runtime, work, "--", "sh", "-c", 'echo mine > "$CODEMIE_HOME/x"; echo ready; read line'
    )
    assert process.stdout is not None
    process.stdout.readline()
    Path(filled.join("x")).write_text("theirs\n")
    done(process)
    until(lambda: len(list(Path(filled.path).glob("x.run-*"))) == 1)
    assert Path(filled.join("x")).read_text() == "theirs\n"
    assert next(Path(filled.path).glob("x.run-*")).read_text() == "mine\n"


@pytest.fixture
def sleeping(filled: Home, runtime: Path, work: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    # The runtime folder distinguishes this process's janitor from those of concurrent tests.
    script = f'echo "$CODEMIE_HOME"; exec sleep 300  # {runtime}'
    process = start(filled, runtime, work, "--profile", "b", "--", "sh", "-c", script)
    assert process.stdout is not None
    folder = os.path.dirname(process.stdout.readline().strip())
    assert os.path.isdir(folder)
    yield process, folder
    process.kill()
    process.communicate()


def test_a_killed_program_leaves_nothing(sleeping: tuple[subprocess.Popen[str], str]) -> None:
    process, folder = sleeping
    process.kill()
    assert process.wait(60) == -signal.SIGKILL
    until(lambda: gone(folder))


def janitor_of(runtime: Path) -> int:
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/cmdline", "rb") as file:
                words = file.read()
        except OSError:
            continue
        if b"codemie_tray\0run\0" in words and os.fsencode(runtime) in words:
            return int(name)
    raise AssertionError(f"nobody waits for what was made in {runtime}")


def test_the_next_start_cleans_up_after_everything_was_killed(
    sleeping: tuple[subprocess.Popen[str], str], filled: Home, runtime: Path, work: Path
) -> None:
    process, folder = sleeping
    Path(folder, "home", "left-behind").write_text("x")
    os.kill(janitor_of(runtime), signal.SIGKILL)
    # While the program runs, nothing touches its home.
    assert done(start(filled, runtime, work, "--", "true"))[0] == 0
    assert os.path.isdir(folder)
    process.kill()
    process.wait(60)
    time.sleep(0.3)
    assert "key-of-b" in Path(folder, "home", "codemie-cli.config.json").read_text(), "no process was left"
    assert done(start(filled, runtime, work, "--", "true"))[0] == 0
    assert gone(folder)
    assert Path(filled.join("left-behind")).read_text() == "x"


def test_a_partially_created_home_is_cleaned_up(filled: Home, runtime: Path, work: Path) -> None:
    done(start(filled, runtime, work, "--", "true"))
    half = runtime / "codemie-tray" / "run-half"
    (half / "home").mkdir(parents=True)
    done(start(filled, runtime, work, "--", "true"))
    assert gone(str(half))


def test_the_home_stays_while_a_background_program_needs_it(filled: Home, runtime: Path, work: Path) -> None:
    later = '(sleep 1; cat "$CODEMIE_HOME/codemie-cli.config.json" > seen)'
    script = later + ' > /dev/null 2>&1 & echo "$CODEMIE_HOME"'
    code, out, _ = done(start(filled, runtime, work, "--profile", "b", "--", "sh", "-c", script))
    assert code == 0
    until(lambda: gone(out.strip()))
    assert "key-of-b" in (work / "seen").read_text()


def test_a_program_that_closes_what_it_inherits_keeps_its_home(
    filled: Home, runtime: Path, work: Path
) -> None:
    code = (
        "import os, sys, time\nos.closerange(3, 4096)\nprint(os.environ['CODEMIE_HOME'], flush=True)\n"
        "sys.stdin.readline()\nprint(os.path.exists(os.environ['CODEMIE_HOME'] + '/codemie-cli.config.json'))"
    )
    process = start(filled, runtime, work, "--", sys.executable, "-c", code)
    assert process.stdout is not None
    folder = os.path.dirname(process.stdout.readline().strip())
    time.sleep(0.3)
    assert done(start(filled, runtime, work, "--", "true"))[0] == 0, "a start that cleans up"
    out, _ = process.communicate("\n", timeout=60)
    assert out.strip() == "True"
    until(lambda: gone(folder))


def test_a_program_that_cannot_be_started_leaves_nothing(filled: Home, runtime: Path, work: Path) -> None:
    code, _, err = done(start(filled, runtime, work, "--", "no-such-program-anywhere"))
    assert code == 127
    assert "not found" in err
    assert not private_homes(runtime)


@pytest.mark.skipif(os.getuid() != 0, reason="only root can read the memory of a process that hides it")
def test_no_process_of_ours_keeps_a_secret_and_the_program_has_no_unexpected_child(
    sleeping: tuple[subprocess.Popen[str], str], runtime: Path
) -> None:
    process, _ = sleeping
    janitor = janitor_of(runtime)
    assert os.readlink(f"/proc/{janitor}/cwd") == "/"
    assert Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text() == ""
    assert not any(
        "pipe" in os.readlink(f"/proc/{janitor}/fd/{fd}") for fd in os.listdir(f"/proc/{janitor}/fd")
    )
    found = []
    with open(f"/proc/{janitor}/maps") as maps, open(f"/proc/{janitor}/mem", "rb", buffering=0) as memory:
        for line in maps:
            if " rw" not in line or "[v" in line:
                continue
            first, last = (int(part, 16) for part in line.split()[0].split("-"))
            try:
                memory.seek(first)
                found.append(b"key-of-" + b"b" in memory.read(last - first))
            except OSError:
                continue
    assert found
    assert not any(found)


def test_interrupt_stop_and_continue_reach_the_program_on_its_terminal(
    filled: Home, runtime: Path, work: Path
) -> None:
    code = (
        "import os, signal, sys, time\n"
        "def end(*_):\n    print('interrupted', flush=True); sys.exit(41)\n"
        "signal.signal(signal.SIGINT, end)\n"
        "print('front' if os.tcgetpgrp(0) == os.getpgrp() else 'behind', flush=True)\n"
        "while True: time.sleep(0.05)\n"
    )
    import pty  # not on Windows

    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(work)
        environ = {**os.environ, "CODEMIE_HOME": filled.path, "XDG_RUNTIME_DIR": str(runtime)}
        os.execve(sys.executable, [*PROGRAM, "run", "--", sys.executable, "-c", code], environ)  # noqa: S606
    seen = b""
    deadline = time.monotonic() + 40
    while b"front" not in seen and time.monotonic() < deadline:
        if select.select([terminal], [], [], 0.2)[0]:
            seen += os.read(terminal, 4096)
    assert b"front" in seen, seen
    os.kill(pid, signal.SIGSTOP)
    assert os.WIFSTOPPED(os.waitpid(pid, os.WUNTRACED)[1])
    os.kill(pid, signal.SIGCONT)
    os.write(terminal, b"\x03")
    _, status = os.waitpid(pid, 0)
    os.close(terminal)
    assert os.waitstatus_to_exitcode(status) == 41


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_no_umask_opens_the_private_home_to_others(
    filled: Home, runtime: Path, work: Path, umask: int
) -> None:
    code, out, err = done(start(filled, runtime, work, "--", sys.executable, "-c", LOOK, umask=umask))
    assert code == 0, err
    modes = json.loads(out)["modes"]
    assert all(mode & 0o077 == 0 for mode in modes.values()), modes


def test_our_commands_inside_the_program_work_on_the_real_home(
    filled: Home, runtime: Path, work: Path
) -> None:
    command = [*PROGRAM, "profiles", "--names"]
    code, out, err = done(start(filled, runtime, work, "--profile", "b", "--", *command))
    assert (code, out.split()) == (0, ["a", "b", "aws"]), err
    nested = [*PROGRAM, "run", "--profile", "a", "--", sys.executable, "-c", LOOK]
    code, out, err = done(start(filled, runtime, work, "--profile", "b", "--", *nested))
    assert code == 0, err
    assert "key-of-b" not in out
    assert json.loads(out)["environment"]["CODEMIE_API_KEY"] == "key-of-a"


def test_without_a_folder_in_memory_only_the_necessary_is_written_to_a_file(
    filled: Home, work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from codemie_core import ConfigLoader
    from codemie_core.profiles.tokens.handover import handover
    from codemie_core.profiles.tokens.handover.private_home import Place
    from codemie_core.profiles.tokens.handover.private_home_end import discard

    monkeypatch.setattr(handover, "places", lambda home, _: (Place(os.path.join(home.tray, "run"), False),))
    config = ConfigLoader(filled).load()

    def text(name: str, *command: str) -> str:
        request = handover.Request(config.profile(name), command, str(work))
        given = handover.hand_over(config, filled, request, {})
        assert given.private is not None
        try:
            assert stat.S_IMODE(os.stat(os.path.join(filled.tray, "run")).st_mode) == 0o700
            return Path(given.private.path, "codemie-cli.config.json").read_text()
        finally:
            discard(given.private)

    assert "key-of-b" not in text("b", "codemie-claude")
    assert "key-of-b" in text("b", "codemie-claude", "--profile", "b"), "the CLI then ignores the variable"
    assert "secret-of-aws" in text("aws", "codemie-claude")


# ---- what is refused ------------------------------------------------------------------------------


def refused(home: Home, runtime: Path, folder: Path, *arguments: str) -> str:
    code, out, err = done(start(home, runtime, folder, *arguments, "--", "echo", "started"))
    assert code == 12, err
    assert "started" not in out
    assert not private_homes(runtime)
    assert "key-of" not in err
    return err


def test_a_token_is_not_sent_to_a_changed_address_until_the_user_agrees(
    filled: Home, runtime: Path, work: Path
) -> None:
    assert look(filled, runtime, work, "--profile", "b")
    path = Path(filled.join("codemie-cli.config.json"))
    path.write_text(path.read_text().replace("https://b.example", "https://evil.example"))
    said = refused(filled, runtime, work, "--profile", "b")
    assert "'b/apiKey' was stored for https://b.example" in said
    assert "--allow-address https://evil.example" in said
    wrong = refused(filled, runtime, work, "--allow-address", "https://other.example", "--profile", "b")
    assert "does not use https://other.example" in wrong
    allowed = look(filled, runtime, work, "--allow-address", "https://evil.example/v1", "--profile", "b")
    assert "key-of-b" in json.dumps(allowed)
    assert look(filled, runtime, work, "--profile", "b"), "it is remembered"
    path.write_text(path.read_text().replace("https://evil.example", "https://b.example:8443"))
    assert "https://b.example:8443" in refused(filled, runtime, work, "--profile", "b")


def test_a_moved_in_credential_knows_its_address_from_the_start(
    filled: Home, runtime: Path, work: Path
) -> None:
    environ = {**os.environ, "CODEMIE_HOME": filled.path}
    subprocess.run(
        [*PROGRAM, "credentials", "move-in", "--yes"], env=environ, check=True, capture_output=True
    )
    path = Path(filled.join("codemie-cli.config.json"))
    path.write_text(path.read_text().replace("https://a.example", "https://evil.example"))
    assert "was stored for https://a.example" in refused(filled, runtime, work, "--profile", "a")


@pytest.mark.parametrize(
    "content",
    [
        '{"version":2,"activeProfile":"x","profiles":{"x":{"baseUrl":"https://evil.example"}}}',
        '{"version":2,"activeProfile":"b","profiles":{"b":{"baseUrl":"https://evil.example"}}}',
        '{"provider":"litellm","baseUrl":"https://evil.example"}',
        pytest.param('{"version":2,"activeProfile":"x","profiles":{"x":{}}}' + " " * (1 << 20), id="huge"),
    ],
)
def test_a_project_that_would_override_the_profile_is_refused(
    filled: Home, runtime: Path, work: Path, content: str
) -> None:
    (work / ".codemie").mkdir()
    (work / ".codemie" / "codemie-cli.config.json").write_text(content)
    said = refused(filled, runtime, work, "--profile", "b")
    assert str(work / ".codemie" / "codemie-cli.config.json") in said
    assert "another folder" in said
    assert "another folder" in refused(filled, runtime, work, "--with-project", "--profile", "b")


def test_a_pipe_in_place_of_a_projects_file_is_refused_without_waiting(
    filled: Home, runtime: Path, work: Path
) -> None:
    (work / ".codemie").mkdir()
    os.mkfifo(work / ".codemie" / "codemie-cli.config.json")
    assert "not a regular file" in refused(filled, runtime, work)


def test_harmless_project_settings_apply_on_request(filled: Home, runtime: Path, work: Path) -> None:
    (work / ".codemie").mkdir()
    content = {"version": 2, "activeProfile": "b", "profiles": {"b": {"codeMieProject": "p", "model": "m"}}}
    (work / ".codemie" / "codemie-cli.config.json").write_text(json.dumps(content))
    assert "--with-project" in refused(filled, runtime, work, "--profile", "b")
    code, _, err = done(start(filled, runtime, work, "--with-project", "--profile", "b", "--", "true"))
    assert code == 0
    assert "applies in this folder" in err


def test_a_projects_dotenv_cannot_add_what_the_profile_leaves_open(
    filled: Home, runtime: Path, work: Path
) -> None:
    (work / ".env").write_text("export CODEMIE_URL=https://evil.example\nHTTPS_PROXY = x\nGREETING=hello\n")
    code, out, err = done(start(filled, runtime, work, "--profile", "b", "--", sys.executable, "-c", LOOK))
    assert code == 0
    assert "ignoring CODEMIE_URL, HTTPS_PROXY of " in err
    environment = json.loads(out)["environment"]
    assert environment["CODEMIE_URL"] == environment["HTTPS_PROXY"] == ""
    assert "GREETING" not in environment


def test_a_folder_without_settings_causes_no_message(filled: Home, runtime: Path, work: Path) -> None:
    (work / ".env").write_text("GREETING=hello\n")
    (work / ".codemie").mkdir()
    (work / ".codemie" / "codemie-cli.config.json").write_text('{"profiles":{}}')
    assert done(start(filled, runtime, work, "--", "true")) == (0, "", "")


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["codemie-claude", "--profile", "a"], "can't see 'a'"),
        (["npx", "codemie-claude", "--profile=a"], "can't see 'a'"),
        (["/usr/bin/codemie", "chat", "--base-url", "https://evil.example"], "--base-url"),
    ],
)
def test_arguments_that_would_change_the_profile_are_refused(
    filled: Home, runtime: Path, work: Path, command: list[str], said: str
) -> None:
    code, _, err = done(start(filled, runtime, work, "--profile", "b", "--", *command))
    assert code == 12
    assert said in err
