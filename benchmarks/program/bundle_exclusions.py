"""What each exclusion of `installers/frozen/bundle.py` saves:

    python -m benchmarks.program.bundle_exclusions [WORD ...]

The program is frozen once as it is, then once per group with only that group included. It is not part of the
regular benchmarks: it is for decisions, and takes minutes.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Sequence

from benchmarks.program.frozen import _size
from installers import product
from installers.frozen import bundle

PYTHON = product.inside("build", "installer", "venv", "bin", "python")

SPEC = """
import sys
sys.path.insert(0, {repository!r})
from installers.frozen import bundle
analysis = Analysis([bundle.entry_script()], hiddenimports=bundle.brought_in(), excludes={left_out!r})
program = EXE(PYZ(analysis.pure), analysis.scripts, exclude_binaries=True, name="codemie-tray", strip=True)
COLLECT(program, analysis.binaries, analysis.datas, name="codemie-tray", strip=True)
"""


def groups() -> dict[str, list[str]]:
    """Return the modules that are included together, by the name of their group."""
    known = bundle.left_out()
    formats = [name for name in known if name.endswith("ImagePlugin")]
    together = {
        "Pillow's AVIF": ["PIL.AvifImagePlugin", "PIL._avif"],
        "Pillow's WebP": ["PIL.WebPImagePlugin", "PIL._webp"],
        "Pillow's other formats than PNG, ICO, BMP": formats,
        "Pillow's colour management, mathematics, Qt": [
            name for name in known if name.startswith("PIL._imaging") or name == "PIL.ImageQt"
        ],
        "`ssl`, `_ssl`": ["ssl", "_ssl"],
        "`_hashlib`": ["_hashlib"],
        "`tkinter`, `PIL.ImageTk`": ["tkinter", "_tkinter", "PIL.ImageTk", "PIL._imagingtk"],
        "pystray's X backend, `Xlib`": ["pystray._xorg", "Xlib"],
        "pystray's GTK backends, `gi`": [name for name in known if "gtk" in name or "appindicator" in name]
        + ["gi", "pystray._util.notify_dbus"],
        "`setuptools`": ["setuptools", "pkg_resources", "_distutils_hack"],
        "`pdb`, `doctest`, `unittest`, `pydoc`": ["pdb", "doctest", "unittest", "pydoc", "lib2to3"],
        "`asyncio`": ["asyncio"],
        "`multiprocessing`": ["multiprocessing"],
        "`ftplib`, `curses`, `readline`, `numpy`, `_pydecimal`, `statistics`": [
            "ftplib",
            "curses",
            "readline",
            "numpy",
            "_pydecimal",
            "statistics",
        ],
    }
    taken = {name for names in together.values() for name in names}
    return {**together, **{name: [name] for name in known if name not in taken}, "all of them": known}


def measure(let_in: Sequence[str]) -> tuple[int, int]:
    """Freeze with some modules included; returns the installed size, and the size as .tar.xz."""
    left_out = [name for name in bundle.left_out() if name not in let_in]
    with tempfile.TemporaryDirectory() as folder:
        spec = os.path.join(folder, "codemie.spec")
        with open(spec, "w", encoding="utf-8") as file:
            file.write(SPEC.format(repository=product.REPOSITORY, left_out=left_out))
        command = [PYTHON, "-m", "PyInstaller", "--log-level", "ERROR", "--workpath", f"{folder}/work"]
        subprocess.run([*command, "--distpath", folder, spec], check=True, capture_output=True)
        program = os.path.join(folder, "codemie-tray")
        with tarfile.open(f"{folder}/x.tar.xz", "w:xz", preset=3) as archive:
            archive.add(program, "x")
        return _size(program), os.path.getsize(f"{folder}/x.tar.xz")


def main() -> None:
    """Print a table for docs/installers.md."""
    installed, packed = measure([])
    print(f"as it is: {installed / 1e6:.2f} MB, .tar.xz {packed / 1e6:.2f} MB")
    wanted = sys.argv[1:]
    for name, modules in groups().items():
        if wanted and not any(word in name for word in wanted):
            continue
        more_installed, more_packed = measure(modules)
        print(f"| {name} | {(more_installed - installed) / 1e3:.0f} | {(more_packed - packed) / 1e3:.0f} |")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
