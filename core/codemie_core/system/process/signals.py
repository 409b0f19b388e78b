"""What a process inherits from whoever started it beside files and variables: signals that are blocked or
ignored."""

from __future__ import annotations

import sys

if sys.platform == "win32":

    def reset_signals() -> None:
        """Do nothing: there is nothing of the kind to inherit."""

else:
    import signal

    def reset_signals() -> None:
        """Unblock every signal, and stop ignoring those that we and our children rely on.

        A blocked SIGTERM would keep us from ending with the session, and an ignored SIGCHLD makes every child
        look as if it had ended well (waitpid(2): the kernel keeps no status). SIGHUP is left as it is:
        `nohup` ignores it on purpose. So is SIGINT, which shells ignore for jobs in the background."""
        signal.pthread_sigmask(signal.SIG_SETMASK, ())
        for number in (signal.SIGTERM, signal.SIGCHLD, signal.SIGUSR1, signal.SIGUSR2, signal.SIGALRM):
            if signal.getsignal(number) is signal.SIG_IGN:
                signal.signal(number, signal.SIG_DFL)
