"""The disk image: the .app and a link to /Applications, signed and notarised if the environment says how.

Needs a Mac (codesign, notarytool, stapler, and dmgbuild from PyPI). Not run on macOS yet: only its plan is
made and checked here. PyInstaller has already signed the executables inside, if given the same
CODESIGN_IDENTITY.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping

from installers import product

IDENTITY = "CODESIGN_IDENTITY"
"""A `Developer ID Application: ...` in the keychain. Without it, the app is signed ad hoc."""
NOTARY_PROFILE = "NOTARY_PROFILE"
"""Name under which `xcrun notarytool store-credentials` keeps the account, so we never see a password."""

Command = tuple[str, ...]


def pack(frozen: str, out: str, work: str, *, machine: str, epoch: int) -> str:
    """Build the image; arguments and result as for `installers.linux.deb.pack`."""
    app = os.path.join(os.path.dirname(frozen), f"{product.NAME}.app")
    path = os.path.join(out, file_name(machine))
    settings = os.path.join(work, "dmg-settings.py")
    with open(settings, "w", encoding="utf-8") as file:
        file.write(layout(app))
    environ = {**os.environ, "SOURCE_DATE_EPOCH": str(epoch)}
    for command in plan(app, path, settings, os.environ):
        subprocess.run(command, env=environ, check=True)
    return path


def file_name(machine: str) -> str:
    """Return the image's name; there is one per processor, as for the wheels inside."""
    return f"{product.PROGRAM_NAME}-{product.VERSION}-macos-{machine}.dmg"


def plan(app: str, path: str, settings: str, environ: Mapping[str, str]) -> list[Command]:
    """Return the commands that make the image, in order.

    Args:
        app: the .app.
        path: the image to create.
        settings: dmgbuild's settings.
        environ: says whether to sign and to notarise.
    """
    identity, profile = environ.get(IDENTITY), environ.get(NOTARY_PROFILE)
    entitlements = product.inside("installers", "macos", "entitlements.plist")
    commands: list[Command] = []
    if identity:
        sign = ("codesign", "--force", "--timestamp", "--options", "runtime", "--sign", identity)
        commands.append((*sign, "--entitlements", entitlements, app))
    commands.append(("codesign", "--verify", "--deep", "--strict", app))
    commands.append(("dmgbuild", "--settings", settings, product.NAME, path))
    if identity:
        commands.append(("codesign", "--force", "--timestamp", "--sign", identity, path))
    if identity and profile:
        commands.append(("xcrun", "notarytool", "submit", path, "--keychain-profile", profile, "--wait"))
        commands.append(("xcrun", "stapler", "staple", path))
        commands.append(
            ("spctl", "--assess", "--type", "open", "--context", "context:primary-signature", path)
        )
    return commands


def layout(app: str) -> str:
    """Return dmgbuild's settings: what the window contains, and where."""
    name = os.path.basename(app)
    values = {
        "format": "ULFO",
        "files": [app],
        "symlinks": {"Applications": "/Applications"},
        "icon": product.inside("assets", "icons", f"{product.PROGRAM_NAME}.icns"),
        "window_rect": ((200, 200), (520, 320)),
        "icon_size": 96,
        "icon_locations": {name: (140, 140), "Applications": (380, 140)},
    }
    return "".join(f"{key} = {value!r}\n" for key, value in values.items())
