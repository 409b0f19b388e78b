"""Runs the project's tests under the Windows Python.

python -m tests.integration.windows.rig [PYTEST ARGUMENTS]
python -m tests.integration.windows.rig --build

The second only builds that Python and its copies, unless all is there.

Without arguments, tests run in two Windows at a time: programs under Wine wait more than they compute. But
in one, they run one after another: its server is a single process, and they can hang if many start at once.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack

from tests.integration.desktop.rig.processes.waiting import RigError
from tests.integration.windows.rig.build import is_current
from tests.integration.windows.rig.pytest_run import PytestRun, gather_last_failed, last_failed
from tests.integration.windows.rig.session import WindowsSession
from tests.integration.windows.rig.wine.place import default_place, program_place, second_place

TESTS = ("tests/tray", "tests/core")
"""The longer one first: its output is shown while it runs, the other's afterwards."""
BUILD = "--build"
_LIMIT_SECONDS = 2700.0


def main(arguments: Sequence[str]) -> int:
    """Build what is missing, run pytest in Windows, print its output and return its exit code."""
    started = time.monotonic()

    def say(text: str) -> None:
        print(f"[{time.monotonic() - started:6.1f} s] {text}", flush=True)

    try:
        if BUILD in arguments:
            _build(say)
            return 0
        with ExitStack() as stack:
            sessions = [stack.enter_context(WindowsSession(say))]
            if arguments:
                named = any(word.startswith("tests") for word in arguments)
                words = [[*arguments, *(() if named else TESTS)]]
            else:
                sessions[0].copy_to(second_place())
                sessions.append(stack.enter_context(WindowsSession(say, second_place())))
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


def _build(say: Callable[[str], None]) -> None:
    copies = (second_place(), program_place())
    # Also while the tests run in one of them, whose end another session would wait for.
    if all(is_current(place) for place in (default_place(), *copies)):
        return
    with WindowsSession(say) as session:
        for place in copies:
            say(f"a copy in {place.folder}")
            session.copy_to(place)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
