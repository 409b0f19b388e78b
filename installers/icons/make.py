"""Makes every icon file from `assets/icon.svg`: `python -m installers.icons.make`.

The results are checked in, so that nothing else needs the rasteriser. Small sizes omit details that would be
a smudge there; the symbolic and template icons are the sign alone, which the system colours.
"""

from __future__ import annotations

import io
import os
import struct
from xml.etree import ElementTree

import resvg_py
from PIL import Image

from installers.product import PROGRAM_NAME, inside

SOURCE = inside("assets", "icon.svg")
FOLDER = inside("assets", "icons")
HICOLOR_PX = (16, 22, 24, 32, 48, 64, 128, 256, 512)
ICO_PX = (16, 20, 24, 32, 40, 48, 64, 128, 256)
"""Windows' sizes from 100 to 250%, and those of its large views."""
ICNS_PX = (16, 32, 64, 128, 256, 512, 1024)
TEMPLATE_POINTS = 18
"""macOS' menu bar has room for a height of 18 points."""
DETAIL_FROM_PX = 32

_SVG = "{http://www.w3.org/2000/svg}"
_SIGN_ALONE = "40 40 176 176"


def drawing(size_px: int) -> Image.Image:
    """Return the icon in colour, drawn at its size."""
    tree = _tree()
    if size_px < DETAIL_FROM_PX:
        _remove(tree, "others")
    return _raster(tree, size_px)


def template(size_px: int) -> Image.Image:
    """Return the sign in black on a transparent background: a template image that macOS colours."""
    return _raster(_sign("#000000"), size_px)


def symbolic() -> bytes:
    """Return the sign as a symbolic SVG: GTK and Qt replace its colour with the text's."""
    tree = _sign("#2e3436")
    tree.set("width", "16")
    tree.set("height", "16")
    ElementTree.indent(tree)
    return ElementTree.tostring(tree, encoding="unicode").encode() + b"\n"


def files() -> dict[str, bytes]:
    """Return all icon files: path below `assets/icons` -> content."""
    made = {f"{PROGRAM_NAME}-{size}.png": _png(drawing(size)) for size in HICOLOR_PX}
    made[f"{PROGRAM_NAME}-symbolic.svg"] = symbolic()
    made[f"{PROGRAM_NAME}.ico"] = _ico()
    made[f"{PROGRAM_NAME}.icns"] = _container("ICNS", ICNS_PX)
    for scale, suffix in ((1, ""), (2, "@2x"), (3, "@3x")):
        made[f"menubarTemplate{suffix}.png"] = _png(template(TEMPLATE_POINTS * scale))
    return made


def main() -> None:
    """Write the files, and remove those that are no longer made."""
    os.makedirs(FOLDER, exist_ok=True)
    made = files()
    for name in set(os.listdir(FOLDER)) - set(made):
        os.unlink(os.path.join(FOLDER, name))
    for name, content in made.items():
        with open(os.path.join(FOLDER, name), "wb") as file:
            file.write(content)


def _tree() -> ElementTree.Element:
    ElementTree.register_namespace("", _SVG.strip("{}"))
    return ElementTree.parse(SOURCE).getroot()  # noqa: S314 - our own file


def _sign(colour: str) -> ElementTree.Element:
    tree = _tree()
    for name in ("ground", "others"):
        _remove(tree, name)
    for part in tree.findall(f"{_SVG}defs"):
        tree.remove(part)
    for part in tree.findall(f"{_SVG}g"):
        part.set("fill", colour)
    tree.set("viewBox", _SIGN_ALONE)
    return tree


def _remove(tree: ElementTree.Element, name: str) -> None:
    tree.remove(next(part for part in tree if part.get("id") == name))


def _raster(tree: ElementTree.Element, size_px: int) -> Image.Image:
    text = ElementTree.tostring(tree, encoding="unicode")
    png = resvg_py.svg_to_bytes(svg_string=text, width=size_px, height=size_px, skip_system_fonts=True)
    return Image.open(io.BytesIO(bytes(png))).convert("RGBA")


def _png(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG", optimize=True)
    return file.getvalue()


def _ico() -> bytes:
    """Return the sizes as bitmaps, which every tool reads, except the largest, a PNG to save space."""
    entries = _ico_entries(_container("ICO", ICO_PX[:-1], bitmap_format="bmp"))
    entries += _ico_entries(_container("ICO", ICO_PX[-1:]))
    offset = 6 + 16 * len(entries)
    head, body = struct.pack("<HHH", 0, 1, len(entries)), b""
    for described, image in entries:
        head += described + struct.pack("<II", len(image), offset + len(body))
        body += image
    return head + body


def _ico_entries(ico: bytes) -> list[tuple[bytes, bytes]]:
    """Return each image's size and depth as an ICO describes them, and the image."""
    entries = []
    for number in range(int.from_bytes(ico[4:6], "little")):
        entry = ico[6 + 16 * number : 22 + 16 * number]
        length, offset = struct.unpack("<II", entry[8:])
        entries.append((entry[:8], ico[offset : offset + length]))
    return entries


def _container(kind: str, sizes_px: tuple[int, ...], **options: str) -> bytes:
    """Return a file with several sizes, each drawn separately."""
    images = [drawing(size) for size in sorted(sizes_px, reverse=True)]
    file = io.BytesIO()
    images[0].save(file, kind, append_images=images[1:], sizes=[image.size for image in images], **options)
    return file.getvalue()


if __name__ == "__main__":
    main()
