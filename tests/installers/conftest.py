"""The packages under test: built once per session, or those in a folder named by the environment."""

from __future__ import annotations

import glob
import os
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest
from tests.integration.desktop.rig.desktops.desktop import Desktop

from installers import product

GIVEN = "CODEMIE_PACKAGES"


@pytest.fixture(scope="session")
def packages(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Folder of this system's packages."""
    given = os.environ.get(GIVEN)
    if given:
        return os.path.abspath(given)
    out = str(tmp_path_factory.mktemp("dist"))
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    command = [sys.executable, "-m", "installers", "--out", out]
    subprocess.run(command, env=environ, cwd=product.REPOSITORY, check=True)
    return out


@pytest.fixture(scope="session")
def package(packages: str) -> Callable[[str], str]:
    """Find the only file in the folder with this ending."""

    def find(ending: str) -> str:
        (path,) = glob.glob(os.path.join(packages, f"*{ending}"))
        return path

    return find


@pytest.fixture(scope="session")
def desktop() -> Iterator[Desktop]:
    """An Xfce desktop."""
    with Desktop() as started:
        yield started
