"""Keeps the memory of a process that handles secrets out of core dumps and crash reports.

On Linux, this also prevents other programs of the same user from attaching to the process or reading its
memory (`PR_SET_DUMPABLE`, prctl(2)). The resource limit alone is not enough: the kernel ignores it if dumps
are piped to a program (core(5)). The flag is reset by exec, but a child inherits the limit, so it must be
restored before exec.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

if sys.platform == "win32":

    def forbid_core_dumps() -> Callable[[], None]:
        """Keep this process's heap out of crash reports; returns a function that undoes it."""
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
        """Disable core dumps of this process; returns a function that undoes it."""
        soft, hard = resource.getrlimit(resource.RLIMIT_CORE)
        resource.setrlimit(resource.RLIMIT_CORE, (0, hard))
        _set_dumpable(False)

        def undo() -> None:
            with contextlib.suppress(ValueError, OSError):  # the hard limit was lowered in the meantime
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
