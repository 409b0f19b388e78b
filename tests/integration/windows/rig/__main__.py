"""Runs the project's tests under the Windows Python.

python -m tests.integration.windows.rig [PYTEST ARGUMENTS]
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence

from tests.integration.desktop.rig.processes.waiting import RigError
from tests.integration.windows.rig.build import PROJECT
from tests.integration.windows.rig.session import WindowsSession

DEFAULT_TESTS = ("tests/core", "tests/tray")
_LIMIT_SECONDS = 2700.0
_TEST_SECONDS = 300
"""Per test: a timeout kills the Windows process with all its tests. The longest takes about a minute; now and then,
Wine does not start a program."""
_CACHE = "C:\\pytest-cache"
"""Survives the copy of the project, for `--last-failed`."""


def main(arguments: Sequence[str]) -> int:
    """Build what is missing, run pytest in Windows, print its output and return its exit code."""
    started = time.monotonic()

    def say(text: str) -> None:
        print(f"[{time.monotonic() - started:6.1f} s] {text}", flush=True)

    try:
        with WindowsSession(say) as session:
            say("pytest under Wine")
            words = [*arguments, *(() if any(map(_names_tests, arguments)) else DEFAULT_TESTS)]
            with session.start_python(
                "-c",
                f"import os, sys; os.chdir({PROJECT!r}); import pytest; sys.exit(pytest.main(sys.argv[1:]))",
                "-o", f"cache_dir={_CACHE}", "-o", f"timeout={_TEST_SECONDS}", "--color=no", *words,
                on_output=_print,
            ) as tests:  # fmt: skip
                finished = tests.wait(_LIMIT_SECONDS)
    except RigError as error:
        print(error, file=sys.stderr)
        return 1
    say(f"done, exit code {finished.exit_code}")
    if " passed" not in finished.output:
        print("Not one test passed: nothing was shown.", file=sys.stderr)
        return finished.exit_code or 1
    return finished.exit_code


def _names_tests(word: str) -> bool:
    return word.startswith("tests")


def _print(piece: bytes) -> None:
    sys.stdout.buffer.write(piece.replace(b"\r\n", b"\n"))
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
