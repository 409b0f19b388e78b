"""Runs the project's tests under the Windows Python.

python -m tests.integration.windows.rig [PYTEST ARGUMENTS]

Without arguments, in two Windows at a time: programs under Wine wait more than they compute. But in one,
they run one after another: its server is a single process, and they can hang if many start at once.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack

from tests.integration.desktop.rig.processes.waiting import RigError
from tests.integration.windows.rig.pytest_run import PytestRun, gather_last_failed, last_failed
from tests.integration.windows.rig.session import WindowsSession

TESTS = ("tests/tray", "tests/core")
"""The longer one first: its output is shown while it runs, the other's afterwards."""
_LIMIT_SECONDS = 2700.0


def main(arguments: Sequence[str]) -> int:
    """Build what is missing, run pytest in Windows, print its output and return its exit code."""
    started = time.monotonic()

    def say(text: str) -> None:
        print(f"[{time.monotonic() - started:6.1f} s] {text}", flush=True)

    try:
        with ExitStack() as stack:
            sessions = [stack.enter_context(WindowsSession(say))]
            if arguments:
                named = any(word.startswith("tests") for word in arguments)
                words = [[*arguments, *(() if named else TESTS)]]
            else:
                say("a second Windows")
                sessions.append(stack.enter_context(WindowsSession(say, sessions[0].copy())))
                words = [[tests] for tests in TESTS]
                for session in sessions:
                    last_failed(session.wine).unlink(missing_ok=True)
            say("pytest under Wine")
            runs = [stack.enter_context(PytestRun(*each)) for each in zip(sessions, words, strict=True)]
            codes = [run.show(started + _LIMIT_SECONDS - time.monotonic()) for run in runs]
            if len(runs) > 1:
                kept = [last_failed(session.wine) for session in sessions]
                gather_last_failed(list(zip(kept, codes, strict=True)))
    except RigError as error:
        print(error, file=sys.stderr)
        return 1
    say(f"done, exit code {max(codes)}")
    return max(codes)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
