"""What signals do in the programs that tests start."""

from __future__ import annotations

import signal
import sys


def usual_signals() -> None:
    """Restore the default effect of Ctrl-C and a hangup, however the tests were started.

    `nohup` and background jobs of a shell ignore them, and every program that a test starts inherits that.
    """
    if sys.platform == "win32":
        return
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    for number in (signal.SIGHUP, signal.SIGQUIT):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)
