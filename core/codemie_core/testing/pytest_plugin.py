"""The pytest plugin: the fixture `codemie_home`. pytest finds it by the package's `pytest11` entry point."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from codemie_core.home import Home
from codemie_core.testing.isolation import isolated_home


@pytest.fixture
def codemie_home() -> Iterator[Home]:
    """An empty home of the test's own; `$CODEMIE_HOME` leads there as long as the test runs."""
    with isolated_home() as home:
        yield home
