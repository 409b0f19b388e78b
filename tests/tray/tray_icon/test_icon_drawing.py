"""The icon's pixels, as far as a program can judge them."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import time

import pytest
from PIL import Image, ImageChops

from codemie_tray.tray_icon.picture import font as icon_font
from codemie_tray.tray_icon.picture.drawing import draw
from codemie_tray.view.colour import NOBODY, PALETTE, colour_of
from codemie_tray.view.view import IconDesign

SIZES = (16, 20, 22, 24, 32, 40, 48, 64, 128, 256)
RED = "#b3342d"


def _luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""

    def linear(band: int) -> float:
        part = band / 255
        return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)

    red, green, blue = (linear(int(colour[at : at + 2], 16)) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _pixels(image: Image.Image) -> list[tuple[int, int, int, int]]:
    """Return an RGBA image's pixels, row by row."""
    bands = image.tobytes()
    return list(zip(bands[0::4], bands[1::4], bands[2::4], bands[3::4], strict=True))


def _pixel(image: Image.Image, x: int, y: int) -> tuple[int, int, int, int]:
    return _pixels(image)[y * image.width + x]


def _differing(one: Image.Image, other: Image.Image) -> float:
    """Return the share of pixels that differ clearly."""
    difference = ImageChops.difference(one, other)
    strong = [pixel for pixel in _pixels(difference) if max(pixel) > 60]
    return len(strong) / (one.width * one.height)


@pytest.mark.parametrize("colour", PALETTE)
def test_white_text_is_readable_on_every_colour(colour: str) -> None:
    assert _contrast(colour, "#ffffff") >= 4.5


def test_the_contrast_is_computed_correctly() -> None:
    assert _contrast("#000000", "#ffffff") == pytest.approx(21)
    assert _contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)  # the well-known near miss


def test_a_name_keeps_its_colour_and_names_use_all_colours() -> None:
    assert [colour_of(name) for name in ("work", "personal", "\ud800", "")] == [
        "#1d6fd1",
        "#b3342d",
        "#3f7a1d",
        NOBODY,
    ]
    counts = [sum(colour_of(f"profile {n}") == colour for n in range(1200)) for colour in PALETTE]
    assert min(counts) > 50
    assert len(set(PALETTE)) == len(PALETTE)


@pytest.mark.parametrize("size", SIZES)
def test_each_state_looks_different_at_each_size(size: int) -> None:
    states = [
        IconDesign("W", RED),
        IconDesign("W", RED, attention=True),
        IconDesign("P", RED),
        IconDesign("W", "#1d6fd1"),
        IconDesign("", RED),
        IconDesign("", RED, attention=True),
        IconDesign("\uffff", RED),
    ]
    images = [draw(state, size) for state in states]
    assert all(image.mode == "RGBA" and image.size == (size, size) for image in images)
    for one, other in itertools.combinations(images, 2):
        assert _differing(one, other) > 0.04


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("letter", ["I", "W", "Q", "g", "@"])
def test_the_initial_is_white_centred_and_within_the_icon(size: int, letter: str) -> None:
    image = draw(IconDesign(letter, RED), size).convert("RGB")
    rim = max(1, round(size / 32))
    inner = image.crop((rim + 1, rim + 1, size - rim - 1, size - rim - 1))
    ink = inner.getchannel("G").point(lambda value: 255 if value > 150 else 0).getbbox()
    assert ink is not None
    left, top, right, bottom = ink
    assert abs(left - (inner.width - right)) <= 2
    assert abs(top - (inner.height - bottom)) <= 2
    assert bottom - top >= size * 0.4
    assert max(bottom - top, right - left) <= size * 0.8


@pytest.mark.parametrize("size", SIZES)
def test_straight_edges_are_sharp(size: int) -> None:
    image = draw(IconDesign("W", RED), size)
    middle, last = size // 2, size - 1
    for x, y in ((0, middle), (last, middle), (middle, 0), (middle, last)):
        assert _pixel(image, x, y)[3] == 255
    assert _pixel(image, 0, 0)[3] < 128
    rim = max(1, round(size / 32))
    assert _pixel(image, rim, middle)[:3] == (0xB3, 0x34, 0x2D)
    assert _pixel(image, rim - 1, middle)[:3] != (0xB3, 0x34, 0x2D)


def test_the_rim_is_visible_on_a_dark_bar_and_the_square_on_a_light_one() -> None:
    for colour in PALETTE:
        image = draw(IconDesign("W", colour), 22)
        rim = "#" + "".join(f"{band:02x}" for band in _pixel(image, 0, 11)[:3])
        assert _contrast(rim, "#202225") >= 3  # WCAG 2.2, 1.4.11
        assert _contrast(colour, "#f4f4f4") >= 3


