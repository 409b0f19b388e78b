r"""A CPython for Windows in `C:\py`, assembled from PyPI and this machine.

The wheel of Panda3D, an engine that ships what it freezes its games with, holds the DLL of the interpreter,
every extension module of the standard library, OpenSSL, SQLite, Tcl and the C runtime, as python.org built
them. The standard library's Python files are the same on every system: they come from a Linux Python of the
very same release. `python.exe`, `python3.dll` and what Wine lacks are built here.
"""

from __future__ import annotations

import contextlib
import glob
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator

from tests.integration.desktop.rig.processes.waiting import RigError
from tests.integration.windows.rig.windows_python import wheels
from tests.integration.windows.rig.wine.place import Place, remove
from tests.integration.windows.rig.wine.wine import Wine

FOLDER = "C:\\py"
PYTHON = FOLDER + "\\python.exe"
PYTHON_WINDOWED = FOLDER + "\\pythonw.exe"
INTERPRETER = (
    "panda3d==1.10.14 --hash=sha256:1ddf01040b9c5497fb8659e3c5ef793a26c869cfdfb1b75e6d04d6fba0c03b73"
)
"""Its Windows wheel for CPython 3.11 has `wheels.PYTHON_VERSION`."""
_DLL = "python311.dll"
SOURCES = os.path.join(os.path.dirname(__file__), "sources")
MISSING_DLLS = (
    ("bcryptprimitives.dll", "process_prng.c", "-ladvapi32"),
    ("icuuc.dll", "icu_stand_in.c"),
    ("mscms.dll", "colour_stand_in.c"),
)
"""What Windows has and Wine 8 lacks, wholly or in part: for programs written in Rust, and for Qt."""
_COMPILER = ["x86_64-w64-mingw32-gcc", "-O2", "-s", "-Wall", "-Werror"]
_TCL = "/usr/share/tcltk"
_LEFT_OUT = ("__pycache__", "lib-dynload", "site-packages", "test", "idlelib", "ensurepip", "config-*")
_WHICH = "import os, platform; print(platform.python_version(), os.path.dirname(os.__file__))"
_LEFT_OUT_FILES = ("_sysconfigdata*",)


def assemble(place: Place, wine: Wine) -> None:
    """Build the Python in an existing prefix that is not running.

    Raises:
        RigError: there is no Linux Python of the same release.
    """
    python = wine.unix_path(FOLDER)
    remove(python)
    os.makedirs(os.path.join(python, "DLLs"))
    _unpack_interpreter(place, python)
    same_release, library = standard_library()
    _copy_standard_library(library, os.path.join(python, "Lib"))
    with open(wheels.LOCK, encoding="utf-8") as lock:
        wanted = wheels.windows_requirements(lock.read())
    wheels.install(place, os.path.join(python, "Lib", "site-packages"), wanted)
    compile_below(os.path.join(python, "Lib"), same_release)
    _build_programs(place, python)
    _build_missing_dlls(os.path.join(wine.drive_c, "windows", "system32"))
    _copy_tcl(os.path.join(python, "tcl"))
    for folder in (python, os.path.join(wine.drive_c, "windows", "system32")):
        place.give(folder)


def compile_below(folder: str, python: str | None = None) -> None:
    """Compile every module below a folder: programs in Windows write none, and would compile at each start.

    Args:
        folder: a Unix path.
        python: a Linux Python of the same release, looked for unless given.
    """
    command = [python or standard_library()[0], "-m", "compileall", "-q", "-j", "0"]
    # Some packages contain files that are not Python of this release; they are skipped.
    subprocess.run(
        [*command, "--invalidation-mode", "unchecked-hash", folder], check=False, capture_output=True
    )


def standard_library() -> tuple[str, str]:
    """Return a Linux Python of `wheels.PYTHON_VERSION`, and the folder of its standard library.

    Raises:
        RigError: there is none; the message says where it was searched.
    """
    looked = []
    for python in dict.fromkeys(_pythons()):
        output = subprocess.run(
            [python, "-c", _WHICH],
            capture_output=True,
            text=True,
            check=False,
        ).stdout.split()
        if output and output[0] == wheels.PYTHON_VERSION:
            return python, output[1]
        looked.append(f"{python} ({output[0] if output else 'does not run'})")
    raise RigError(f"no CPython {wheels.PYTHON_VERSION} here, whose library is wanted; there is {looked}")


