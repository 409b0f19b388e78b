"""`python -m installers`: freezes the program and builds this system's packages (`make installer`)."""

from __future__ import annotations

import argparse
import importlib
import os
import platform
import subprocess
import sys
from collections.abc import Sequence

from installers import product
from installers.frozen.freeze import freeze
from installers.parts import bill_of_materials, inventory
from installers.release import checksums
from installers.windows import nsis, signing

FORMATS = {
    "linux": (
        *("installers.linux.deb", "installers.linux.rpm"),
        *("installers.linux.tarball", "installers.linux.appimage"),
    ),
    "win32": ("installers.windows.nsis", "installers.windows.portable"),
    "darwin": ("installers.macos.dmg",),
}
"""Each of these modules has a function `pack` with the same signature (see `installers.linux.deb`). A format
that adds parts to the program has a function `parts`, too."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Build everything, and print each package with its size."""
    parser = argparse.ArgumentParser(prog="python -m installers", description=__doc__)
    parser.add_argument("--out", default=product.inside("dist"), metavar="FOLDER", help="default: dist/")
    parser.add_argument(
        "--work",
        default=product.inside("build", "installer"),
        metavar="FOLDER",
        help="default: build/installer/",
    )
    parser.add_argument("--formats", nargs="+", metavar="NAME", help="only these, such as: deb tarball")
    options = parser.parse_args(arguments)
    for path in build(options.out, options.work, options.formats):
        print(f"{os.path.getsize(path) / 1e6:8.1f} MB  {os.path.relpath(path)}")


def build(out: str, work: str, formats: Sequence[str] | None = None) -> list[str]:
    """Freeze and pack; return the files in `out`.

    Args:
        out: where the packages are written; packages of an earlier build are removed.
        work: a folder for intermediate files.
        formats: names of modules in `FORMATS`; default: all of this system's.
    """
    epoch = source_date()
    frozen = freeze(work, epoch=epoch)
    if sys.platform == "win32":
        signing.sign([os.path.join(frozen.folder, name) for name in (nsis.TRAY, nsis.CONSOLE)])
    os.makedirs(out, exist_ok=True)
    for name in os.listdir(out):
        os.unlink(os.path.join(out, name))
    machine = platform.machine()
    parts = inventory.read(frozen.inventory)
    for module in FORMATS[sys.platform]:
        if formats is None or module.rpartition(".")[2] in formats:
            print(f"+ {module}", flush=True)
            format_ = importlib.import_module(module)
            format_.pack(frozen.folder, out, work, machine=machine, epoch=epoch)
            if hasattr(format_, "parts"):  # what this format alone adds
                parts += format_.parts()
    bill = bill_of_materials.text(parts, epoch=epoch)
    name = f"{product.PROGRAM_NAME}-{product.VERSION}-{sys.platform}-{machine.lower()}.cdx.json"
    with open(os.path.join(out, name), "w", encoding="utf-8", newline="\n") as file:
        file.write(bill)
    checksums.write(out)
    return [os.path.join(out, name) for name in sorted(os.listdir(out))]


def source_date() -> int:
    """Return the timestamp of everything built: SOURCE_DATE_EPOCH, or else that of the last commit."""
    given = os.environ.get("SOURCE_DATE_EPOCH")
    if given:
        return int(given)
    ran = subprocess.run(
        ["git", "-C", product.REPOSITORY, "log", "-1", "--format=%ct"],
        capture_output=True,
        text=True,
        check=False,
    )
    return int(ran.stdout) if ran.returncode == 0 and ran.stdout.strip() else _WITHOUT_GIT


_WITHOUT_GIT = 1767225600
"""2026-01-01, for a source archive."""


if __name__ == "__main__":
    main()
