"""Another user of this machine, for tests run as root: `nobody`, who is on every system."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable

import pytest

ROOT = sys.platform != "win32" and os.geteuid() == 0
NOBODY = 65534
as_root = pytest.mark.skipif(not ROOT, reason="needs root to become somebody else")


def as_user(uid: int, work: Callable[[], str], *, gid: int | None = None) -> str:
    """Return what `work` returns in a process of another user.

    A fork and no new program: the interpreter may be in a folder that only its owner enters. So `work` must
    import nothing that is not imported yet.
    """
    if sys.platform == "win32":
        raise NotImplementedError
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(reader)
            os.setgroups([])
            os.setgid(uid if gid is None else gid)
            os.setuid(uid)
            text = work()
        except BaseException:  # noqa: BLE001 - the fork must end here
            text = traceback.format_exc()
        with os.fdopen(writer, "w") as pipe:
            pipe.write(text)
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        text = pipe.read()
    os.waitpid(child, 0)
    return text
