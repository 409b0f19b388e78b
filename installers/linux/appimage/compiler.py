"""Compiles the runtime, the static executable at the beginning of an AppImage (sources: `runtime/`).

The AppImage project publishes one, but only as a download that no package registry carries; this one is built
from Debian's packages. Why: docs/decisions/0009-own-appimage-runtime.md.
"""

from __future__ import annotations

import dataclasses
import glob
import os
import subprocess

from installers import product
from installers.parts.inventory import Part, system_library

LIBRARIES = {
    "squashfuse_ll": "BSD-2-Clause",
    "squashfuse": "BSD-2-Clause",
    "fuse3": "LGPL-2.1-only",
    "zstd": "BSD-3-Clause",
    "c": "LGPL-2.1-or-later",
}
"""What is linked statically, and its licence."""

_SOURCES = product.inside("installers", "linux", "appimage", "runtime")
_WARNINGS = ("-Wall", "-Wextra", "-Werror", "-Wformat=2", "-Wshadow", "-Wstrict-prototypes")
_HARDENING = (
    *("-fstack-protector-strong", "-D_FORTIFY_SOURCE=2", "-fPIE", "-static-pie"),
    "-Wl,-z,relro,-z,now,-z,noexecstack",
)


def compile_runtime(path: str, *, name: str) -> None:
    """Write the executable.

    Args:
        path: where.
        name: what it calls itself in messages and in the list of mounts.

    Raises:
        subprocess.CalledProcessError: the compiler failed, and has printed why.
    """
    command = ["gcc", "-std=c17", "-O2", *_WARNINGS, *_HARDENING, "-D_FILE_OFFSET_BITS=64"]
    # No path of the build machine, and nothing that differs between builds.
    command += [f"-ffile-prefix-map={_SOURCES}=.", "-ffunction-sections"]
    command += [f'-DPROGRAM_NAME="{name}"', f'-DPROGRAM_VERSION="{product.VERSION}"']
    command += [*sorted(glob.glob(f"{_SOURCES}/*.c")), "-o", path]
    command += [f"-l{library}" for library in LIBRARIES if library != "c"]
    command += ["-Wl,--gc-sections,--build-id=none,--no-warnings", "-s"]
    subprocess.run(command, check=True)


def parts() -> list[Part]:
    """Return the libraries in the runtime, from the packages of the build machine that they belong to."""
    found = []
    for library, licence in LIBRARIES.items():
        said = subprocess.run(
            ["gcc", f"-print-file-name=lib{library}.a"], capture_output=True, text=True, check=True
        )
        part = system_library(os.path.realpath(said.stdout.strip()))
        found.append(dataclasses.replace(part, name=f"lib{library}", licence=licence))
    return found
