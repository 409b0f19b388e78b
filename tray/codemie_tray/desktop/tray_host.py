"""What to install if no panel shows tray icons, by desktop and distribution.

Sources: the AppIndicator extension's page (extensions.gnome.org/extension/615), the READMEs of waybar and
snixembed, Microsoft's documentation of WSL (WSLg draws windows, and has no panel).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from codemie_tray.text.language import Message, _

_OS_RELEASE = ("/etc/os-release", "/usr/lib/os-release")
_KERNEL = "/proc/sys/kernel/osrelease"
_INSTALL = {
    "debian": "sudo apt install",
    "ubuntu": "sudo apt install",
    "fedora": "sudo dnf install",
    "arch": "sudo pacman -S",
}
"""By os-release's ID or ID_LIKE, for distributions whose packages have these names."""
_BARS = {"sway": "sway", "hyprland": "Hyprland", "river": "river", "wayfire": "Wayfire", "labwc": "labwc"}
"""Wayland compositors without a panel of their own."""


@dataclass(frozen=True, slots=True)
class System:
    """What decides the advice."""

    desktops: tuple[str, ...]
    """The words of XDG_CURRENT_DESKTOP in lower case."""
    distributions: tuple[str, ...]
    """ID and ID_LIKE of os-release."""
    wsl: bool = False


def this_system(environ: Mapping[str, str]) -> System:
    """Return the system that the program runs on."""
    desktops = environ.get("XDG_CURRENT_DESKTOP", "").lower().split(":")
    if environ.get("SWAYSOCK"):
        desktops.append("sway")
    if environ.get("I3SOCK"):
        desktops.append("i3")
    lines = dict(line.partition("=")[::2] for line in _text_of(*_OS_RELEASE).splitlines())
    words = f"{lines.get('ID', '')} {lines.get('ID_LIKE', '')}".replace('"', "").replace("'", "")
    wsl = "microsoft" in _text_of(_KERNEL).lower()
    return System(tuple(filter(None, desktops)), tuple(words.lower().split()), wsl)


def advice(system: System) -> Message:
    """Return sentences that say how to get to see the icon."""
    if system.wsl:
        return _("WSL has no system tray. For an icon, install CodeMie Tray on Windows; the rest works here.")
    names = set(system.desktops)
    # Before GNOME: Budgie calls itself "Budgie:GNOME", and GNOME's extensions have no effect there.
    if panel := next((text for word, text in _panels().items() if word in names), None):
        return panel
    if names & {"gnome", "gnome-classic", "unity", "ubuntu", "pop"}:
        return _on_gnome(_installing("gnome-shell-extension-appindicator", system))
    for word, name in _BARS.items():
        if word in names:
            return _on_bare_compositor(name, _installing("waybar", system))
    if "i3" in names:
        return _(
            "i3bar shows only XEmbed icons; snixembed translates for it. "
            "Or use a panel that shows StatusNotifierItem icons, such as xfce4-panel or lxqt-panel."
        )
    return _("A panel that shows StatusNotifierItem icons is needed, such as xfce4-panel or lxqt-panel.")


def _on_gnome(command: str) -> Message:
    if command:
        return _(
            "GNOME shows tray icons only with the AppIndicator extension. Run `{command}`, "
            "log out and in again, and turn it on in the Extensions app."
        ).format(command=command)
    return _(
        "GNOME shows tray icons only with the AppIndicator extension. Install it ({address}), "
        "log out and in again, and turn it on in the Extensions app."
    ).format(address="https://extensions.gnome.org/extension/615")


def _on_bare_compositor(name: str, command: str) -> Message:
    if command:
        return _(
            "{name} has no tray of its own. Run `{command}`, and start Waybar with its tray module turned on."
        ).format(name=name, command=command)
    return _(
        "{name} has no tray of its own. Install Waybar ({address}), "
        "and start it with its tray module turned on."
    ).format(name=name, address="https://waybar.org")


def _panels() -> dict[str, Message]:
    """Return what to add to the panel of a desktop, by its word in XDG_CURRENT_DESKTOP."""
    return {
        "kde": _("Add the System Tray widget to a panel of Plasma."),
        "xfce": _("Add the Status Tray Plugin to Xfce's panel (Panel > Add New Items)."),
        "mate": _("Add the Notification Area to MATE's panel."),
        # Up to 10.7 (Debian 12), its applet shows only XEmbed icons:
        # buddiesofbudgie.org/blog/state-of-the-budgie-2023
        "budgie": _("Budgie shows it from 10.8 on: add the System Tray applet in Budgie Desktop Settings."),
        "lxqt": _("Add the Status Notifier plugin to LXQt's panel."),
        "x-cinnamon": _("Add the System Tray and XApp Status applets to Cinnamon's panel."),
    }


def _installing(package: str, system: System) -> str:
    """Return the command that installs a package; empty if it is not known."""
    command = next((_INSTALL[name] for name in system.distributions if name in _INSTALL), "")
    return f"{command} {package}" if command else ""


def _text_of(*paths: str) -> str:
    for path in paths:
        try:
            with open(path, encoding="utf-8", errors="replace") as file:
                return file.read(64 * 1024)
        except OSError:
            continue
    return ""
