"""The Debian package, built by dpkg-deb from a prepared tree."""

from __future__ import annotations

import gzip
import hashlib
import os
import shutil
import subprocess
import textwrap
from email.utils import formatdate

from installers import product
from installers.linux import changelog, tree
from installers.linux.libraries import glibc, recommended
from installers.linux.scripts import shell

ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}

_ON_CONFIGURE = f"""\
if [ "$1" = configure ] && [ -n "${{2-}}" ]; then
    renew_trays {tree.PROGRAM}
fi
"""
_ON_REMOVE = f"""\
if [ "$1" = remove ] || [ "$1" = deconfigure ]; then
    end_trays {tree.PROGRAM}
fi
"""
_OVERRIDES = os.path.join("installers", "linux", "metadata", "lintian-overrides")


def pack(frozen: str, out: str, work: str, *, machine: str, epoch: int) -> str:
    """Build the package.

    Args:
        frozen: the frozen program's folder.
        out: where the package is written.
        work: a folder for intermediate files.
        machine: the processor, as named by the kernel.
        epoch: timestamp for everything that has one.

    Returns:
        The package's path.
    """
    architecture = ARCHITECTURES[machine]
    root = os.path.join(work, "deb")
    shutil.rmtree(root, ignore_errors=True)
    tree.stage(frozen, root, epoch=epoch)
    _document(root, epoch)
    _control(root, architecture, glibc.needed(frozen))
    tree.set_modes(root)
    path = os.path.join(out, f"{product.PROGRAM_NAME}_{product.VERSION}_{architecture}.deb")
    # dpkg-deb sets no file's time later than SOURCE_DATE_EPOCH, and everything here is newer.
    command = ["dpkg-deb", "--root-owner-group", "-Zxz", "--build", root, path]
    subprocess.run(
        command, env={**os.environ, "SOURCE_DATE_EPOCH": str(epoch)}, check=True, stdout=subprocess.DEVNULL
    )
    return path


def _document(root: str, epoch: int) -> None:
    folder = root + tree.DOCUMENTATION
    entries = "".join(_wrapped(entry, first="  * ", rest="    ") for entry in changelog.changes())
    date = formatdate(epoch, usegmt=False).replace("-0000", "+0000")
    log = (
        f"{product.PROGRAM_NAME} ({product.VERSION}) unstable; urgency=medium\n\n{entries}\n"
        f" -- {product.CONTACT}  {date}\n"
    )
    tree.write(f"{folder}/changelog.gz", gzip.compress(log.encode(), mtime=0))
    tree.write(f"{folder}/copyright", _copyright())
    with open(product.inside(_OVERRIDES), encoding="utf-8") as file:
        tree.write(f"{root}/usr/share/lintian/overrides/{product.PROGRAM_NAME}", file.read())


def _copyright() -> str:
    return f"""\
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: {product.NAME}
Source: {product.HOMEPAGE}
Comment: The components included in the program, and their licences, are listed in
 {tree.DOCUMENTATION}/THIRD-PARTY-NOTICES.txt.

Files: *
Copyright: 2026 {product.PUBLISHER}
License: LGPL-3.0+
 On Debian systems the full text of the GNU Lesser General Public License, version 3, is in
 /usr/share/common-licenses/LGPL-3.
"""


def _control(root: str, architecture: str, libc: str) -> None:
    files = _files(root)
    kilobytes = sum((os.lstat(os.path.join(root, name)).st_size + 1023) // 1024 for name in files)
    description = " .\n".join(_wrapped(paragraph, first=" ", rest=" ") for paragraph in product.DESCRIPTION)
    tree.write(
        f"{root}/DEBIAN/control",
        f"Package: {product.PROGRAM_NAME}\n"
        f"Version: {product.VERSION}\n"
        f"Architecture: {architecture}\n"
        f"Maintainer: {product.CONTACT}\n"
        f"Installed-Size: {kilobytes}\n"
        f"Depends: libc6 (>= {libc})\n"
        "Recommends: default-dbus-session-bus | dbus-session-bus, xdg-utils"
        f"{''.join(f', {name}' for name in recommended.DEBIAN)}\n"
        # If recommended, the extension would pull all of GNOME onto a machine without it: it depends on the
        # shell, and unlike the RPM, a Debian package can't recommend it only together with GNOME.
        "Suggests: gnome-keyring, gnome-shell-extension-appindicator\n"
        "Section: utils\n"
        "Priority: optional\n"
        f"Homepage: {product.HOMEPAGE}\n"
        f"Description: {product.SUMMARY[0].lower() + product.SUMMARY[1:]}\n"
        f"{description}",
    )
    tree.write(f"{root}/DEBIAN/conffiles", f"{tree.AUTOSTART}\n")
    tree.write(f"{root}/DEBIAN/postinst", shell.script(_ON_CONFIGURE))
    tree.write(f"{root}/DEBIAN/prerm", shell.script(_ON_REMOVE))
    sums = []
    for name in files:
        path = os.path.join(root, name)
        if not os.path.islink(path) and f"/{name}" != tree.AUTOSTART:
            with open(path, "rb") as file:
                sums.append(f"{hashlib.md5(file.read(), usedforsecurity=False).hexdigest()}  {name}\n")
    tree.write(f"{root}/DEBIAN/md5sums", "".join(sums))


def _wrapped(text: str, *, first: str, rest: str) -> str:
    return (
        textwrap.fill(text, 78, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False) + "\n"
    )


def _files(root: str) -> list[str]:
    """Return what the package installs, relative to its root."""
    found = []
    for parent, folders, names in os.walk(root):
        folders.sort()
        linked = [name for name in folders if os.path.islink(os.path.join(parent, name))]
        found += [os.path.relpath(os.path.join(parent, name), root) for name in sorted(names + linked)]
    return [name for name in found if not name.startswith("DEBIAN/")]
