from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator

import pytest
from tests.integration.keyring.session import Session

NEEDED = ("dbus-daemon", "dbus-send", "gnome-keyring-daemon", "Xvfb", "openbox", "xdotool")


@pytest.fixture
def session() -> Iterator[Session]:
    missing = [name for name in NEEDED if shutil.which(name) is None]
    if sys.platform != "linux" or missing:
        pytest.skip(f"needs a Linux desktop's {', '.join(missing) or 'programs'}")
    made = Session(
        tempfile.mkdtemp(prefix="codemie-keyring-")
    )  # short: a socket's path has at most 107 bytes
    try:
        yield made
    finally:
        made.end()
