"""The portable archive: unpack it and run `./install.sh`, for one user or for all."""

from __future__ import annotations

import io
import os
import shutil
import tarfile

from installers import product
from installers.linux import tree
from installers.linux.metadata import desktop_entry
from installers.linux.scripts import shell

PLACE = "@PROGRAM@"
"""Placeholder that install.sh replaces with the installed program's path."""


def pack(frozen: str, out: str, work: str, *, machine: str, epoch: int) -> str:
    """Build the archive; arguments and result as for `deb.pack`."""
    name = f"{product.PROGRAM_NAME}-{product.VERSION}-linux-{machine}"
    root = os.path.join(work, "tarball")
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(frozen, f"{root}/program", symlinks=True)
    tree.share(f"{root}/share", PLACE, epoch=epoch)
    tree.write(f"{root}/autostart/{desktop_entry.FILE_NAME}", desktop_entry.autostart(PLACE))
    for script in ("install.sh", "uninstall.sh"):
        with open(product.inside("installers", "linux", "scripts", script), encoding="utf-8") as file:
            body = file.read()
        tree.write(f"{root}/{script}", body.replace("# @running.sh@\n", shell.running()))
    tree.set_modes(root)
    path = os.path.join(out, f"{name}.tar.xz")
    archive(root, path, top=name, epoch=epoch)
    return path


def archive(root: str, path: str, *, top: str, epoch: int) -> None:
    """Write a folder as a reproducible .tar.xz: sorted, without owners, with one time for all files."""

    def same(entry: tarfile.TarInfo) -> tarfile.TarInfo:
        entry.uid = entry.gid = 0
        entry.uname = entry.gname = "root"
        entry.mtime = epoch
        return entry

    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:xz", preset=9, format=tarfile.GNU_FORMAT) as file:
        file.add(root, top, filter=same)  # sorted by name
    with open(path, "wb") as whole:
        whole.write(packed.getvalue())
