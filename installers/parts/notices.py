"""The notices shipped with the program: who made its parts, and under which licences."""

from __future__ import annotations

import os
from collections.abc import Sequence

from installers import product
from installers.parts.inventory import Part

FILE_NAME = "THIRD-PARTY-NOTICES.txt"
_LINE = "=" * 78


def text(parts: Sequence[Part]) -> str:
    """Return the notices of a bundle."""
    lines = [
        f"{product.NAME} {product.VERSION}",
        f"{product.COPYRIGHT}. Licence: {product.LICENSE} (LICENSE, LICENSE.GPL).",
        "",
        "It includes the components below, each under its own licence. Those under the LGPL can be replaced:",
        f"the program's source and the build scripts are at {product.HOMEPAGE}.",
        "",
        *(f"  {part.name} {part.version}  {part.licence}".rstrip() for part in parts),
    ]
    shown_for: dict[str, str] = {}
    for part in parts:
        lines += ["", _LINE, f"{part.name} {part.version} ({part.kind})", _LINE, ""]
        if not part.texts:
            lines.append("It came without a licence text.")
        for said in part.texts:
            lines += [f"Same text as for {shown_for[said]}." if said in shown_for else said, ""]
            shown_for.setdefault(said, part.name)
    return "\n".join(lines).rstrip() + "\n"


def write(folder: str, parts: Sequence[Part]) -> str:
    """Write the notices into a folder and return their path."""
    path = os.path.join(folder, FILE_NAME)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text(parts))
    return path
