"""The two layouts of a home: *classic* (the seed's) and *cli* (what CodeMie CLI 0.14 writes)."""

from __future__ import annotations

import os
from dataclasses import dataclass

from codemie_core.home import Home


@dataclass(frozen=True, slots=True)
class Layout:
    """Names that differ between the layouts."""

    name: str
    config_name: str
    token_field: str
    """The field of a profile that holds its token."""
    names_profiles: bool
    """The CLI repeats a profile's name in its field `name`."""


CLASSIC = Layout("classic", "config.json", "authToken", names_profiles=False)
CLI = Layout("cli", "codemie-cli.config.json", "apiKey", names_profiles=True)


def live_layout(home: Home) -> Layout:
    """Return whose configuration counts in this home now, or would be the first.

    The CLI's file where it exists (also as a link that leads nowhere: that is a fault to tell, not a first
    run), else the classic one. In a home with neither, traces of the CLI decide.
    """
    if os.path.lexists(home.join(CLI.config_name)):
        return CLI
    if os.path.lexists(home.join(CLASSIC.config_name)):
        return CLASSIC
    if os.path.lexists(home.join("migrations.json")) or os.path.isdir(home.sessions):
        return CLI
    return CLASSIC
