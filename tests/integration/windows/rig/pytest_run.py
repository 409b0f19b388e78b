"""One run of pytest in a Windows, and what failed in several."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.integration.windows.rig.build import PROJECT
from tests.integration.windows.rig.session import WindowsSession
from tests.integration.windows.rig.wine.wine import Wine

_TEST_SECONDS = 300
"""Per test: a timeout kills the Windows process with all its tests. The longest takes about a minute.

Now and then, Wine does not start a program, and the test that waits for it would wait forever.
"""
_CACHE = "C:\\pytest-cache"
"""Survives the copy of the project, for `--last-failed`."""


class PytestRun:
    """A started pytest; a context manager, which kills it.

    Args:
        session: the Windows.
        arguments: of pytest.
    """

    def __init__(self, session: WindowsSession, arguments: Sequence[str]) -> None:
        self._lock = threading.Lock()
        self._held: list[bytes] | None = []
        self._program = session.start_python(
            "-c",
            f"import os, sys; os.chdir({PROJECT!r}); import pytest; sys.exit(pytest.main(sys.argv[1:]))",
            "-o", f"cache_dir={_CACHE}", "-o", f"timeout={_TEST_SECONDS}", "--color=no", *arguments,
            on_output=self._take,
        )  # fmt: skip

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._program.kill()

    def show(self, limit_seconds: float) -> int:
        """Print the output, from its beginning to its end, and return the exit code.

        Raises:
            RigError: it still ran after `limit_seconds`.
        """
        with self._lock:
            _print(b"".join(self._held or []))
            self._held = None
        finished = self._program.wait(limit_seconds)
        if " passed" not in finished.output:
            print("Not one test passed: nothing was shown.", file=sys.stderr)
            return finished.exit_code or 1
        return finished.exit_code

    def _take(self, piece: bytes) -> None:
        with self._lock:
            if self._held is None:
                _print(piece)
            else:
                self._held.append(piece)


def last_failed(wine: Wine) -> Path:
    """Return pytest's own file of what failed, for `--last-failed`; there is none if nothing did."""
    return Path(wine.unix_path(_CACHE), "v", "cache", "lastfailed")


def gather_last_failed(ended: Sequence[tuple[Path, int]]) -> None:
    """Make `--last-failed` in the first Windows run what failed in all.

    A run that broke off has not kept what failed: then `--last-failed` runs everything.

    Args:
        ended: of each run, `last_failed`, removed before it, and the exit code.
    """
    failed: dict[str, bool] = {}
    whole = all(path.exists() for path, exit_code in ended if exit_code)
    for path, _ in ended:
        if whole and path.exists():
            failed.update(json.loads(path.read_text(encoding="utf-8")))
    first = ended[0][0]
    first.parent.mkdir(parents=True, exist_ok=True)
    first.write_text(json.dumps(failed), encoding="utf-8")


def _print(piece: bytes) -> None:
    sys.stdout.buffer.write(piece.replace(b"\r\n", b"\n"))
    sys.stdout.buffer.flush()
