"""Runs Python code in separate namespaces: mounts and limits that affect nothing else."""

from __future__ import annotations

import functools
import os
import subprocess
import sys
from collections.abc import Sequence

import pytest

MOUNTS = ("--mount",)
USERS = ("--user", "--map-root-user")


@functools.cache
def _refused(options: tuple[str, ...]) -> str:
    try:
        done = subprocess.run(["unshare", *options, "true"], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return "not installed: unshare"
    return done.stderr.strip()


def options_for(*wanted: Sequence[str]) -> list[str]:
    """Return unshare's options; skips the test where this system refuses them.

    Only root may mount, including root of a new user namespace.
    """
    options = tuple(option for group in wanted for option in group)
    if MOUNTS[0] in options and os.geteuid() != 0 and USERS[0] not in options:
        options = (*USERS, *options)
    if reason := _refused(options):
        pytest.skip(f"no namespaces here: {reason}")
    return ["unshare", *options]


def run_apart(code: str, *arguments: str, options: Sequence[str], seconds: float = 60) -> str:
    """Run `code` in separate namespaces, and return its output."""
    done = subprocess.run(
        [*options, sys.executable, "-c", code, *arguments],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
