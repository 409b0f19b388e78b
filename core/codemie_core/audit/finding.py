"""One thing a user should know about the safety of their home: how bad, where, and which command helps."""

from __future__ import annotations

import enum
from dataclasses import dataclass

PROGRAM = "codemie-tray"
FIX = f"{PROGRAM} doctor --fix"


class Severity(enum.IntEnum):
    """How bad it is; the greatest is the worst."""

    NOTE = 1
    """Good to know; it puts nothing at risk."""
    WARNING = 2
    """A secret is in the wrong place, or something would fail later."""
    DANGER = 3
    """Another user, or anyone on the network, can read a secret or change where it is sent."""


@dataclass(frozen=True, slots=True)
class Closing:
    """Permission bits to remove from a file or folder."""

    path: str
    bits: int
    """The bits to remove."""


class MoveTokens(enum.Enum):
    """Tokens to move to the field that the CLI reads."""

    FOR_CLI = "for-cli"


Repair = Closing | MoveTokens
"""What `doctor --fix` can do."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding. Its texts contain no secret."""

    severity: Severity
    code: str
    """Its kind, for programs; stable."""
    path: str
    """The file or folder in question; empty if there is none, as for a variable."""
    message: str
    """What is wrong, for people: one or two sentences."""
    command: str
    """The one command that fixes it; empty if there is none."""
    repair: Repair | None = None
    """What `doctor --fix` does about it, which may be less than the command does."""

    @property
    def fixable(self) -> bool:
        """Whether `doctor --fix` fixes it completely."""
        return self.command == FIX


def worst_first(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Return them in reading order; equal ones keep their order."""
    return tuple(sorted(findings, key=lambda finding: -finding.severity))