def _pythons() -> Iterator[str]:
    """Yield the Pythons that may be of the release: the one running, those on the path, pyenv's and uv's."""
    yield os.path.realpath(sys.executable)
    for name in (f"python{wheels.PYTHON_VERSION}", "python3.11", "python3"):
        found = shutil.which(name)
        if found:
            yield found
    for pattern in (
        os.path.join(os.environ.get("PYENV_ROOT", "~/.pyenv"), "versions", wheels.PYTHON_VERSION),
        f"~/.local/share/uv/python/cpython-{wheels.PYTHON_VERSION}-*",
    ):
        yield from glob.glob(os.path.join(os.path.expanduser(pattern), "bin", "python3.11"))


def _unpack_interpreter(place: Place, python: str) -> None:
    with zipfile.ZipFile(wheels.wheel(place, INTERPRETER)) as archive:
        for name in archive.namelist():
            base = os.path.basename(name)
            # Wine has its own parts of the C runtime under these names.
            if not name.startswith("deploy_libs/") or not base or base.startswith("api-ms-win"):
                continue
            beside_the_program = base == _DLL or base.lower().startswith("vcruntime")
            with (
                archive.open(name) as source,
                open(os.path.join(python, "" if beside_the_program else "DLLs", base), "wb") as file,
            ):
                shutil.copyfileobj(source, file)
    with open(os.path.join(python, _DLL), "rb") as file:
        release = re.search(rb"tags/v([0-9.]+)", file.read())
    if not release or release[1].decode() != wheels.PYTHON_VERSION:
        raise RigError(f"{_DLL} is not {wheels.PYTHON_VERSION}")


def _copy_standard_library(source: str, target: str) -> None:
    shutil.copytree(source, target, ignore=shutil.ignore_patterns(*_LEFT_OUT, *_LEFT_OUT_FILES))


def _build_programs(place: Place, python: str) -> None:
    resource = os.path.join(place.folder, "python.res.o")
    subprocess.run(["x86_64-w64-mingw32-windres", "python.rc", resource], cwd=SOURCES, check=True)
    source = os.path.join(SOURCES, "python_launcher.c")
    for name, options in (("python.exe", []), ("pythonw.exe", ["-mwindows", "-DWINDOWED"])):
        output = os.path.join(python, name)
        subprocess.run(
            [*_COMPILER, "-municode", *options, f'-DPYTHON_DLL=L"{_DLL}"', resource, source, "-o", output],
            check=True,
        )
    # Extension modules of the stable ABI (cryptography's) ask for python3.dll, which only forwards calls.
    definitions = os.path.join(place.folder, "python3.def")
    module = os.path.splitext(_DLL)[0]
    with open(definitions, "w", encoding="ascii") as file:
        file.write("LIBRARY python3\nEXPORTS\n")
        file.writelines(f"  {name} = {module}.{name}\n" for name in _exports(os.path.join(python, _DLL)))
    output = os.path.join(python, "python3.dll")
    subprocess.run(
        [_COMPILER[0], "-shared", "-nostdlib", "-s", "-Wl,--entry=0", "-o", output, definitions], check=True
    )


def _exports(dll: str) -> list[str]:
    """Return the names that a DLL exports, from the output of objdump."""
    printed = subprocess.run(
        ["x86_64-w64-mingw32-objdump", "-p", dll], capture_output=True, text=True, check=True
    ).stdout
    _, _, table = printed.partition("[Ordinal/Name Pointer] Table")
    names = []
    for line in table.splitlines()[1:]:
        found = re.match(r"\s*\[.*\]\s.*?(\w+)$", line)
        if not found:
            break
        names.append(found[1])
    if "Py_Main" not in names:
        raise RigError(f"objdump's table of {dll} was not understood")
    return names


def _build_missing_dlls(system32: str) -> None:
    for name, source, *libraries in MISSING_DLLS:
        output = os.path.join(system32, name)
        # Wine's own is a link to a file of all its prefixes.
        with contextlib.suppress(FileNotFoundError):
            os.unlink(output)
        subprocess.run(
            [*_COMPILER, "-shared", os.path.join(SOURCES, source), "-o", output, *libraries], check=True
        )


def _copy_tcl(target: str) -> None:
    """Copy Tcl's and Tk's scripts from Debian, and let them accept a DLL of another patch level."""
    if not os.path.isdir(_TCL):
        return  # windows can't be opened then; everything else works
    for name, package in (("tcl8.6", "Tcl"), ("tk8.6", "Tk")):
        shutil.copytree(os.path.join(_TCL, name), os.path.join(target, name))
        for script in ("init.tcl", "tk.tcl"):
            path = os.path.join(target, name, script)
            if os.path.exists(path):
                with open(path, encoding="utf-8") as file:
                    text = file.read()
                with open(path, "w", encoding="utf-8") as file:
                    file.write(re.sub(rf"-exact(\s+){package}\s+8\.6\.\d+", rf"\g<1>{package} 8.6", text))
