"""A limit on the size of the files that a process writes."""

from __future__ import annotations

import signal
import sys


def limit_file_sizes(limit_bytes: int) -> None:
    """Let this process write no file beyond a size; to be called in a process of the test's own.

    Python would cut its compiled modules off at that size, too, and every later process would fail to load
    them: it writes none here.
    """
    assert sys.platform != "win32"
    import resource

    sys.dont_write_bytecode = True
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit_bytes, limit_bytes))
