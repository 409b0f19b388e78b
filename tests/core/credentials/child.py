"""Python in a separate process, with this repository's packages."""

from __future__ import annotations

import os
import sys

REPOSITORY = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", "..", ".."))
ENVIRONMENT = {
    **{key: value for key, value in os.environ.items() if not key.startswith("CODEMIE_")},
    "PYTHONPATH": os.pathsep.join([os.path.join(REPOSITORY, part) for part in ("core", "tray", ".")]),
    "PYTHONDONTWRITEBYTECODE": "1",
}


def python(code: str, *arguments: str) -> list[str]:
    """Return the command that runs `code`."""
    return [sys.executable, "-c", code, *arguments]
