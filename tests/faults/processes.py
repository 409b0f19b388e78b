"""Forked processes that work on one home concurrently and share only its files."""

from __future__ import annotations

import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager

if sys.platform == "win32":
    raise ImportError("there is no fork here; a test that uses this is skipped on Windows")


def start(work: Callable[[], object]) -> int:
    """Run `work` in a child and return its process id; an exception makes it exit with 1."""
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        work()
        code = 0
    except BaseException:  # noqa: BLE001  the child's edge; the parent fails by its exit code
        traceback.print_exc()
        sys.stderr.flush()
    finally:
        os._exit(code)


def join(*pids: int) -> None:
    """Wait for children, which must all have succeeded."""
    codes = [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in pids]
    assert not any(codes), f"a process failed: {codes}"


def kill(pid: int) -> None:
    """Kill a child with SIGKILL and reap it."""
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


@contextmanager
def running(work: Callable[[], object]) -> Iterator[int]:
    """Keep a child working until it is killed."""
    pid = start(work)
    try:
        yield pid
    finally:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            assert os.waitstatus_to_exitcode(status) == 0, "the background process failed"
        else:
            kill(pid)
