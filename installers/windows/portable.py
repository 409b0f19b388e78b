"""The portable archive: unpack it anywhere and start `codemie-trayw.exe`."""

from __future__ import annotations

import os
import time
import zipfile

from installers import product


def pack(frozen: str, out: str, work: str, *, machine: str, epoch: int) -> str:  # noqa: ARG001 - one shape for all
    """Build the archive; arguments and result as for `installers.linux.deb.pack`."""
    name = f"{product.PROGRAM_NAME}-{product.VERSION}-windows-{machine.lower()}"
    path = os.path.join(out, f"{name}-portable.zip")
    # A zip can't hold times before 1980.
    when = time.gmtime(max(epoch, 315532800))[:6]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for file in sorted(_files(frozen)):
            entry = zipfile.ZipInfo(f"{name}/{file.replace(os.sep, '/')}", when)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o100644 << 16
            with open(os.path.join(frozen, file), "rb") as content:
                archive.writestr(entry, content.read())
    return path


def _files(folder: str) -> list[str]:
    return [
        os.path.relpath(os.path.join(parent, name), folder)
        for parent, _, names in os.walk(folder)
        for name in names
    ]
