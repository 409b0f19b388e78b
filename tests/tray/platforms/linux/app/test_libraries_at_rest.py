"""What a tray keeps in memory once everything has been drawn, counted and scanned."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from tests.tray.platforms.linux.private_bus import PrivateBus
from tests.tray.platforms.linux.started import Started, started, until
from tests.tray.platforms.linux.stub_host import StubHost

__all__ = ["started"]

if not sys.platform.startswith("linux"):
    pytest.skip("libraries are read from /proc", allow_module_level=True)

FOR_NOTHING = (
    "_hashlib.",
    "libcrypto",
    "_ssl.",
    "_lzma.",
    "_bz2.",
    "_random.",
    "_sqlite3.",
    "_cffi_backend.",
)
"""Modules that an idle tray does not need: OpenSSL alone is 3.4 MiB."""


pytestmark = pytest.mark.skipif(os.getuid() != 0, reason="a tray is hidden from other programs of its user")


def libraries(process: int) -> set[str]:
    with open(f"/proc/{process}/maps", encoding="utf-8") as file:
        return {Path(line.split(maxsplit=5)[5].strip()).name for line in file if ".so" in line}


def test_an_idle_tray_has_loaded_no_unneeded_library(
    started: Started, bus: PrivateBus, host: StubHost
) -> None:
    started.young_log()
    process = started.start("--verbose", bus=bus.address)
    host.properties()
    until(lambda: any(row.label.startswith("Today: no usage") for row in host.menu().all()), started)
    loaded = libraries(process.pid)
    assert any(name.startswith("_socket.") for name in loaded), "nothing was read"
    assert [name for name in sorted(loaded) if name.startswith(FOR_NOTHING)] == []


def test_a_tray_whose_icon_was_drawn_before_does_not_load_pillow(
    started: Started, bus: PrivateBus, host: StubHost
) -> None:
    drawn = []
    for _ in range(2):
        process = started.start(bus=bus.address)
        drawn.append((host.properties()["IconPixmap"], "libfreetype" in str(libraries(process.pid))))
        process.terminate()
        assert process.wait(60) == 0
        host.registered.clear()
    (first, drew), (second, drew_again) = drawn
    assert (drew, drew_again) == (True, False)
    assert first == second
