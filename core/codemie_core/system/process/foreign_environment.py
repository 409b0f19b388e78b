"""The environment for other programs that we start.

A frozen program runs with variables that lead to its own libraries, plug-ins and data. A browser, a terminal
or `node` that inherits them loads our libraries instead of its own, and may break. So whatever the bundle
added is removed, and the user's values are restored.

The variables of the AppImage that we run from are removed, too: a program of another AppImage would take them
for its own.

The names come from PyInstaller's bootloader and run-time hooks:
https://pyinstaller.org/en/stable/runtime-information.html#ld-library-path-libpath-considerations
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

from codemie_core.system.process.appimage import appimage_variables

_LIBRARY_PATHS = (
    "LD_LIBRARY_PATH",
    "LIBPATH",
    "DYLD_LIBRARY_PATH",
    "DYLD_FRAMEWORK_PATH",
    "DYLD_FALLBACK_LIBRARY_PATH",
    "DYLD_FALLBACK_FRAMEWORK_PATH",
)
"""Search paths of the system's loader; the bootloader saves the old value under the name plus `_ORIG`."""

_OF_THE_LOADER = ("_MEI", "_PYI_", "PYINSTALLER_")
"""Prefixes of the variables that a bootloader sets for the processes of its own program."""


def foreign_environment(
    inherited: Mapping[str, str] | None = None, *, bundle: str | None = None
) -> dict[str, str]:
    """Return the environment for another program.

    Args:
        inherited: the environment to start from; default: that of this process.
        bundle: folder of the frozen program's libraries; default: that of this process. An empty string
            means that the program is not frozen.
    """
    environment = dict(os.environ if inherited is None else inherited)
    bundle = str(getattr(sys, "_MEIPASS", "")) if bundle is None else bundle
    for name in _LIBRARY_PATHS:
        original = environment.pop(f"{name}_ORIG", None)
        if original is not None:
            environment[name] = original
        elif bundle and name == "LD_LIBRARY_PATH":
            # The bootloader always sets this one; without _ORIG, the user had none.
            environment.pop(name, None)
    for name in [name for name in environment if name.startswith(_OF_THE_LOADER)]:
        del environment[name]
    if bundle:
        for name in appimage_variables(environment, bundle):
            del environment[name]
        folders = {_comparable(bundle), _comparable(os.path.realpath(bundle))}
        for name, value in list(environment.items()):
            _keep_what_is_outside(environment, name, value, folders)
    return environment


def _keep_what_is_outside(environment: dict[str, str], name: str, value: str, folders: set[str]) -> None:
    # Run-time hooks of bundled libraries add their folder to QT_PLUGIN_PATH, XDG_DATA_DIRS, SSL_CERT_FILE and
    # many more; all of them point into the bundle.
    parts = value.split(os.pathsep)
    outside = [part for part in parts if not _is_below(part, folders)]
    if len(outside) == len(parts):
        return
    if any(outside):
        environment[name] = os.pathsep.join(outside)
    else:
        del environment[name]


def _is_below(path: str, folders: set[str]) -> bool:
    if not os.path.isabs(path):
        return False
    path = _comparable(path)
    return any(path == folder or path.startswith(folder.rstrip(os.sep) + os.sep) for folder in folders)


def _comparable(path: str) -> str:
    return os.path.normcase(os.path.normpath(path))


if sys.platform == "win32":
    import contextlib
    from collections.abc import Iterator

    @contextlib.contextmanager
    def in_foreign_environment() -> Iterator[None]:
        """Turn this process's environment into that of a foreign program while the block runs.

        `os.startfile` uses *our* environment. And every child inherits the folder that the bootloader passed
        to SetDllDirectory, and would load libraries from it. Other threads see the change, but none of our
        code reads these variables after the start.
        """
        import ctypes

        kernel32 = ctypes.WinDLL("kernel32", use_last_error=True)
        before, foreign = dict(os.environ), foreign_environment()
        bundle = getattr(sys, "_MEIPASS", None)
        removed = {name: value for name, value in before.items() if foreign.get(name) != value}
        try:
            if bundle is not None:
                kernel32.SetDllDirectoryW(None)
            for name in removed:
                os.environ.pop(name)
            os.environ.update({name: foreign[name] for name in removed if name in foreign})
            yield
        finally:
            os.environ.update(removed)
            if bundle is not None:
                kernel32.SetDllDirectoryW(ctypes.c_wchar_p(bundle))
