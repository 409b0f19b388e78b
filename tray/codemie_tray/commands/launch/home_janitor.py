"""A process that waits for the end of a program started by `run`, and then removes its private home (POSIX).

`run` becomes the program (exec), so signals, the terminal and the exit code are the program's own, and
another process has to clean up. The janitor is started before any secret is read, so that it holds none.
"""

from __future__ import annotations

import os
import signal
import sys

from codemie_core.profiles.tokens.handover.private_home import PrivateHome
from codemie_core.profiles.tokens.handover.private_home_end import end_private_home, wait_until_free
from codemie_core.system.process.identity import identity_of, wait_for_end

if sys.platform != "win32":

    def start_janitor(private: PrivateHome) -> bool:
        """Start it; False if the system can't start a process, in which case the next `run` cleans up."""
        pid = os.getpid()
        identity = identity_of(pid)
        try:
            middle = os.fork()
        except OSError:
            return False
        if middle:
            os.waitpid(middle, 0)  # the program must not find a child that it never started
            return True
        try:
            os.setsid()
            if os.fork() == 0:
                _wait_and_end(private, pid, identity or "")
        finally:
            os._exit(0)

    def _wait_and_end(private: PrivateHome, pid: int, identity: str) -> None:
        os.chdir("/")
        nothing = os.open(os.devnull, os.O_RDWR)
        for fd in (0, 1, 2):
            os.dup2(nothing, fd)
        # Everything else, too: an inherited pipe would keep its reader waiting for us. The lock is the
        # program's.
        os.closerange(3, max(private.lock_fd, nothing, *_open_descriptors()) + 1)
        for number in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTSTP):
            signal.signal(number, signal.SIG_IGN)
        wait_for_end(pid, identity)
        wait_until_free(private.folder)
        end_private_home(private.folder)

    def _open_descriptors() -> list[int]:
        try:
            return [int(name) for name in os.listdir("/dev/fd") if name.isdigit()]
        except OSError:
            return [1024]
