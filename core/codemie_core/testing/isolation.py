"""A temporary home."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator, MutableMapping

from codemie_core.home import ENVIRONMENT_VARIABLE, Home


@contextlib.contextmanager
def isolated_home(environ: MutableMapping[str, str] | None = None) -> Iterator[Home]:
    """Make an empty home, lead `$CODEMIE_HOME` to it, and remove it at the end with all that is in it.

    Not for threads that each want another home: the environment is the process's.

    Args:
        environ: where the variable is set; the process's own environment unless given.

    Yields:
        The home. Its folder is there and empty, mode 0700.
    """
    environ = os.environ if environ is None else environ
    before = environ.get(ENVIRONMENT_VARIABLE)
    # A file that a process started by the test still writes must not fail the test that is over.
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
