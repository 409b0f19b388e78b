"""Resets the signals that a process inherits from its parent as blocked or ignored."""

from __future__ import annotations

import sys

if sys.platform == "win32":

    def reset_signals() -> None:
        """Do nothing: Windows has no inherited signals."""

else:
    import signal

    def reset_signals() -> None:
        """Unblock every signal, and stop ignoring those that we and our children rely on.

        A blocked SIGTERM would keep us from ending with the session, and with SIGCHLD ignored every child
        seems to succeed (waitpid(2): the kernel keeps no status). SIGHUP is left alone, because `nohup`
        ignores it on purpose, and so is SIGINT, which shells ignore for background jobs."""
        signal.pthread_sigmask(signal.SIG_SETMASK, ())
        for number in (signal.SIGTERM, signal.SIGCHLD, signal.SIGUSR1, signal.SIGUSR2, signal.SIGALRM):
            if signal.getsignal(number) is signal.SIG_IGN:
                signal.signal(number, signal.SIG_DFL)
