"""What signals do in the programs that tests start."""

from __future__ import annotations

import signal
import sys


def usual_signals() -> None:
    """Let Ctrl-C and a hangup do what they do in a terminal, however the tests were started.

    `nohup`, and a shell that starts a job in the background, leave them ignored, and every program that a
    test starts would inherit that.
    """
    if sys.platform == "win32":
        return
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    for number in (signal.SIGHUP, signal.SIGQUIT):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)
