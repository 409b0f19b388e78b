"""Packs the AppImage: the runtime, followed by a squashfs image of the program's folder."""

from __future__ import annotations

import os
import shutil
import struct
import subprocess

from installers import product
from installers.icons import on_disk as icons_on_disk
from installers.linux import tree
from installers.linux.appimage import compiler
from installers.linux.metadata import desktop_entry
from installers.parts import notices

NAME = product.NAME.replace(" ", "-")

_MARK = b"AI\x02"
"""Bytes 8 to 10 of the file, in a part of ELF's header that nothing else uses: AppImage, type 2."""
_RUNTIME_NOTICES = "RUNTIME-NOTICES.txt"
_ICON = "256x256/apps"


def file_name(machine: str) -> str:
    """Return the name: without a version, so that a newer file takes the place of the old one.

    The login entry names the file, and continues to be right.
    """
    return f"{NAME}-{machine}.AppImage"


def pack(frozen: str, out: str, work: str, *, machine: str, epoch: int) -> str:
    """Build the AppImage; arguments and result as for `deb.pack`."""
    folder = os.path.join(work, "appimage")
    shutil.rmtree(folder, ignore_errors=True)
    stage(frozen, f"{folder}/AppDir", epoch=epoch)
    runtime, image = f"{folder}/runtime", f"{folder}/image.squashfs"
    compiler.compile_runtime(runtime, name=NAME)
    # The runtime knows no other compression. With SOURCE_DATE_EPOCH, no file's time is later than that.
    command = ["mksquashfs", f"{folder}/AppDir", image, "-comp", "zstd", "-Xcompression-level", "19"]
    command += ["-b", "256K", "-all-root", "-no-xattrs", "-noappend", "-no-progress", "-quiet"]
    subprocess.run(
        command, env={**os.environ, "SOURCE_DATE_EPOCH": str(epoch)}, check=True, stdout=subprocess.DEVNULL
    )
    path = os.path.join(out, file_name(machine))
    join(runtime, image, path)
    return path


def stage(frozen: str, root: str, *, epoch: int) -> None:
    """Lay out the folder in the image (the AppDir); arguments as for `tree.stage`."""
    shutil.copytree(frozen, root + tree.PROGRAM_FOLDER, symlinks=True)
    tree.share(f"{root}/usr/share", product.PROGRAM_NAME, epoch=epoch)
    tree.write(f"{root}{tree.DOCUMENTATION}/{_RUNTIME_NOTICES}", notices.text(compiler.parts()))
    tree.write(
        f"{root}/{desktop_entry.FILE_NAME}",
        desktop_entry.application(product.PROGRAM_NAME) + f"X-AppImage-Version={product.VERSION}\n",
    )
    (place,) = [place for place in icons_on_disk.hicolor().values() if place.startswith(_ICON)]
    icon = f"usr/share/icons/hicolor/{place}"
    for link, target in (
        ("AppRun", tree.PROGRAM[1:]),
        (f"{product.PROGRAM_NAME}.png", icon),
        (".DirIcon", icon),
        ("usr/bin/" + product.PROGRAM_NAME, os.path.relpath(tree.PROGRAM, "/usr/bin")),
        (
            f"{tree.DOCUMENTATION[1:]}/{notices.FILE_NAME}",
            os.path.relpath(f"{tree.PROGRAM_FOLDER}/_internal/{notices.FILE_NAME}", tree.DOCUMENTATION),
        ),
    ):
        os.makedirs(os.path.dirname(f"{root}/{link}"), exist_ok=True)
        os.symlink(target, f"{root}/{link}")
    tree.set_modes(root)


def end_of_executable(header: bytes) -> int:
    """Return the size of a 64-bit ELF file whose section headers are last: where the image begins.

    Args:
        header: at least its first 64 bytes.
    """
    (sections,) = struct.unpack_from("<Q", header, 0x28)
    size, count = struct.unpack_from("<HH", header, 0x3A)
    return int(sections + size * count)


def join(runtime: str, image: str, path: str) -> None:
    """Write the AppImage to `path`: the executable, marked as AppImage, and the image behind it."""
    with open(runtime, "rb") as file:
        executable = bytearray(file.read())
    if end_of_executable(bytes(executable[:64])) != len(executable):
        raise RuntimeError(f"{runtime}: something follows its section headers, where the image must begin")
    executable[8 : 8 + len(_MARK)] = _MARK
    with open(path, "wb") as whole, open(image, "rb") as file:
        whole.write(executable)
        shutil.copyfileobj(file, whole)
    os.chmod(path, 0o755)
