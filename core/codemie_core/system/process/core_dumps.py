"""Keep the memory of a process that handles secrets out of core dumps and crash reports.

Linux takes away more than the dump: no other program of the same user can then attach to the process or read
its memory (`PR_SET_DUMPABLE`, prctl(2)). The limit alone would not do there: where dumps are piped to a
program, the kernel does not apply it (core(5)). Both end with the next exec or the process, except for the
limit, which a child inherits: whoever becomes another program undoes it first.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

if sys.platform == "win32":

    def forbid_core_dumps() -> Callable[[], None]:
        """Leave this process's heap out of crash reports from now on; returns what undoes it."""
        import ctypes

        no_heap = 1  # WER_FAULT_REPORTING_FLAG_NOHEAP; no child inherits it
        try:
            set_flags = ctypes.WinDLL("kernel32").WerSetFlags
        except AttributeError:
            return lambda: None
        set_flags(no_heap)
        return lambda: set_flags(0)

else:
    import contextlib
    import resource

    def forbid_core_dumps() -> Callable[[], None]:
        """Write no core dump of this process from now on; returns what undoes it."""
        soft, hard = resource.getrlimit(resource.RLIMIT_CORE)
        resource.setrlimit(resource.RLIMIT_CORE, (0, hard))
        _set_dumpable(False)

        def undo() -> None:
            with contextlib.suppress(ValueError, OSError):  # somebody lowered the hard limit meanwhile
                resource.setrlimit(resource.RLIMIT_CORE, (soft, hard))
            _set_dumpable(True)

        return undo

    if sys.platform == "linux":

        def _set_dumpable(dumpable: bool) -> None:
            import ctypes

            pr_set_dumpable = 4
            ctypes.CDLL(None).prctl(pr_set_dumpable, ctypes.c_ulong(dumpable), *(ctypes.c_ulong(0),) * 3)

    else:

        def _set_dumpable(dumpable: bool) -> None:
            pass
