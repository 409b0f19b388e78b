"""What a release for Windows consists of."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path

NEWER = "0.1.1"


@dataclass(frozen=True)
class Release:
    """Two packages, compressed as well as they can be."""

    setup: str
    portable: str


@dataclass(frozen=True)
class Packages:
    """The frozen program; installers of it and of a later version, made quickly; and the release."""

    frozen: Path
    setup: str
    newer: str
    release: Future[Release]
    """Made while tests run."""
