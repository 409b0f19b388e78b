"""The installer, made by NSIS from `installer.nsi`: for the current user, without administrator rights."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

from codemie_tray import WINDOW_TITLE
from codemie_tray.desktop.autostart import run_key
from codemie_tray.desktop.autostart.program import BACKGROUND
from installers import product
from installers.windows import signing, wizard_picture, wording

UNINSTALL_KEY = rf"Software\Microsoft\Windows\CurrentVersion\Uninstall\{product.NAME}"
TRAY = f"{product.PROGRAM_NAME}w.exe"
CONSOLE = f"{product.PROGRAM_NAME}.exe"
_SCRIPT = os.path.join(os.path.dirname(__file__), "installer.nsi")
_ON_WINDOWS = r"C:\Program Files (x86)\NSIS\makensis.exe"
_TARGETS = ("amd64-unicode", "x86-unicode")
"""Of the installer itself, best first: NSIS's own distribution has only the second, Debian's has both. A
32-bit installer of the 64-bit program works on every Windows."""


def pack(frozen: str, out: str, work: str, *, machine: str, epoch: int, quick: bool = False) -> str:
    """Build the installer; other arguments and result as for `installers.linux.deb.pack`.

    Args:
        quick: compress less, in a tenth of the time.

    Raises:
        FileNotFoundError: makensis is missing.
        subprocess.CalledProcessError: it rejected the script, and has printed why.
    """
    compiler = makensis()
    path = os.path.join(out, file_name(machine))
    files, strings = os.path.join(work, "files.nsh"), os.path.join(work, "strings.nsh")
    _write(files, file_lists(frozen))
    _write(strings, wording.script())
    defines = {
        "NAME": product.NAME,
        "VERSION": product.VERSION,
        "VERSION_OF_FOUR": ".".join(map(str, product.version_of_four())),
        "PUBLISHER": product.PUBLISHER,
        "COPYRIGHT": product.COPYRIGHT,
        "HOMEPAGE": product.HOMEPAGE,
        "ICON": product.inside("assets", "icons", f"{product.PROGRAM_NAME}.ico"),
        "PICTURE": wizard_picture.write(work),
        "TRAY": TRAY,
        "CONSOLE": CONSOLE,
        "BACKGROUND": BACKGROUND,
        "SEARCH_PATH": "--search-path",
        "WINDOW_TITLE": WINDOW_TITLE,
        "UNINSTALL_KEY": UNINSTALL_KEY,
        "RUN_KEY": run_key.RUN,
        "APPROVED_KEY": run_key.APPROVED,
        "INSTALLED_KB": str(_kilobytes(frozen)),
        "FILES": files,
        "STRINGS": strings,
        "OUT": path,
        "TARGET": target(compiler),
    }
    mark = "/" if sys.platform == "win32" else "-"
    command = [compiler, f"{mark}V2", f"{mark}WX", f"{mark}INPUTCHARSET", "UTF8"]
    command += [f"{mark}D{name}={value}" for name, value in defines.items()]
    command += [f"{mark}DQUICK"] if quick else []
    command += [f"{mark}X{line}" for line in _signing_lines(signing.command())]
    subprocess.run([*command, _SCRIPT], env={**os.environ, "SOURCE_DATE_EPOCH": str(epoch)}, check=True)
    return path


def file_name(machine: str) -> str:
    """Return the name of the installer for a processor."""
    return f"{product.PROGRAM_NAME}-{product.VERSION}-windows-{machine.lower()}-setup.exe"


def makensis() -> str:
    """Return the path of NSIS's compiler.

    Raises:
        FileNotFoundError: it is not installed.
    """
    found = shutil.which("makensis") or (_ON_WINDOWS if os.path.isfile(_ON_WINDOWS) else None)
    if found is None:
        raise FileNotFoundError(
            "makensis is not installed: https://nsis.sourceforge.io, or Debian's package nsis"
        )
    return found


def target(compiler: str) -> str:
    """Return the best target for which this NSIS has a stub."""
    for folder in (os.path.join(os.path.dirname(compiler), "Stubs"), "/usr/share/nsis/Stubs"):
        for name in _TARGETS:
            if os.path.exists(os.path.join(folder, f"lzma_solid-{name}")):
                return name
    return _TARGETS[-1]


def file_lists(frozen: str) -> str:
    """Return the macros that copy, remove and move aside exactly the content of a frozen folder."""
    install, remove, folders = [], [], []
    for parent, names, files in os.walk(frozen):
        names.sort()
        inside = os.path.relpath(parent, frozen)
        there = "$INSTDIR" if inside == "." else "$INSTDIR\\" + _backslashed(inside)
        install.append(f'  SetOutPath "{there}"')
        folders.append(there)
        for name in sorted(files):
            install.append(f'  File "{os.path.join(parent, name)}"')
            remove.append(f'  Delete "{there}\\{name}"')
    remove += [f'  RMDir "{folder}"' for folder in reversed(folders) if folder != "$INSTDIR"]
    entries = [f'"{name}" "${{from}}" "${{to}}"' for name in sorted(os.listdir(frozen))]
    macros = {
        "InstallFiles": install,
        "RemoveFiles": remove,
        "MoveAll from to": [f"  !insertmacro Move {entry}" for entry in entries],
        "ReturnAll from to": [f"  !insertmacro Return {entry}" for entry in entries],
    }
    return "".join(f"!macro {name}\n" + "\n".join(lines) + "\n!macroend\n" for name, lines in macros.items())


def _signing_lines(command: str) -> list[str]:
    """Return the lines that sign the uninstaller and the installer when they are created."""
    return [f"!uninstfinalize '{command}'", f"!finalize '{command}'"] if command else []


def _backslashed(path: str) -> str:
    return path.replace("/", "\\")


def _kilobytes(folder: str) -> int:
    sizes = (
        os.path.getsize(os.path.join(parent, name)) for parent, _, names in os.walk(folder) for name in names
    )
    return sum(sizes) // 1024


def _write(path: str, text: str) -> None:
    with open(path, "w", encoding="utf-8", newline="\n") as file:
        file.write(text)
