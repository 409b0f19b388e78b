"""Which system packages a test requires."""

from __future__ import annotations

import pytest
from tests.integration.desktop.rig.system_packages import missing


def needs(*parts: str) -> list[pytest.MarkDecorator]:
    """Return the marks of a module of desktop tests: skipped, with the name, if something is missing."""
    absent = sorted({part.package for part in missing(parts)})
    reason = "not installed: " + ", ".join(absent)
    return [pytest.mark.desktop, pytest.mark.skipif(bool(absent), reason=reason)]
