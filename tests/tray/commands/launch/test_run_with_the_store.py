"""`codemie-tray run` with tokens from the encrypted store."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

import pytest
from tests.tray.commands.store.credentials_home import PROGRAM, environment, home, run

__all__ = ["home"]


def _env_of(home: str, *options: str) -> dict[str, str]:
    done = run(
        home,
        "run",
        *options,
        "--",
        sys.executable,
        "-c",
        "import os, json; print(json.dumps(dict(os.environ)))",
    )
    assert done.returncode == 0, done.stderr
    result: dict[str, str] = json.loads(done.stdout)
    for name in ("CODEMIE_HOME", "CODEMIE_TRAY_PRIVATE_HOME"):
        assert result.pop(name) != home, "the program has a private home, a new one each time"
    return result


def test_a_program_gets_the_active_profiles_environment_and_its_token(home: str) -> None:
    assert _env_of(home)["CODEMIE_API_KEY"] == "sk-ant-sample-not-a-real-key"
    assert _env_of(home, "--profile", "büro-测试")["CODEMIE_API_KEY"] == "sk-sample"
    assert not _env_of(home, "--profile", "work")["CODEMIE_API_KEY"]


def test_moving_the_tokens_changes_nothing_for_a_program(home: str) -> None:
    before = _env_of(home)
    refused = run(home, "credentials", "move-in")
    assert refused.returncode == 1
    assert "codemie-tray run" in refused.stdout
    moved = run(home, "credentials", "move-in", "--yes")
    assert moved.returncode == 0, moved.stderr
    with open(os.path.join(home, "codemie-cli.config.json"), encoding="utf-8") as file:
        assert "sk-" not in file.read()
    assert _env_of(home) == before
    run(home, "credentials", "remove", "personal/apiKey")
    assert run(home, "run", "--", "true").returncode == 9


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (["sh", "-c", "exit 0"], 0),
        (["sh", "-c", "exit 77"], 77),
        (["no-such-program-anywhere"], 127),
        (["/etc/passwd"], 126),
        ([], 2),
    ],
)
def test_the_exit_code_is_the_programs(home: str, command: list[str], code: int) -> None:
    assert run(home, "run", "--", *command).returncode == code


def test_an_unknown_profile_is_reported(home: str) -> None:
    assert run(home, "run", "--profile", "nobody", "--", "true").returncode == 5


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1])
def test_signals_reach_the_program_that_replaced_us(home: str, number: signal.Signals) -> None:
    code = (
        "import signal, sys, time\n"
        f"signal.signal({int(number)}, lambda *_: sys.exit(40))\n"
        "print(signal.getsignal(signal.SIGPIPE) is not None, flush=True)\nwhile True: time.sleep(0.05)"
    )
    process = subprocess.Popen(
        [*PROGRAM, "run", "--", sys.executable, "-c", code], env=environment(home), stdout=subprocess.PIPE
    )
    with process:
        assert process.stdout is not None
        process.stdout.readline()
        with open(f"/proc/{process.pid}/cmdline", "rb") as file:
            assert b"codemie_tray" not in file.read()
        process.send_signal(number)
        assert process.wait(60) == 40


def test_a_broken_pipe_ends_a_program_as_without_run(home: str) -> None:
    done = subprocess.run(
        [
            *("bash", "-c", '"$@" | head -1 >/dev/null; exit ${PIPESTATUS[0]}', "bash"),
            *(*PROGRAM, "run", "--", "sh", "-c", "while echo y; do :; done"),
        ],
        env=environment(home),
        check=False,
        timeout=60,
    )
    assert done.returncode == 128 + signal.SIGPIPE


def test_no_secret_is_on_any_command_line_while_a_program_runs(home: str) -> None:
    run(home, "credentials", "move-in", "--yes")
    process = subprocess.Popen(
        [*PROGRAM, "run", "--", "sh", "-c", "echo ready; read line"],
        env=environment(home),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with process:
        assert process.stdout is not None
        assert process.stdin is not None
        process.stdout.readline()
        for name in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{name}/cmdline", "rb") as file:
                    assert b"sk-ant-sample" not in file.read()
            except OSError:
                continue
        process.stdin.close()
