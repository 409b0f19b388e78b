r"""The frozen program and its packages, built in the rig's Windows like a release on a real one.

What `installers/frozen/freeze.py` does in a clean environment is done in `C:\freeze`: a Python with only the
pinned packages and our wheel. Only the wheels are fetched and unpacked on Linux.
"""

from __future__ import annotations

import glob
import os
import shutil
import subprocess
import sys
from collections.abc import Callable

from installers.windows import nsis, portable
from tests.integration.desktop.rig.processes.waiting import RigError
from tests.integration.windows.rig.windows_python import assembly, wheels
from tests.integration.windows.rig.wine.place import remove
from tests.integration.windows.rig.wine.wine import Wine

from installers import __main__ as installers
from installers import product
from installers.frozen import freeze

FOLDER = "C:\\freeze"
_SOURCES = FOLDER + "\\source"
_PYTHON = FOLDER + "\\py"
_COPIED = ("build.spec", "installers", "assets", "LICENSE", "LICENSE.GPL")
_MACHINE = "AMD64"
_LOCK = product.inside("requirements", "freeze.txt")
_LIMIT_SECONDS = 900.0


def freeze_in(wine: Wine, say: Callable[[str], None], *, version: str | None = None) -> str:
    """Freeze this checkout and return the Unix path of the frozen folder.

    Args:
        wine: a Windows with the rig's Python.
        say: called with progress, one line each.
        version: a version other than the checkout's, for upgrades.

    Raises:
        RigError: PyInstaller failed.
    """
    root = wine.unix_path(FOLDER)
    python, source = wine.unix_path(_PYTHON), wine.unix_path(_SOURCES)
    remove(root)
    os.makedirs(root)
    say("a clean Python")
    shutil.copytree(
        wine.unix_path(assembly.FOLDER),
        python,
        ignore=lambda folder, _: ["site-packages"] if os.path.basename(folder) == "Lib" else [],
    )
    packages = os.path.join(python, "Lib", "site-packages")
    with open(_LOCK, encoding="utf-8") as lock:
        wheels.install(wine.place, packages, wheels.windows_requirements(lock.read(), with_qt=True))
    _install_ours(root, packages, version)
    assembly.compile_below(packages)
    os.makedirs(source)
    for name in _COPIED:
        if os.path.isdir(product.inside(name)):
            shutil.copytree(product.inside(name), os.path.join(source, name))
        else:
            shutil.copy(product.inside(name), source)
    wine.place.give(root)
    say("PyInstaller")
    environ = freeze.environment({}, epoch=installers.source_date())
    environ["PYINSTALLER_CONFIG_DIR"] = FOLDER + "\\cache"
    done = wine.run(
        f"{_PYTHON}\\python.exe", "-m", "PyInstaller", "--noconfirm", "--clean", "--log-level", "WARN",
        "--workpath", f"{FOLDER}\\build", "--distpath", f"{FOLDER}\\out", f"{_SOURCES}\\build.spec",
        environ=environ, folder=source, limit_seconds=_LIMIT_SECONDS,
    )  # fmt: skip
    frozen = os.path.join(root, "out", product.PROGRAM_NAME)
    # PyInstaller may fail while writing the folder, its last step.
    if done.exit_code or not os.path.isfile(os.path.join(frozen, nsis.TRAY)):
        raise RigError(f"PyInstaller failed\n{done.output}")
    return frozen


def pack(frozen: str, out: str, work: str) -> tuple[str, str]:
    """Make the installer and the portable archive from a frozen folder; returns their paths."""
    for folder in (out, work):
        os.makedirs(folder, exist_ok=True)
    epoch = installers.source_date()
    return (
        nsis.pack(frozen, out, work, machine=_MACHINE, epoch=epoch),
        portable.pack(frozen, out, work, machine=_MACHINE, epoch=epoch),
    )


def _install_ours(root: str, packages: str, version: str | None) -> None:
    """Build our wheel as `make installer` does, and unpack it where the frozen Python looks."""
    folder = os.path.join(root, "wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder]
    subprocess.run(command, cwd=product.REPOSITORY, check=True, capture_output=True)
    (wheel,) = glob.glob(os.path.join(folder, "*.whl"))
    command = [sys.executable, "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--no-deps"]
    subprocess.run([*command, "--no-index", "--target", packages, wheel], check=True)
    if version is not None:
        _set_version(os.path.join(packages, "codemie_tray", "__init__.py"), version)


def _set_version(path: str, version: str) -> None:
    with open(path, encoding="utf-8") as file:
        text = file.read()
    with open(path, "w", encoding="utf-8") as file:
        file.write(text.replace(f'"{product.VERSION}"', f'"{version}"'))
