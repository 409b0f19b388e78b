"""The checked-in icons are generated from the SVG, and each file has the sizes that its readers need."""

from __future__ import annotations

import io
import os

import pytest
from installers.icons import make as icons
from installers.icons import on_disk as icons_on_disk
from PIL import Image

from codemie_tray.tray_icon.picture.drawing import draw
from codemie_tray.view.view import IconDesign

MADE = icons.files()


def on_disk(name: str) -> bytes:
    with open(os.path.join(icons.FOLDER, name), "rb") as file:
        return file.read()


def pictures(data: bytes, name: str) -> list[tuple[tuple[int, int], bytes]]:
    """Every size in a file, as pixels: another compressor produces other bytes for the same picture."""
    image = Image.open(io.BytesIO(data))
    if name.endswith(".ico"):
        return [(size, image.ico.getimage(size).convert("RGBA").tobytes()) for size in icon_sizes(image)]  # type: ignore[attr-defined]
    if name.endswith(".icns"):
        sizes = sorted(image.info["sizes"])
        return [(size[:2], image.icns.getimage(size).convert("RGBA").tobytes()) for size in sizes]  # type: ignore[attr-defined]
    return [(image.size, image.convert("RGBA").tobytes())]


def icon_sizes(image: Image.Image) -> list[tuple[int, int]]:
    return sorted(image.info["sizes"])


def test_every_icon_file_is_generated() -> None:
    assert sorted(os.listdir(icons.FOLDER)) == sorted(MADE)


@pytest.mark.parametrize("name", sorted(MADE))
def test_every_generated_file_is_current(name: str) -> None:
    if name.endswith(".svg"):
        assert on_disk(name) == MADE[name]
    else:
        assert pictures(on_disk(name), name) == pictures(MADE[name], name), (
            "run: python -m installers.icons.make"
        )


def test_the_windows_icon_has_a_size_for_each_scale() -> None:
    image = Image.open(io.BytesIO(on_disk("codemie-tray.ico")))
    assert icon_sizes(image) == [(size, size) for size in icons.ICO_PX]


def test_the_macos_icon_is_as_large_as_a_hidpi_dock_shows() -> None:
    image = Image.open(io.BytesIO(on_disk("codemie-tray.icns")))
    assert (512, 512, 2) in image.info["sizes"]
    assert (16, 16, 2) in image.info["sizes"]


@pytest.mark.parametrize("size_px", [18, 36, 54])
def test_a_template_is_black_with_its_shape_in_the_alpha_channel(size_px: int) -> None:
    red, green, blue, alpha = icons.template(size_px).split()
    assert [band.getextrema()[1] for band in (red, green, blue)] == [0, 0, 0]
    assert alpha.getextrema() == (0, 255)


def test_a_symbolic_icon_has_one_colour_and_no_background() -> None:
    text = icons.symbolic().decode()
    assert "ground" not in text
    assert text.count("fill=") == 1


@pytest.mark.parametrize("size_px", [16, 24, 32, 48])
def test_it_resembles_the_icon_in_the_tray(size_px: int) -> None:
    ours = icons.drawing(size_px)
    live = draw(IconDesign(initial="", colour="#2f62c9"), size_px)
    # The same outline: what is solid in one is solid in the other, except at the antialiased corners.
    assert ours.size == live.size
    pairs = zip(ours.getchannel("A").tobytes(), live.getchannel("A").tobytes(), strict=True)
    differing = sum(abs(one - other) > 96 for one, other in pairs)
    assert differing <= size_px * size_px // 50


def test_every_hicolor_path_names_a_size_that_the_file_has() -> None:
    for name, place in icons_on_disk.hicolor().items():
        if place.endswith(".png"):
            assert f"{Image.open(io.BytesIO(icons_on_disk.read(name))).width}x" in place
