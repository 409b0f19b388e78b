"""One thing a person should know about how safe their home is: how bad, where, and the command that helps."""

from __future__ import annotations

import enum
from dataclasses import dataclass

PROGRAM = "codemie-tray"
FIX = f"{PROGRAM} doctor --fix"


class Severity(enum.IntEnum):
    """How bad it is; the worst is the greatest."""

    NOTE = 1
    """Good to know; nothing is at risk by it."""
    WARNING = 2
    """A secret lies where it should not, or something would go wrong later."""
    DANGER = 3
    """Another user, or anybody on the network, can read a secret or change where it is sent."""


@dataclass(frozen=True, slots=True)
class Closing:
    """Permission bits to be taken away from a file or folder."""

    path: str
    bits: int
    """The bits that go."""


class MoveTokens(enum.Enum):
    """Tokens to be moved to the field that the CLI reads."""

    FOR_CLI = "for-cli"


Mending = Closing | MoveTokens
"""What `doctor --fix` can do."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding. Its texts hold no secret."""

    severity: Severity
    code: str
    """Its kind, for programs; stable."""
    path: str
    """The file or folder it is about; empty where it is about none, as for a variable."""
    message: str
    """What is wrong, to a person: one sentence or two."""
    command: str
    """The one command that mends it; empty where none does."""
    mending: Mending | None = None
    """What `doctor --fix` does about it. It may be less than the command does."""

    @property
    def fixable(self) -> bool:
        """Whether `doctor --fix` mends it altogether."""
        return self.command == FIX


def worst_first(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Return them in the order in which they should be read; equals stay as they were found."""
    return tuple(sorted(findings, key=lambda finding: -finding.severity))
