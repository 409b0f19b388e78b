"""Lays out the files of a package below a root, as the system (or a user's own folder) expects them."""

from __future__ import annotations

import gzip
import os
import shutil

from codemie_tray.commands.parser import build_parser
from codemie_tray.commands.shell import completion
from installers import product
from installers.icons import on_disk as icons_on_disk
from installers.linux.metadata import desktop_entry, man_page, metainfo
from installers.parts import notices

PROGRAM_FOLDER = f"/usr/lib/{product.PROGRAM_NAME}"
PROGRAM = f"{PROGRAM_FOLDER}/{product.PROGRAM_NAME}"
COMMAND = f"/usr/bin/{product.PROGRAM_NAME}"
AUTOSTART = f"/etc/xdg/autostart/{desktop_entry.FILE_NAME}"
DOCUMENTATION = f"/usr/share/doc/{product.PROGRAM_NAME}"


def stage(frozen: str, root: str, *, epoch: int) -> None:
    """Lay out all files below `root`, with their final modes.

    Args:
        frozen: the frozen program's folder.
        root: an empty or missing folder.
        epoch: timestamp for everything that has one.
    """
    shutil.copytree(frozen, root + PROGRAM_FOLDER, symlinks=True)
    os.makedirs(os.path.dirname(root + COMMAND))
    os.symlink(os.path.relpath(PROGRAM, os.path.dirname(COMMAND)), root + COMMAND)
    share(root + "/usr/share", COMMAND, epoch=epoch)
    write(root + AUTOSTART, desktop_entry.autostart(COMMAND))
    os.makedirs(root + DOCUMENTATION)
    os.symlink(
        os.path.relpath(f"{PROGRAM_FOLDER}/_internal/{notices.FILE_NAME}", DOCUMENTATION),
        f"{root}{DOCUMENTATION}/{notices.FILE_NAME}",
    )
    set_modes(root)


def share(folder: str, program: str, *, epoch: int) -> None:
    """Write the files below a `share` folder: entry, description, icons, manual, completions.

    Args:
        folder: `/usr/share`, or a user's `~/.local/share`.
        program: absolute path of the command that the entry starts.
        epoch: timestamp for everything that has one.
    """
    write(f"{folder}/applications/{desktop_entry.FILE_NAME}", desktop_entry.application(program))
    write(f"{folder}/metainfo/{metainfo.FILE_NAME}", metainfo.text(epoch=epoch))
    for name, place in icons_on_disk.hicolor().items():
        write(f"{folder}/icons/hicolor/{place}", icons_on_disk.read(name))
    page = gzip.compress(man_page.text(epoch=epoch).encode(), mtime=0)
    write(f"{folder}/man/man1/{product.PROGRAM_NAME}.1.gz", page)
    scripts = {
        "bash": f"bash-completion/completions/{product.PROGRAM_NAME}",
        "zsh": f"zsh/vendor-completions/_{product.PROGRAM_NAME}",
        "fish": f"fish/vendor_completions.d/{product.PROGRAM_NAME}.fish",
    }
    for shell, place in scripts.items():
        write(f"{folder}/{place}", completion_script(shell))


def completion_script(shell: str) -> str:
    """Return the output of `codemie-tray completion SHELL`."""
    return completion.script(shell, build_parser()) + "\n"


def set_modes(root: str) -> None:
    """Set the mode of every file, whatever the builder's umask."""
    for parent, folders, names in os.walk(root):
        for name in folders:
            if not os.path.islink(os.path.join(parent, name)):
                os.chmod(os.path.join(parent, name), 0o755)
        for name in names:
            path = os.path.join(parent, name)
            if not os.path.islink(path):
                os.chmod(path, 0o755 if _is_program(path) else 0o644)
    os.chmod(root, 0o755)


def _is_program(path: str) -> bool:
    with open(path, "rb") as file:
        begin = file.read(4)
    return begin[:2] == b"#!" or (begin == b"\x7fELF" and ".so" not in os.path.basename(path))


def write(path: str, content: str | bytes) -> None:
    """Write a file, creating the folders above it."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(content.encode() if isinstance(content, str) else content)
