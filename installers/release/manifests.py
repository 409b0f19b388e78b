"""Fills in the manifests of the package collections, for one release.

    python -m installers.release.manifests --packages dist --out FOLDER

The templates beside this file are in the collections' own formats, with `@NAME@` where releases differ.
"""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Mapping, Sequence

from installers import product
from installers.macos import dmg
from installers.release import checksums
from installers.windows import nsis

TEMPLATES = product.inside("installers", "release", "templates")
_MARK = re.compile(r"@([A-Z0-9_]+)@")


def packages() -> dict[str, str]:
    """Return the files that manifests refer to: mark -> file name."""
    name = f"{product.PROGRAM_NAME}-{product.VERSION}"
    return {
        "LINUX_X86_64": f"{name}-linux-x86_64.tar.xz",
        "LINUX_AARCH64": f"{name}-linux-aarch64.tar.xz",
        "MACOS_ARM64": dmg.file_name("arm64"),
        "MACOS_X86_64": dmg.file_name("x86_64"),
        "WINDOWS": nsis.file_name("AMD64"),
    }


def values(folder: str) -> dict[str, str]:
    """Return the value of each mark.

    Args:
        folder: where the packages of all systems are.

    Raises:
        FileNotFoundError: one is missing.
    """
    found = {
        "VERSION": product.VERSION,
        "NAME": product.NAME,
        "PROGRAM": product.PROGRAM_NAME,
        "IDENTIFIER": product.IDENTIFIER,
        "SUMMARY": product.SUMMARY,
        "PUBLISHER": product.PUBLISHER,
        "LICENSE": product.LICENSE,
        "HOMEPAGE": product.HOMEPAGE,
        "DOWNLOADS": f"{product.HOMEPAGE}/releases/download/v{product.VERSION}",
        "MINIMUM_MACOS_NAME": {"11.0": "big_sur"}[product.MINIMUM_MACOS],
    }
    for mark, name in packages().items():
        found[f"{mark}_FILE"] = name
        found[f"{mark}_SHA256"] = checksums.of(os.path.join(folder, name))
    return found


def fill(template: str, known: Mapping[str, str]) -> str:
    """Return a template with every mark replaced.

    Raises:
        KeyError: it has an unknown mark.
    """
    return _MARK.sub(lambda match: known[match[1]], template)


def write(folder: str, out: str) -> list[str]:
    """Fill in all templates for the packages in `folder`; return the paths of the results below `out`."""
    known = values(folder)
    written = []
    for parent, _, names in os.walk(TEMPLATES):
        for name in sorted(names):
            with open(os.path.join(parent, name), encoding="utf-8") as file:
                text = fill(file.read(), known)
            place = fill(os.path.relpath(os.path.join(parent, name), TEMPLATES), known)
            path = os.path.join(out, place)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w", encoding="utf-8", newline="\n") as file:
                file.write(text)
            written.append(path)
    return sorted(written)


def main(arguments: Sequence[str] | None = None) -> None:
    """Fill in the templates and print the results."""
    parser = argparse.ArgumentParser(prog="python -m installers.release.manifests", description=__doc__)
    parser.add_argument("--packages", required=True, metavar="FOLDER", help="packages of all systems")
    parser.add_argument("--out", required=True, metavar="FOLDER")
    options = parser.parse_args(arguments)
    for path in write(options.packages, options.out):
        print(path)


if __name__ == "__main__":
    main()
