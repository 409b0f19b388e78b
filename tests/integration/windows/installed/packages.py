"""What a release for Windows consists of."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

NEWER = "0.1.1"


@dataclass(frozen=True)
class Packages:
    """The packages of a release, and of a later version."""

    frozen: Path
    setup: str
    portable: str
    newer: str
