"""The frozen program beside the same source: size, time to install, start to registration, command start.

Measures the result of `make installer`; without that, there is nothing to measure.
"""

from __future__ import annotations

import glob
import os
import statistics
import subprocess
import sys
import tempfile
import time

from benchmarks.program.tray import Tray, _ms, desktop
from benchmarks.report.table import Row, at_most
from installers import product

FROZEN = product.inside("build", "installer", "frozen", product.PROGRAM_NAME)
FROZEN_PROGRAM = os.path.join(FROZEN, product.PROGRAM_NAME)
_INSTALLED_MB, _PACKAGE_MB = (110, 34) if sys.platform == "linux" else (45, 16)
"""The packages for Linux contain Qt."""


def run(*, quick: bool = False) -> list[Row]:
    """Measure; takes half a minute."""
    repetitions = 3 if quick else 11
    program = FROZEN_PROGRAM
    if not os.access(program, os.X_OK):
        return [Row("frozen program", "left out: not built, run `make installer`")]
    size = _size(FROZEN) / 1e6
    rows = [Row("installed size", f"{size:.1f} MB", at_most(size, _INSTALLED_MB, " MB"))]
    for path in sorted(glob.glob(product.inside("dist", "codemie-tray*"))):
        megabytes = os.path.getsize(path) / 1e6
        rows.append(
            Row(os.path.basename(path), f"{megabytes:.1f} MB", at_most(megabytes, _PACKAGE_MB, " MB"))
        )
    with desktop() as (bus, host, home):
        frozen: list[float] = []
        source: list[float] = []
        for _ in range(repetitions):  # side by side
            for command, took in (((program,), frozen), (None, source)):
                tray = Tray(bus, host, home, command=command)
                took.append(tray.registered_seconds)
                tray.end()
        rows.append(
            Row(
                "exec to registered, frozen",
                f"{_ms(frozen)} (source {_ms(source)})",
                at_most(statistics.median(frozen) * 1000, 130, " ms"),
            )
        )
        tray = Tray(bus, host, home, command=(program,))
        host.properties()
        time.sleep(2)
        resident, proportional = tray.memory_mib()
        rows.append(
            Row(
                "memory idle, frozen",
                f"{resident:.1f} MiB RSS, {proportional:.1f} PSS",
                at_most(resident, 28, " MiB RSS"),
            )
        )
        tray.end()
    rows.append(Row("`status`, frozen", _status(program, repetitions)))
    rows.extend(_install(repetitions=3))
    return rows


def _status(program: str, repetitions: int) -> str:
    with tempfile.TemporaryDirectory() as home:
        environ = {**os.environ, "CODEMIE_HOME": home}
        environ["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
        took: dict[str, list[float]] = {"frozen": [], "source": []}
        commands = {"frozen": [program], "source": [sys.executable, "-m", "codemie_tray"]}
        for _ in range(repetitions):
            for name, command in commands.items():
                began = time.perf_counter()
                subprocess.run([*command, "status"], env=environ, capture_output=True, check=False)
                took[name].append(time.perf_counter() - began)
    return f"{_ms(took['frozen'])} (source {_ms(took['source'])})"


def _install(*, repetitions: int) -> list[Row]:
    """Unpack what a package manager unpacks; its own bookkeeping is not included."""
    rows: list[Row] = []
    for pattern, command in (("*.deb", ["dpkg-deb", "-x"]), ("*.tar.xz", ["tar", "-xJf"])):
        for path in glob.glob(os.path.join(product.inside("dist"), pattern)):
            took = []
            for _ in range(repetitions):
                with tempfile.TemporaryDirectory() as folder:
                    began = time.perf_counter()
                    where = [path, folder] if pattern == "*.deb" else [path, "-C", folder]
                    subprocess.run([*command, *where], check=True)
                    took.append(time.perf_counter() - began)
            rows.append(Row(f"unpack {pattern[1:]}", f"{statistics.median(took):.2f} s"))
    return rows


def _size(folder: str) -> int:
    return sum(
        os.lstat(os.path.join(parent, name)).st_size for parent, _, names in os.walk(folder) for name in names
    )
