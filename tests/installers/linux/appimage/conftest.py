"""An AppImage whose program is a script, made once per module; each test gets a copy."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.installers.linux.appimage.small_image import SmallImage

SCRIPT = """\
case $1 in
  variables) echo "$APPIMAGE|$APPDIR|$OWD|$ARGV0|$0" ;;
  arguments) shift; printf '<%s>' "$@" ;;
  code) exit "$2" ;;
  read) while read -r line; do echo "$line"; done < "$APPDIR/folder/link" ;;
  wait) echo "$APPDIR"; exec "$APPDIR/sleeper" 600 ;;
  window) "$APPDIR/sleeper" 600 < /dev/null > /dev/null 2>&1 & echo "$!|$APPDIR" ;;
esac
"""


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("packed")
    SmallImage.pack(folder, SCRIPT)
    return folder / "Small.AppImage"


@pytest.fixture
def small(packed: Path, tmp_path: Path) -> Iterator[SmallImage]:
    made = SmallImage(tmp_path)
    shutil.copy(packed, made.path)
    yield made
    made.until_nothing_is_left()
