"""A command on a real terminal, with a person who types once the question is there."""

from __future__ import annotations

import os
import select
import time
from collections.abc import Mapping, Sequence

SECONDS = 60.0


def on_terminal(
    command: Sequence[str],
    environ: Mapping[str, str],
    answers: Sequence[tuple[str, str]],
    *,
    folder: str = ".",
) -> tuple[int, str]:
    """Run a command and type each answer when its question is on the screen; return exit code and screen.

    Args:
        command: the program and its arguments.
        environ: its environment.
        answers: what must be seen since the last answer, and what is then typed, with `\\n` where Enter is.
        folder: the working folder.
    """
    import pty  # POSIX alone has it

    pid, fd = pty.fork()
    if pid == 0:
        os.chdir(folder)
        os.execvpe(command[0], list(command), dict(environ))  # noqa: S606
    seen = fresh = ""
    waiting = list(answers)
    deadline = time.monotonic() + SECONDS
    interrupt_at = float("inf")
    while time.monotonic() < deadline:
        if select.select([fd], [], [], 0.05)[0]:
            try:
                data = os.read(fd, 4096)
            except OSError:
                break
            if not data:
                break
            seen += data.decode()
            fresh += data.decode()
        if waiting and waiting[0][0] in fresh:
            time.sleep(0.2)  # getpass throws away what was typed before it switched the echo off
            question, answer = waiting.pop(0)
            os.write(fd, answer.encode())
            fresh = fresh.partition(question)[2]
            if answer == "\x03":
                interrupt_at = time.monotonic() + 3
        if time.monotonic() > interrupt_at:  # as a person does who sees that nothing happens
            interrupt_at = time.monotonic() + 3
            os.write(fd, b"\x03")
    os.close(fd)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    assert not waiting, f"never asked {waiting[0][0]!r}: {seen!r}"
    return code, seen.replace("\r\n", "\n")
