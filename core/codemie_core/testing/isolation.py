"""A temporary home."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator, MutableMapping

from codemie_core.home import ENVIRONMENT_VARIABLE, Home


@contextlib.contextmanager
def isolated_home(environ: MutableMapping[str, str] | None = None) -> Iterator[Home]:
    """Create an empty home, set `$CODEMIE_HOME` to it, and remove it with its content at the end.

    Not for threads that need different homes, because the environment belongs to the process.

    Args:
        environ: where the variable is set; default: the environment of this process.

    Yields:
        The home. Its folder exists and is empty, with mode 0700.
    """
    environ = os.environ if environ is None else environ
    before = environ.get(ENVIRONMENT_VARIABLE)
    # A process started by the test may still write a file; that must not fail the finished test.
    with tempfile.TemporaryDirectory(prefix="codemie-test-", ignore_cleanup_errors=True) as folder:
        path = os.path.join(folder, ".codemie")
        os.mkdir(path, 0o700)
        environ[ENVIRONMENT_VARIABLE] = path
        try:
            yield Home(path)
        finally:
            if before is None:
                environ.pop(ENVIRONMENT_VARIABLE, None)
            else:
                environ[ENVIRONMENT_VARIABLE] = before
