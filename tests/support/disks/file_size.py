"""A limit on the size of the files that a process writes."""

from __future__ import annotations

import signal
import sys


def limit_file_sizes(limit_bytes: int) -> None:
    """Limit the size of files that this process writes; call it in a separate process.

    Python would truncate compiled modules at that size, and later processes would fail to load them, so it
    writes none.
    """
    assert sys.platform != "win32"
    import resource

    sys.dont_write_bytecode = True
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit_bytes, limit_bytes))