@pytest.mark.parametrize("size", SIZES)
def test_the_badge_is_at_least_a_third_of_the_icon_with_a_gap_around_it(size: int) -> None:
    image = draw(IconDesign("W", RED, attention=True), size)
    amber = Image.new("L", image.size, 0)
    amber.putdata(
        [255 if r > 240 and 170 < g < 200 and b < 30 and a > 200 else 0 for r, g, b, a in _pixels(image)]
    )
    left, top, right, bottom = amber.getbbox() or (0, 0, 0, 0)
    assert min(right - left, bottom - top) >= size / 3
    assert (right, bottom) == (size, size)
    assert _pixel(image, left - 1, (top + bottom) // 2)[3] < 100


@pytest.mark.parametrize(
    "character", ["ü", "测", "\U0001f680", "\u0b95", "\ud800", "\x00", "\uffff", "\u200d"]
)
def test_a_character_without_a_font_becomes_a_mark_and_never_an_empty_box(character: str) -> None:
    assert not icon_font.built_in_has(character)
    unknown = draw(IconDesign("\U0010ffff", RED), 32)
    assert draw(IconDesign(character, RED), 32).tobytes() == unknown.tobytes()


def test_the_built_in_font_has_the_characters_it_claims() -> None:
    for letter in "AZaz09#&":
        assert icon_font.built_in_has(letter)


@pytest.fixture
def system_font() -> icon_font.FontFile:
    font = icon_font.find("ü")
    if font is None:
        pytest.skip("fontconfig finds no font with ü here")
    return font


def test_the_systems_font_is_found_and_used(system_font: icon_font.FontFile) -> None:
    with_font, without = (draw(IconDesign("ü", RED), 32, font) for font in (system_font, None))
    assert _differing(with_font, without) > 0.04
    other = draw(IconDesign("ö", RED), 32, system_font)
    assert _differing(with_font, other) > 0.02


def test_a_font_without_the_character_is_not_used(system_font: icon_font.FontFile) -> None:
    assert icon_font.find("\U0010fffd") is None
    unknown = draw(IconDesign("\U0010fffd", RED), 32)
    assert draw(IconDesign("\U0010fffd", RED), 32, system_font).tobytes() == unknown.tobytes()


def test_a_file_that_is_not_a_font_is_ignored(tmp_path: object) -> None:
    path = os.path.join(str(tmp_path), "font.ttf")
    assert icon_font.open_font(icon_font.FontFile(path), 20) is None
    with open(path, "wb") as file:
        file.write(b"not a font")
    assert icon_font.open_font(icon_font.FontFile(path), 20) is None
    assert draw(IconDesign("ü", RED), 32, icon_font.FontFile(path)).size == (32, 32)


def _fake_fc_match(folder: str, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    path = os.path.join(folder, "fc-match")
    with open(path, "w", encoding="ascii") as file:
        file.write(f"#!/bin/sh\n{script}\n")
    os.chmod(path, 0o700)
    monkeypatch.setenv("PATH", folder + os.pathsep + os.environ["PATH"])


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="fontconfig is for Linux")
@pytest.mark.parametrize(
    "script", ["exit 1", "echo", "echo /no/such/file; echo x", "printf '\\377\\376'", "cat"]
)
def test_no_answer_of_fc_match_is_an_error(
    script: str, tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    _fake_fc_match(str(tmp_path), script, monkeypatch)
    assert icon_font.find("ü") is None


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="fontconfig is for Linux")
def test_a_hanging_or_missing_fc_match_is_abandoned(
    tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    _fake_fc_match(str(tmp_path), "exec sleep 600", monkeypatch)
    monkeypatch.setattr(icon_font, "_FC_MATCH_SECONDS", 0.2)
    began = time.monotonic()
    assert icon_font.find("ü") is None
    assert time.monotonic() - began < 60
    monkeypatch.setenv("PATH", str(tmp_path) + "/none")
    assert icon_font.find("ü") is None


@pytest.mark.skipif(sys.platform != "linux", reason="the set is what panels of Linux want")
def test_a_whole_set_is_drawn_quickly() -> None:
    from codemie_tray.tray_icon.linux.pixels.pixmaps import pixmaps

    pixmaps(IconDesign("W", RED))
    began = time.process_time()
    pixmaps(IconDesign("M", RED, attention=True))
    assert time.process_time() - began < 0.1  # about 2 ms here


def test_colours_need_no_drawing_library() -> None:
    program = "import sys, codemie_tray.view.colour, codemie_tray.view.view; print('PIL' in sys.modules)"
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    ran = subprocess.run(
        [sys.executable, "-c", program], env=environ, capture_output=True, text=True, check=True
    )
    assert ran.stdout == "False\n"
