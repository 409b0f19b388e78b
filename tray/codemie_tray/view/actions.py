"""What a click, or the system, can ask for: plain values, so that a menu can be compared, tested and logged.

`app.py` carries them out; nothing here does.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SwitchProfile:
    """Make `name` the active profile."""

    name: str


@dataclass(frozen=True, slots=True)
class CreateFirstProfile:
    """Open the folder and say what to write there."""


@dataclass(frozen=True, slots=True)
class RestoreVersion:
    """Bring a kept version of the configuration back."""

    version: str
    """Its id in the history."""


@dataclass(frozen=True, slots=True)
class AcceptLoss:
    """Accept what another program removed; nothing is offered to be restored for it any more."""


@dataclass(frozen=True, slots=True)
class MigrateConfig:
    """Migrate a classic configuration, which the CLI's first start would empty."""


@dataclass(frozen=True, slots=True)
class MoveTokensForCli:
    """Put tokens that the CLI does not find where it looks for them."""


@dataclass(frozen=True, slots=True)
class OpenFolder:
    """Open the home in the file manager."""


@dataclass(frozen=True, slots=True)
class OpenConfig:
    """Open the configuration in the person's editor (offered where it is broken)."""


@dataclass(frozen=True, slots=True)
class ProtectCredentials:
    """Keep the key of the stored credentials in the OS keyring."""


@dataclass(frozen=True, slots=True)
class UnprotectCredentials:
    """Keep it by the machine's identifier again."""


@dataclass(frozen=True, slots=True)
class KeepTokensInStore:
    """Move the tokens of the configuration into the encrypted store, or back."""

    on: bool


@dataclass(frozen=True, slots=True)
class CleanLogs:
    """Remove old logs now."""


@dataclass(frozen=True, slots=True)
class StopCleaning:
    """End the removing of old logs before it is done."""


@dataclass(frozen=True, slots=True)
class StartAtLogin:
    """Have the tray start at login, or no longer."""

    on: bool


@dataclass(frozen=True, slots=True)
class ShowAbout:
    """Say which program this is, its version and its home."""


@dataclass(frozen=True, slots=True)
class LookAgain:
    """Read the files anew; asked for by no click but by a system that wakes up."""


@dataclass(frozen=True, slots=True)
class ShowItself:
    """Answer a second start of which the system told us itself."""


@dataclass(frozen=True, slots=True)
class SessionEnds:
    """Be ready to be ended by the system as soon as this was told: the person signs out."""


@dataclass(frozen=True, slots=True)
class ShowUsage:
    """Say what of today's usage went to which model."""


@dataclass(frozen=True, slots=True)
class Quit:
    """End the tray."""


Action = (
    SwitchProfile
    | CreateFirstProfile
    | RestoreVersion
    | AcceptLoss
    | MigrateConfig
    | MoveTokensForCli
    | OpenFolder
    | OpenConfig
    | ProtectCredentials
    | UnprotectCredentials
    | KeepTokensInStore
    | CleanLogs
    | StopCleaning
    | StartAtLogin
    | ShowAbout
    | LookAgain
    | ShowItself
    | SessionEnds
    | ShowUsage
    | Quit
)
