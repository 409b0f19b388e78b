from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.core.audit.scene import Scene, healthy_home


@pytest.fixture
def scene() -> Iterator[Scene]:
    with healthy_home() as scene:
        yield scene
