"""What `doctor --fix` closes: exactly what was found, and nothing behind a link planted in the meantime."""

from __future__ import annotations

import os
import sys

import pytest
from tests.core.audit.plants import PLANTS
from tests.core.audit.scene import Scene

from codemie_core.audit.finding import FIX
from codemie_core.audit.repair import close, closings
from codemie_core.errors import StoreError

if sys.platform == "win32":
    pytest.skip("owners and permission bits", allow_module_level=True)

FIXED = [name for name, function in PLANTS.items() if "may" in name]


@pytest.mark.parametrize("name", FIXED)
def test_doctor_fixes_what_it_claims_to_fix(scene: Scene, name: str) -> None:
    expected = PLANTS[name](scene)
    if expected[3] != FIX:  # another command fixes it; it is not closed all the same
        assert not any(one.fixable for one in scene.findings() if one.code == expected[1])
        return
    for closing in closings(scene.findings()):
        close(closing)
    assert not [one for one in scene.findings() if one.code == expected[1]]


def test_closing_permissions_does_not_follow_a_link_planted_in_the_meantime(scene: Scene) -> None:
    path = scene.path / "proxy-daemon.json"
    path.chmod(0o644)
    (closing,) = closings(scene.findings())
    other = scene.place / "other"
    other.write_text("x")
    other.chmod(0o644)
    path.unlink()
    path.symlink_to(other)
    with pytest.raises(StoreError):
        close(closing)
    assert other.stat().st_mode & 0o777 == 0o644
    path.unlink()
    os.link(other, path)
    with pytest.raises(StoreError, match="hard link"):
        close(closing)
    os.unlink(path)
    os.mkfifo(path, 0o644)
    with pytest.raises(StoreError):
        close(closing)
    assert other.stat().st_mode & 0o777 == 0o644
