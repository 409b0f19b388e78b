"""Windows wheels from the lock file, installed by a pip that runs on Linux.

pip would skip requirements marked for Windows, because it evaluates markers for its own system, so they are
evaluated here.
"""

from __future__ import annotations

import glob
import os
import re
import subprocess
import sys
from collections.abc import Iterator

from packaging.markers import Marker
from tests.integration.windows.rig.wine.place import REPOSITORY, Place

PYTHON_VERSION = "3.11.7"
"""Of the Windows Python; `windows_python.py` says where it comes from."""
LOCK = os.path.join(REPOSITORY, "requirements", "dev.txt")
ONLY_FOR_CHECKS = re.compile(
    r"pytest-xdist|execnet|pytest-cov|coverage|ruff|mypy.*|ast-serialize|librt|types-.*|hatchling|editables|trove-classifiers"
)
"""Not needed to run tests: a quarter of the download."""
QT = re.compile(r"pyside6-.*|shiboken6")
"""Only frozen: the tests of the windows' code run on Linux."""
_WINDOWS = {
    "sys_platform": "win32",
    "platform_system": "Windows",
    "os_name": "nt",
    "platform_machine": "AMD64",
    "python_version": "3.11",
    "python_full_version": PYTHON_VERSION,
    "platform_python_implementation": "CPython",
    "implementation_name": "cpython",
}


def windows_requirements(lock: str, *, with_qt: bool = False) -> list[str]:
    """Return a lock file's requirements on Windows, each with its hashes and without its marker.

    Args:
        lock: the text of a file as `make lock` writes it.
        with_qt: include Qt and its bindings.
    """
    return [
        f"{pinned} {' '.join(hashes)}"
        for pinned, marker, hashes in _entries(lock)
        if not ONLY_FOR_CHECKS.fullmatch(pinned.split("==")[0])
        and (with_qt or not QT.fullmatch(pinned.split("==")[0]))
        and (not marker or Marker(marker).evaluate(_WINDOWS))
    ]


def install(place: Place, target: str, requirements: list[str]) -> None:
    """Install Windows wheels into a folder."""
    _fetch(place, requirements)
    _pip(place, requirements, "install", "--no-index", "--target", target)


def wheel(place: Place, requirement: str) -> str:
    """Return the path of one wheel (`name==version --hash=...`), fetched if missing."""
    _fetch(place, [requirement])
    name, _, version = requirement.split(maxsplit=1)[0].partition("==")
    (found,) = glob.glob(os.path.join(place.downloads, f"{name}-{version}-*.whl"))
    return found


def _fetch(place: Place, requirements: list[str]) -> None:
    """Download everything that is missing."""
    os.makedirs(place.downloads, exist_ok=True)
    try:
        _pip(place, requirements, "download", "--no-index", "--dest", place.downloads, quiet=True)
    except subprocess.CalledProcessError:
        _pip(place, requirements, "download", "--dest", place.downloads)


def _pip(place: Place, requirements: list[str], command: str, *words: str, quiet: bool = False) -> None:
    """Run pip for Windows; every wheel must match its hash."""
    listed = os.path.join(place.folder, "windows-requirements.txt")
    with open(listed, "w", encoding="utf-8") as file:
        file.write("\n".join(requirements) + "\n")
    subprocess.run(
        [
            sys.executable, "-m", "pip", command, "-qq", "--disable-pip-version-check", "--require-hashes",
            "--find-links", place.downloads, "--no-deps", "--only-binary=:all:", "--platform", "win_amd64",
            "--python-version", PYTHON_VERSION, "--implementation", "cp", "--requirement", listed, *words,
        ],
        check=True,
        stderr=subprocess.DEVNULL if quiet else None,
    )  # fmt: skip


def _entries(lock: str) -> Iterator[tuple[str, str, list[str]]]:
    """Yield the pinned name, the marker and the hash options of each entry."""
    joined = lock.replace("\\\n", " ")
    for line in joined.splitlines():
        if re.match(r"[A-Za-z0-9]", line):
            head, *hashes = line.split(" --hash=")
            pinned, _, marker = head.partition(";")
            yield pinned.strip(), marker.strip(), [f"--hash={value.strip()}" for value in hashes]
