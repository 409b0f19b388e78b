"""No core dump of a process that holds secrets, and on Linux no inspection from outside."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest
from tests.core.credentials.child import ENVIRONMENT, python

if sys.platform == "win32":
    pytest.skip("core dumps are POSIX's", allow_module_level=True)

_SECRET = "sk-planted-in-memory"  # noqa: S105 - made up
_HEAD = "import ctypes, os, resource, sys\n"
_LOOK = (
    "print(resource.getrlimit(resource.RLIMIT_CORE)[0], ctypes.CDLL(None).prctl(3, 0, 0, 0, 0), flush=True)\n"
)
_FORBID = "from codemie_core.system.process.core_dumps import forbid_core_dumps\nundo = forbid_core_dumps()\n"


def _with_core_limit(command: list[str]) -> list[str]:
    return ["sh", "-c", 'ulimit -c unlimited; exec "$@"', "sh", *command]


def _out(code: str) -> list[str]:
    done = subprocess.run(
        _with_core_limit(python(_HEAD + code)), env=ENVIRONMENT, capture_output=True, text=True, check=True
    )
    return done.stdout.split()


@pytest.mark.skipif(sys.platform != "linux", reason="prctl is Linux's")
def test_core_dumps_and_inspection_are_switched_off_and_on_again() -> None:
    assert _out(_LOOK + _FORBID + _LOOK + "undo()\n" + _LOOK) == ["-1", "1", "0", "0", "-1", "1"]


def test_an_executed_program_gets_the_original_core_dump_limit() -> None:
    become = "os.execv(sys.executable, [sys.executable, '-c', sys.argv[1]])\n"
    look = _HEAD + "print(resource.getrlimit(resource.RLIMIT_CORE)[0])"
    for undo, expected in (("undo()\n", "-1"), ("", "0")):
        command = _with_core_limit(python(_HEAD + _FORBID + undo + become, look))
        done = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, check=True)
        assert done.stdout.strip() == expected


def _dumps_go_to_a_file() -> bool:
    try:
        with open("/proc/sys/kernel/core_pattern", encoding="utf-8") as file:
            return file.read().strip() in ("core", "core.%p")
    except OSError:
        return False


@pytest.mark.skipif(not _dumps_go_to_a_file(), reason="this system pipes core dumps to a program")
@pytest.mark.parametrize("forbidden", [True, False], ids=["forbidden", "control"])
def test_a_crash_leaves_no_secret_on_disk(tmp_path: object, forbidden: bool) -> None:
    code = _HEAD + f"secret = {_SECRET!r}\n" + (_FORBID if forbidden else "") + "os.abort()\n"
    process = subprocess.run(
        _with_core_limit(python(code)), env=ENVIRONMENT, cwd=str(tmp_path), check=False, capture_output=True
    )
    assert process.returncode == -signal.SIGABRT
    found = os.listdir(str(tmp_path))
    assert bool(found) is not forbidden, found


@pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's")
@pytest.mark.parametrize(
    "arguments",
    [["credentials", "set", "a"], ["credentials", "recovery", "--check"]],
    ids=["credentials-set", "recovery-check"],
)
def test_commands_that_hold_secrets_cannot_be_inspected_from_outside(
    tmp_path: object, arguments: list[str]
) -> None:
    home = os.path.join(str(tmp_path), "home")
    process = subprocess.Popen(
        _with_core_limit([sys.executable, "-m", "codemie_tray", *arguments]),
        env={**ENVIRONMENT, "CODEMIE_HOME": home},
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        import time

        deadline = time.monotonic() + 90
        while not _is_hidden(process.pid) and time.monotonic() < deadline:
            time.sleep(0.02)
        assert _is_hidden(process.pid)
    finally:
        assert process.stdin is not None
        process.stdin.close()
        process.wait()


def _is_hidden(pid: int) -> bool:
    """Whether it writes no core dump and, for /proc, belongs to root."""
    owner = os.stat(f"/proc/{pid}/environ").st_uid
    return _core_limit(pid) == "0" and owner == 0


def _core_limit(pid: int) -> str:
    with open(f"/proc/{pid}/limits", encoding="ascii") as file:
        return next(line.split()[4] for line in file if line.startswith("Max core file size"))
