"""A command on a real terminal, with a simulated user who types answers."""

from __future__ import annotations

import os
import select
import time
from collections.abc import Callable, Mapping, Sequence

SECONDS = 60.0
_PRESS_AGAIN_SECONDS = 20.0
"""A second Ctrl-C would interrupt the exit caused by the first, which takes a while on a busy machine."""


def on_terminal(
    command: Sequence[str],
    environ: Mapping[str, str],
    answers: Sequence[tuple[str, str | Callable[[str], str]]],
    *,
    folder: str = ".",
) -> tuple[int, str]:
    """Run a command and type each answer when its prompt appears; return exit code and screen.

    Args:
        command: the program and its arguments.
        environ: its environment.
        answers: what must be seen since the last answer, and what is then typed, with `\\n` where Enter is;
            or a function that returns it, given all that was seen.
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
            time.sleep(0.2)  # getpass discards what was typed before it switched the echo off
            question, typed = waiting.pop(0)
            answer = typed if isinstance(typed, str) else typed(seen)
            os.write(fd, answer.encode())
            fresh = fresh.partition(question)[2]
            if answer == "\x03":
                interrupt_at = time.monotonic() + _PRESS_AGAIN_SECONDS
        if time.monotonic() > interrupt_at:  # like a user who sees that nothing happens
            interrupt_at = time.monotonic() + _PRESS_AGAIN_SECONDS
            os.write(fd, b"\x03")
    os.close(fd)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    assert not waiting, f"never asked {waiting[0][0]!r}: {seen!r}"
    return code, seen.replace("\r\n", "\n")
