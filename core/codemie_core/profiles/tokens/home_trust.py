"""Decides whether secrets may be used from a home, or whether another user could have changed it.

Whoever can write the configuration can put an address into it, and the profile's token is then sent there. So
`credentials` and `run` check this first, as ssh does before it trusts `authorized_keys`, and git before it
trusts a repository's configuration.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

from codemie_core.config.model.layout import live_layout
from codemie_core.errors import HomeUntrusted
from codemie_core.files.trust import Distrust, Fault, distrusts
from codemie_core.home import Home

SAFE_HOME_VARIABLE = "CODEMIE_TRAY_SAFE_HOME"
"""The home that the user trusts although others can write to it. It is a variable because whoever can write
to the home can change any setting in it, and a path so that exporting it does not trust other homes."""


def home_distrusts(home: Home) -> tuple[Distrust, ...]:
    """Return every place where another user could change the home, its configuration or its secrets.

    Args:
        home: the home; one that does not exist yet is judged by the folders above it.
    """
    paths = (home.path, home.join(live_layout(home).config_name), home.credentials, home.tray)
    found: dict[tuple[str, Fault], Distrust] = {}
    for path in paths:
        for one in distrusts(path):
            found.setdefault(
                (one.path, one.fault), one
            )  # treat the home as a home, not as a folder above another path
    return tuple(found.values())


def check_trusted(home: Home, environ: Mapping[str, str] | None = None) -> None:
    """Refuse a home that someone else could have changed.

    Args:
        home: the home.
        environ: the environment; default: the process's own.

    Raises:
        HomeUntrusted: names the place, who could change it, and the command that fixes it.
    """
    worst = worst_distrust(home, environ)
    if worst is not None:
        check_not_another_users(home, environ)
        raise HomeUntrusted(
            worst.path,
            worst.sentence,
            f"To fix it: {worst.command}\nTo trust it anyway, set {SAFE_HOME_VARIABLE}={home.path}",
        )


def worst_distrust(home: Home, environ: Mapping[str, str] | None = None) -> Distrust | None:
    """Return the place to fix first; None if nobody else could have changed the home.

    Args:
        home: the home.
        environ: the environment; default: the process's own.
    """
    found = home_distrusts(home)
    if not found or is_declared_safe(home, environ):
        return None
    # The home comes first: the user knows it, and its contents can be fixed after it.
    return next((one for one in found if one.path == os.path.realpath(home.path)), found[0])


def check_not_another_users(home: Home, environ: Mapping[str, str] | None = None) -> None:
    """Refuse to let root write to another user's home, whose owner could not open what root creates.

    Raises:
        HomeUntrusted: the home belongs to another user.
    """
    owner = owner_of_another(home)
    if owner and not is_declared_safe(home, environ):
        raise HomeUntrusted(
            home.path,
            f"{home.path} belongs to {owner}, and you are root",
            f"Run it as its owner: {run_as(owner)}",
        )


def is_declared_safe(home: Home, environ: Mapping[str, str] | None = None) -> bool:
    """Whether the user declared in the environment that this home is to be trusted as it is."""
    named = (os.environ if environ is None else environ).get(SAFE_HOME_VARIABLE, "")
    return os.path.isabs(named) and os.path.realpath(named) == os.path.realpath(home.path)


def owner_of_another(home: Home) -> str:
    """Return the owner of this home if we are root and it is another user's; otherwise empty.

    A home that does not exist belongs to the owner of the folder in which it would be created.
    """
    if sys.platform == "win32" or os.geteuid() != 0:
        return ""
    folder = os.path.realpath(home.path)
    while not os.path.lexists(folder):
        folder = os.path.dirname(folder)
    owners = (one for one in distrusts(folder) if one.path == folder and one.fault is Fault.OWNER)
    return next((one.who for one in owners), "")


def run_as(user: str, command: str = "...") -> str:
    """Return a command line that runs one of our commands as another user."""
    return f"sudo -u {user} codemie-tray {command}"
