"""The icon's pixels, cached between starts."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from codemie_tray.view.view import IconDesign

if not sys.platform.startswith("linux"):
    pytest.skip("the pixels are for StatusNotifierItem hosts", allow_module_level=True)

from codemie_tray.tray_icon.linux.pixels import pixel_cache
from codemie_tray.tray_icon.linux.pixels.pixel_cache import PixelCache
from codemie_tray.tray_icon.linux.pixels.pixmaps import pixmaps

DESIGN = IconDesign("W", "#336699")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "tray").mkdir(mode=0o700)
    return tmp_path / "tray" / "icons"


@pytest.fixture
def cache(folder: Path) -> PixelCache:
    return PixelCache(str(folder))


def test_cached_pixels_are_read_back_exactly(cache: PixelCache, folder: Path) -> None:
    assert cache.read(DESIGN) is None
    drawn = pixmaps(DESIGN)
    cache.keep(DESIGN, drawn)
    assert cache.read(DESIGN) == drawn
    assert PixelCache(str(folder)).read(DESIGN) == drawn
    (file,) = folder.iterdir()
    assert (file.stat().st_mode & 0o777, folder.stat().st_mode & 0o777) == (0o600, 0o700)


@pytest.mark.parametrize(
    "other",
    [IconDesign("P", "#336699"), IconDesign("W", "#336698"), IconDesign("W", "#336699", attention=True)],
)
def test_another_design_is_cached_separately(cache: PixelCache, other: IconDesign) -> None:
    cache.keep(DESIGN, pixmaps(DESIGN))
    assert cache.read(other) is None


def test_another_release_draws_the_icon_again(cache: PixelCache, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.keep(DESIGN, pixmaps(DESIGN))
    monkeypatch.setattr(pixel_cache, "__version__", "0.0.1")
    assert cache.read(DESIGN) is None


def test_a_damaged_file_is_replaced(cache: PixelCache, folder: Path) -> None:
    drawn = pixmaps(DESIGN)
    cache.keep(DESIGN, drawn)
    (file,) = folder.iterdir()
    whole = file.read_bytes()
    for damaged in (
        b"",
        whole[:-1],
        whole + b"x",
        whole[:40] + bytes([whole[40] ^ 1]) + whole[41:],
        b"x" * 50,
    ):
        file.write_bytes(damaged)
        assert cache.read(DESIGN) is None
    cache.keep(DESIGN, drawn)
    assert cache.read(DESIGN) == drawn


@pytest.mark.parametrize("plant", ["link", "pipe", "folder"])
def test_anything_planted_in_its_place_is_not_followed(cache: PixelCache, folder: Path, plant: str) -> None:
    drawn = pixmaps(DESIGN)
    cache.keep(DESIGN, drawn)
    (file,) = folder.iterdir()
    kept = file.read_bytes()
    file.unlink()
    outside = folder.parent.parent / "outside"
    outside.write_bytes(kept)
    if plant == "link":
        file.symlink_to(outside)
    elif plant == "pipe":
        os.mkfifo(file)
    else:
        file.mkdir()
    assert cache.read(DESIGN) is None
    cache.keep(DESIGN, pixmaps(IconDesign("X", "#000000")))
    assert outside.read_bytes() == kept


def test_the_icon_is_drawn_if_the_cache_cannot_be_written(tmp_path: Path) -> None:
    in_the_way = tmp_path / "tray"
    in_the_way.write_text("a file")
    cache = PixelCache(str(in_the_way / "icons"))
    cache.keep(DESIGN, pixmaps(DESIGN))
    assert cache.read(DESIGN) is None


def test_the_cache_never_exceeds_a_few_dozen_files(cache: PixelCache, folder: Path) -> None:
    drawn = pixmaps(DESIGN)
    (folder.parent / "beside.argb").write_text("not one of them")
    for number in range(150):
        cache.keep(IconDesign("W", f"#{number:06x}"), drawn)
    assert 1 <= len(list(folder.iterdir())) <= 64
    assert (folder.parent / "beside.argb").exists()


def test_a_cached_icon_needs_no_pillow(cache: PixelCache, folder: Path) -> None:
    cache.keep(DESIGN, pixmaps(DESIGN))
    program = (
        "import sys\n"
        "from codemie_tray.tray_icon.linux.pixels.pixel_cache import PixelCache\n"
        "from codemie_tray.view.view import IconDesign\n"
        f"print(len(PixelCache({str(folder)!r}).read(IconDesign('W', '#336699'))), 'PIL' in sys.modules)"
    )
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    done = subprocess.run(
        [sys.executable, "-c", program], env=environ, capture_output=True, text=True, check=True
    )
    assert done.stdout == "6 False\n"
